"""The engines that a screening runs on: each takes a table and an expression of ibis, and gives a table."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import ibis
import pyarrow as pa

ibis.options.sql.fuse_selects = False  # the law is staged on purpose: trying to fuse its layers takes longer than all else

Run = Callable[[pa.Table], pa.Table]
Apart = Callable[[ibis.Table], ibis.Table]


def as_it_is(table: ibis.Table) -> ibis.Table:
    """What an engine needs that works out a column once, however often the next layer looks at it."""
    return table


def fenced(table: ibis.Table) -> ibis.Table:
    """What PostgreSQL needs: it writes a subquery's columns into the query around it, but not past a limit."""
    return table.limit(1 << 62)


class DuckDB:
    """DuckDB, inside this process."""

    def __init__(self) -> None:
        self._con = duckdb.connect()

    def prepared(self, expression: ibis.Table, over: ibis.Table) -> Run:
        """What evaluates an expression over tables of the shape of `over`, one at a time."""
        name = over.get_name()
        self._given(f"CREATE TABLE {name} AS FROM given", over.schema().to_pyarrow().empty_table())
        # Planning takes longer than running: it is done once, over a table that stays.
        self._con.execute(f"PREPARE of_{name} AS {ibis.to_sql(expression, dialect='duckdb')}")

        def run(table: pa.Table) -> pa.Table:
            self._con.execute(f"TRUNCATE {name}")
            self._given(f"INSERT INTO {name} FROM given", table)
            return self._con.sql(f"EXECUTE of_{name}").to_arrow_table()

        return run

    def _given(self, statement: str, table: pa.Table) -> None:
        """Run a statement that reads `given`, which is this table where it lies."""
        self._con.register("given", table)
        try:
            self._con.execute(statement)
        finally:
            self._con.unregister("given")


class Polars:
    """Polars, inside this process."""

    def __init__(self) -> None:
        self._con = ibis.polars.connect()

    def prepared(self, expression: ibis.Table, over: ibis.Table) -> Run:
        """The same as of DuckDB."""

        def run(table: pa.Table) -> pa.Table:
            self._con.create_table(over.get_name(), table, overwrite=True)
            return self._con.to_pyarrow(expression)

        return run


EMBEDDED: dict[str, Callable[[], DuckDB | Polars]] = {"duckdb": DuckDB, "polars": Polars}
