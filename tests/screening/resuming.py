"""kill -9 of screenings at random moments, each then run again until it ends."""

from __future__ import annotations

import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.csv as pacsv
from cli.running import COMMAND, environment, levcheck
from screening.tables import table

ROWS, PART = 2_400, 200
PATIENCE = 240
KILLS = 2


def resume_trials(count: int, seed: int = 1) -> dict[str, Any]:
    """Screenings killed twice each, at random moments: what was killed, what was kept, and every fault found."""
    rng = random.Random(seed)
    report: dict[str, Any] = {"trials": count, "killed": 0, "parts kept": 0, "faults": []}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        source = folder / "in.csv"
        pacsv.write_csv(table(rng, ROWS), source)
        whole = {suffix: _uninterrupted(source, folder / f"whole{suffix}") for suffix in (".csv", ".parquet")}
        for number in range(count):
            suffix = rng.choice(list(whole))
            _trial(rng, source, folder / f"trial{number}{suffix}", whole[suffix], report)
    return report


def _arguments(source: Path, out: Path) -> list[str]:
    return ["screen", str(source), "--out", str(out), "--part", str(PART)]


def _uninterrupted(source: Path, out: Path) -> dict[str, bytes]:
    done = levcheck(*_arguments(source, out))
    assert done.returncode == 65, done.stderr
    return _written(out)


def _written(out: Path) -> dict[str, bytes]:
    return {"out": out.read_bytes(), "bad": out.with_name(f"{out.name}.bad.csv").read_bytes()}


def _trial(rng: random.Random, source: Path, out: Path, whole: dict[str, bytes], report: dict[str, Any]) -> None:
    kept: dict[str, int] = {}
    for _ in range(KILLS):
        at_least = rng.randrange(min(len(kept), ROWS // PART - 1), ROWS // PART)
        now = _killed(source, out, at_least, rng.random() * 0.05)
        report["killed"] += 1
        if now is None:  # it had ended already
            break
        if redone := [name for name, made in kept.items() if now.get(name) != made]:
            report["faults"].append(f"{out.name}: {redone} were made again")
        kept = now
        report["parts kept"] += len(kept)
    done = levcheck(*_arguments(source, out))
    if done.returncode != 65:
        report["faults"].append(f"{out.name}: ended with {done.returncode}: {done.stderr}")
    elif _written(out) != whole:
        report["faults"].append(f"{out.name}: not the output of a run without interruption")
    if left := [path.name for path in out.parent.glob(f"{out.name}*") if path.is_dir()]:
        report["faults"].append(f"{out.name}: {left} is left behind")


def _killed(source: Path, out: Path, at_least: int, wait: float) -> dict[str, int] | None:
    """Kill a run once it has finished so many parts; each part and when it was made. None if its output was there before."""
    parts = out.with_name(f"{out.name}.parts")
    process = subprocess.Popen([*COMMAND, *_arguments(source, out)], stdout=-3, stderr=-3, env=environment())
    end = time.monotonic() + PATIENCE
    while process.poll() is None and len(_finished(parts)) < at_least and time.monotonic() < end:
        time.sleep(0.002)
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return None if out.exists() else _finished(parts)  # with the output in place the parts are taken away


def _finished(parts: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in parts.glob("*.counts")}
