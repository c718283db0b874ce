"""Rows a second of tables screened where they are: in PostgreSQL, on Spark."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from levcheck.evidence.registry import Registry
from levcheck.law import readings
from levcheck.screening import places
from levcheck.screening.groups import Asked
from levcheck.screening.in_place import screen_in_place
from records.postgres import Postgres

from . import columns

Facts = Mapping[str, Any]
Opened = Callable[[str], Any]


def timed(drawn: Sequence[Facts], rows: int, rounds: int) -> dict[str, list[float]]:
    """A figure a round for each place."""
    table = columns.texts([drawn[number % len(drawn)] for number in range(rows)])
    paths = {path: path for path in table.column_names}
    figures: dict[str, list[float]] = {}
    with _in_postgresql(table) as postgresql, _on_spark(table) as spark:
        opened: dict[str, Opened] = {"PostgreSQL": postgresql, "Spark": spark}
        for turn in range(rounds):
            for name in list(opened)[:: 1 if turn % 2 else -1]:
                with contextlib.closing(opened[name](f"out{turn}")) as place:
                    asked = Asked(today=columns.TODAY, registry=Registry(), reading=readings.DEFAULT)
                    start = perf_counter()
                    counts, _ = screen_in_place(place, paths, asked)
                    figures.setdefault(f"levcheck, {name}", []).append(counts.rows / (perf_counter() - start))
    return figures


@contextlib.contextmanager
def _in_postgresql(table: pa.Table) -> Iterator[Opened]:
    server = Postgres()
    server.start()
    try:
        url = server.fresh()
        names = ", ".join(f'"{name}" text' for name in table.column_names)
        with psycopg.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE deals ({names})")
            with cursor.copy("COPY deals FROM STDIN") as copy:
                for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                    copy.write_row(row)
        yield lambda out: places.opened(url, "deals", out)
    finally:
        server.remove()


@contextlib.contextmanager
def _on_spark(table: pa.Table) -> Iterator[Opened]:
    with tempfile.TemporaryDirectory() as made:
        source = Path(made) / "deals.parquet"
        pq.write_table(table, source)
        yield lambda out: places.opened(str(source), None, str(Path(made) / f"{out}"))
