"""The most memory that a screening of a file takes."""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow.parquet as pq
from engines import transactions
from levcheck.screening import files, run
from levcheck.screening.screen import Screen

from . import columns

DRAWN = 50_000


def peak(rows: int, screen: Callable[[Sequence[str]], Screen]) -> float:
    """Peak resident memory of this process after a screening of so many rows from Parquet to Parquet, MB."""
    with tempfile.TemporaryDirectory() as made:
        source, out = Path(made) / "in.parquet", Path(made) / "out.parquet"
        table = columns.texts(transactions.drawn(DRAWN, 1))
        with pq.ParquetWriter(source, table.schema) as writer:
            for _ in range(0, rows, len(table)):
                writer.write_table(table)
        opened = files.opened(source)
        job = run.Run(opened, out, {}, today=columns.TODAY)
        with job.begun():
            job.carry_out(lambda: screen(opened.schema.names), lambda _: None)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
