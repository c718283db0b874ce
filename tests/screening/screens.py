"""Each engine as one function from a table to what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
import pyarrow as pa
from levcheck.evidence.registry import Registry
from levcheck.law import readings
from levcheck.screening import engines
from levcheck.screening.groups import PATHS, Asked
from levcheck.screening.in_place import PostgreSQL, screen_in_place
from levcheck.screening.screen import RESULTS, Screen
from psycopg.rows import dict_row
from records.postgres import Postgres
from screening.tables import TODAY, Screened


def embedded(name: str, registry: Registry, schema: pa.Schema, reading: str = readings.DEFAULT) -> Screened:
    """The engine of this name, inside this process."""
    asked = Asked(today=TODAY, registry=registry, reading=reading)
    columns = {path: path for path in PATHS if path in schema.names}
    screen = Screen(engines.EMBEDDED[name](), schema, columns, asked)

    def screened(table: pa.Table) -> tuple[list[int], list[dict[str, Any]], set[int]]:
        good, results, faults = screen.screened(table)
        return good.to_pylist(), results.to_pylist(), {fault.row for fault in faults}

    return screened


def in_postgresql(server: Postgres, registry: Registry, columns: Sequence[str]) -> Screened:
    """Tables put into PostgreSQL and screened there."""
    asked = Asked(today=TODAY, registry=registry, reading=readings.DEFAULT)

    def screened(table: pa.Table) -> tuple[list[int], list[dict[str, Any]], set[int]]:
        url = server.fresh()
        names = [f'"{name}"' for name in table.column_names]
        with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE rows_in (place bigint, {', '.join(f'{name} text' for name in names)})")
            with cursor.copy(f"COPY rows_in (place, {', '.join(names)}) FROM STDIN") as copy:
                for place, row in enumerate(zip(*(c.to_pylist() for c in table.columns), strict=True)):
                    copy.write_row((place, *row))
        counts, faults = screen_in_place(
            PostgreSQL(url, "rows_in", "rows_out"), {path: path for path in PATHS if path in columns}, asked
        )
        with psycopg.connect(url) as connection, connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute("SELECT * FROM rows_out ORDER BY place")
            out = cursor.fetchall()
        assert counts.rows == len(table) and sum(counts.verdicts.values()) == len(out)
        results = [{name: row[name] for name in RESULTS} for row in out]
        return [row["place"] for row in out], results, {fault.row for fault in faults}

    return screened
