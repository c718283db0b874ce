"""Each engine as one function from a table to what it comes to."""

from __future__ import annotations

import contextlib
import random
import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from levcheck.evidence.registry import Registry
from levcheck.law import readings
from levcheck.screening.groups import PATHS, Asked
from levcheck.screening.in_place import screen_in_place
from levcheck.screening.places import opened
from levcheck.screening.postgresql import PostgreSQL
from levcheck.screening.screen import RESULTS, Screen
from psycopg.rows import dict_row
from records.postgres import Postgres
from screening.tables import TODAY, Screened, disagreements, table


def embedded(name: str, registry: Registry, schema: pa.Schema, reading: str = readings.DEFAULT) -> Screened:
    """The engine of this name, inside this process."""
    asked = Asked(today=TODAY, registry=registry, reading=reading)
    columns = {path: path for path in PATHS if path in schema.names}
    screen = Screen(name, columns, asked)

    def screened(made: pa.Table) -> tuple[list[int], list[dict[str, Any]], set[int]]:
        good, results, faults = screen.screened(made)
        return good.to_pylist(), results.to_pylist(), {fault.row for fault in faults}

    return screened


def in_postgresql(server: Postgres, registry: Registry, columns: Sequence[str]) -> Screened:
    """Tables put into PostgreSQL and screened there."""
    asked = Asked(today=TODAY, registry=registry, reading=readings.DEFAULT)

    def screened(made: pa.Table) -> tuple[list[int], list[dict[str, Any]], set[int]]:
        url = server.fresh()
        names = [f'"{name}"' for name in made.column_names]
        with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE rows_in (place bigint, {', '.join(f'{name} text' for name in names)})")
            with cursor.copy(f"COPY rows_in (place, {', '.join(names)}) FROM STDIN") as copy:
                for place, row in enumerate(zip(*(c.to_pylist() for c in made.columns), strict=True)):
                    copy.write_row((place, *row))
        with contextlib.closing(PostgreSQL(url, "rows_in", "rows_out")) as place:
            counts, faults = screen_in_place(place, {path: path for path in PATHS if path in columns}, asked)
        with psycopg.connect(url) as connection, connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute("SELECT * FROM rows_out ORDER BY place")
            out = cursor.fetchall()
        assert counts.rows == len(made) and sum(counts.verdicts.values()) == len(out)
        results = [{name: row[name] for name in RESULTS} for row in out]
        places = [row["place"] for row in out]
        refused = set(range(len(made))) - set(places)  # a database's rows have no order to number them by but their pages'
        assert len({fault.row for fault in faults}) == len(refused) == counts.bad
        return places, results, refused

    return screened


def on_spark(folder: Path, registry: Registry, columns: Sequence[str]) -> Screened:
    """Tables written to files and screened by Spark, in local mode."""
    asked = Asked(today=TODAY, registry=registry, reading=readings.DEFAULT)
    numbers = count()

    def screened(made: pa.Table) -> tuple[list[int], list[dict[str, Any]], set[int]]:
        home = folder / str(next(numbers))
        home.mkdir()
        pacsv.write_csv(made.append_column("place", pa.array(range(len(made)))), home / "in.csv")
        with contextlib.closing(opened(str(home / "in.csv"), None, str(home / "out"))) as place:
            _, faults = screen_in_place(place, {path: path for path in PATHS if path in columns}, asked)
        out = pq.read_table(home / "out")
        places = [int(text) for text in out["place"].to_pylist()]
        return places, out.select(RESULTS).to_pylist(), {fault.row for fault in faults}

    return screened


def equality(engine: str, rows: int, lot: int = 10_000) -> dict[str, Any]:
    """Random rows through one engine, and through the service one by one: verdicts, rows refused, and every fault."""
    registry, report = Registry(), {"rows": rows, "refused": 0, "faults": []}
    with tempfile.TemporaryDirectory() as made, contextlib.ExitStack() as stack:
        if engine == "postgresql":
            server = Postgres()
            stack.callback(server.remove)
            server.start()
            screened = in_postgresql(server, registry, PATHS)
        elif engine == "spark":
            screened = on_spark(Path(made), registry, PATHS)
        else:
            screened = embedded(engine, registry, table(random.Random(0), 1).schema)

        def told(rows_of_lot: pa.Table) -> tuple[list[int], list[dict[str, Any]], set[int]]:
            places, results, refused = screened(rows_of_lot)
            report["refused"] += len(refused)
            return places, results, refused

        for number in range(rows // lot):
            report["faults"] += disagreements(told, table(random.Random(1_000 + number), lot), registry)
    return report
