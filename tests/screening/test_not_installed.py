"""`levcheck screen` where a package that it needs is not installed: a process in which it cannot be imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli.running import environment, is_error

WITHOUT = "import sys; sys.modules[sys.argv.pop(1)] = None; from levcheck.cli import main; sys.argv[0] = 'levcheck'; main()"


def without(package: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `levcheck` where this package is not installed."""
    command = [sys.executable, "-c", WITHOUT, package, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment(), check=False)


@pytest.mark.parametrize("package", ["ibis", "pyarrow", "numpy"])
def test_says_what_to_install(package: str, tmp_path: Path) -> None:
    """Without the packages of the extra, the command names the one that is missing and how to install it."""
    is_error(
        without(package, "screen", tmp_path / "in.csv", "--out", tmp_path / "out.csv"), 69, package, "levcheck[screening]"
    )


def test_says_how_to_install_spark(tmp_path: Path) -> None:
    """Without Spark, a screening on it names the extra and the Java runtime, and writes nothing."""
    (tmp_path / "in.csv").write_text("vehicle.mileage\n12\n", "utf-8")
    done = without("pyspark", "screen", tmp_path / "in.csv", "--out", tmp_path / "out", "--engine", "spark")
    is_error(done, 69, "levcheck[spark]", "Java")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]
