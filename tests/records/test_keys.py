"""The keys that sign: kept apart, never lost."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from levcheck.records.certificates import sign, verify
from levcheck.records.keys import KEYS_FILE, Keys
from records.keeping import clock


def at_once(call: Any, times: int) -> list[Any]:
    """The results of one call made by many threads at the same moment."""
    results: list[Any] = []
    together = threading.Barrier(times)

    def run() -> None:
        together.wait()
        results.append(call())

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_first_key_is_made_once(tmp_path: Path) -> None:
    """Processes that start at the same moment in an empty folder sign with one and the same key."""
    opened = at_once(lambda: Keys.in_folder(tmp_path, clock()), 8)
    assert len({keys.current.kid for keys in opened}) == 1


def test_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    """Rotations at the same moment, by threads or by processes, each add a key that is kept."""
    first = Keys.in_folder(tmp_path, clock())
    made = at_once(lambda: Keys.in_folder(tmp_path, clock()).rotate(clock()), 8)
    command = [sys.executable, "-m", "levcheck", "keys", "rotate", "--data", str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    assert [process.wait(timeout=60) for process in processes] == [0] * 3
    made += [process.communicate()[0].decode().split()[-1].strip(".") for process in processes]
    kept = [key["kid"] for key in first.public()["keys"]]
    assert (len(kept), set(kept[1:])) == (12, set(made))


def test_keys_are_the_owners_alone(tmp_path: Path) -> None:
    """The file of keys can be read by its owner only, from the first key on; the public set holds no private part."""
    keys = Keys.in_folder(tmp_path, clock())
    keys.rotate(clock())
    assert stat.S_IMODE((tmp_path / KEYS_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEYS_FILE]
    assert all("d" not in key for key in keys.public()["keys"])


def test_keys_can_be_given(tmp_path: Path) -> None:
    """Keys from the environment sign with the last and verify with each; they are rotated where they are given."""
    folder = Keys.in_folder(tmp_path, clock())
    folder.rotate(clock())
    given = Keys.given((tmp_path / KEYS_FILE).read_text("utf-8"))
    assert verify(sign({"jti": "x"}, given), folder).key == folder.current.kid
    alone = Keys.given(json.dumps(json.loads((tmp_path / KEYS_FILE).read_text("utf-8"))["keys"][0]))
    assert verify(sign({"jti": "x"}, alone), given).key == alone.current.kid
    with pytest.raises(ValueError, match="rotated where they are given"):
        given.rotate(clock())
