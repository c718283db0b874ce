"""What an integrator installs: the wheel's size, what it needs, and what is in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from email import message_from_string
from pathlib import Path
from zipfile import ZipFile

import pytest

SDK = Path(__file__).parent.parent.parent / "client_sdk"
LARGEST = 200_000

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SDK's wheel, built from a copy of its folder."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(SDK, folder / "source", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build"))
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", "."]
    subprocess.run([*build, "./source"], cwd=folder, check=True)
    (made,) = folder.glob("*.whl")
    return made


def test_it_is_small(wheel: Path) -> None:
    """The wheel is smaller than 200 kB."""
    assert wheel.stat().st_size < LARGEST


def test_it_needs_requests_alone(wheel: Path) -> None:
    """Without an extra only `requests` is installed with it, on Python 3.10 and later, and on every system."""
    with ZipFile(wheel) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        told = message_from_string(opened.read(name).decode())
    always = [need for need in told.get_all("Requires-Dist", []) if "extra ==" not in need]
    assert [need.partition(">")[0] for need in always] == ["requests"]
    assert (told["Requires-Python"], told["License-Expression"]) == (">=3.10", "Apache-2.0")
    assert wheel.name.endswith("-py3-none-any.whl")


def test_it_is_whole(wheel: Path) -> None:
    """Every file of the package is in the wheel, and nothing else is."""
    with ZipFile(wheel) as opened:
        packed = {name for name in opened.namelist() if ".dist-info/" not in name}
    paths = (path for path in (SDK / "levcheck_client").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert packed == {path.relative_to(SDK).as_posix() for path in paths}
