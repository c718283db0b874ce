"""The access secret: what it must be, and where it is kept."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from levcheck.access.secret import SECRET_FILE, AccessSecret
from levcheck.app import Settings, create_app


def test_the_secret_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    """The first use makes 256 random bits that only the owner can read; later ones read them; nothing else is left."""
    data = tmp_path / "new"
    first, second = AccessSecret.in_folder(data), AccessSecret.in_folder(data)
    assert first.digest("a", "b") == second.digest("a", "b")
    (file,) = data.iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == (SECRET_FILE, 0o600)
    assert len(bytes.fromhex(file.read_text("ascii"))) == 32


def test_processes_that_start_at_once_have_one_secret(tmp_path: Path) -> None:
    """However many look for the secret at the same moment, all get the same one."""
    together, digests = threading.Barrier(16), set()

    def look() -> None:
        together.wait()
        digests.add(AccessSecret.in_folder(tmp_path).digest("a"))

    threads = [threading.Thread(target=look) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 1
    assert [file.name for file in tmp_path.iterdir()] == [SECRET_FILE]


def test_two_folders_have_two_secrets(tmp_path: Path) -> None:
    """No two deployments share a secret by themselves."""
    one, two = (AccessSecret.in_folder(tmp_path / name).digest("a") for name in "ab")
    assert one != two


@pytest.mark.parametrize("bad", ["x", "00" * 31, "0" * 63, "zz" * 32, "0x" + "00" * 32, "é" * 64, "٠" * 64])
def test_a_bad_secret_is_refused(tmp_path: Path, bad: str) -> None:
    """Fewer than 32 bytes, or anything but hexadecimal digits, is refused without being repeated; so is a spoilt file."""
    with pytest.raises(ValueError, match="64 hexadecimal digits") as refused:
        AccessSecret.given(bad)
    assert bad not in str(refused.value) or bad == "x"
    (tmp_path / SECRET_FILE).write_text(bad, "utf-8")
    with pytest.raises(ValueError):
        AccessSecret.in_folder(tmp_path)


def test_an_emptied_secret_file_is_not_filled_again(tmp_path: Path) -> None:
    """A secret file that lost its content is an error, not a new secret that would end every key in silence."""
    (tmp_path / SECRET_FILE).touch()
    with pytest.raises(ValueError, match="hexadecimal"):
        AccessSecret.in_folder(tmp_path)


def test_purposes_and_parts_stand_apart() -> None:
    """The same text hashed for another purpose, or split otherwise, is another hash."""
    secret = AccessSecret(b"a" * 32)
    digests = [secret.digest(*parts) for parts in (("a", "b", "c"), ("a", "bc"), ("ab", "c"), ("abc",), ("b", "a", "c"))]
    assert len(set(digests)) == len(digests)
    assert secret.digest("a") != AccessSecret(b"a" * 31 + b"b").digest("a")


def test_a_service_that_could_know_nobody_does_not_start(tmp_path: Path) -> None:
    """Without a data folder, or with a bad secret, an application that asks for keys cannot be made."""
    with pytest.raises(ValueError, match="nobody can be known"):
        create_app(Settings())
    for bad in ("no", "00" * 31):
        with pytest.raises(ValueError, match="hexadecimal"):
            create_app(Settings(data=tmp_path, access_secret=bad))
