"""Rows a second of the command, from a file into another: start, reading and writing are timed with the rest."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

COMMAND = [sys.executable, "-c", "from levcheck.cli import main; main()", "screen"]


def timed(table: pa.Table, rounds: int) -> dict[str, list[float]]:
    """A figure a round for each kind of file."""
    figures: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        pacsv.write_csv(table, folder / "in.csv")
        pq.write_table(table, folder / "in.parquet")
        for _ in range(rounds):
            for kind in ("csv", "parquet"):
                start = perf_counter()
                subprocess.run([*COMMAND, folder / f"in.{kind}", "--out", folder / f"out.{kind}"], check=True, stdout=-3)
                figures.setdefault(f"levcheck screen, {kind} to {kind}", []).append(len(table) / (perf_counter() - start))
    return figures
