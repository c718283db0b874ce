"""The engines that a screening runs on: each takes a table and an expression of ibis, and gives a table."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import pyarrow as pa

Run = Callable[[pa.Table], pa.Table]


class DuckDB:
    """DuckDB, inside this process."""

    def __init__(self) -> None:
        self._con = ibis.duckdb.connect()

    def prepared(self, expression: ibis.Table, name: str) -> Run:
        """What evaluates an expression, in which a table's columns are those of `name`, over that table."""
        sql, raw = self._con.compile(expression), self._con.con

        def run(table: pa.Table) -> pa.Table:
            raw.register(name, table)  # it is read where it lies
            try:
                return raw.sql(sql).to_arrow_table()
            finally:
                raw.unregister(name)

        return run


class Polars:
    """Polars, inside this process."""

    def __init__(self) -> None:
        self._con = ibis.polars.connect()

    def prepared(self, expression: ibis.Table, name: str) -> Run:
        """The same as of DuckDB."""

        def run(table: pa.Table) -> pa.Table:
            self._con.create_table(name, table, overwrite=True)
            return self._con.to_pyarrow(expression)

        return run


EMBEDDED: dict[str, Callable[[], DuckDB | Polars]] = {"duckdb": DuckDB, "polars": Polars}
