"""The engines that a screening runs on: each takes a table and an expression of ibis, and gives a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import ibis
import pyarrow as pa

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
        self._con = ibis.duckdb.connect()

    def prepared(self, expression: ibis.Table, name: str) -> Run:
        """What evaluates an expression, in which a table's columns are those of `name`, over that table."""
        sql, raw = _sql(expression.op()), self._con.con

        def run(table: pa.Table) -> pa.Table:
            raw.register(name, table)  # it is read where it lies
            try:
                return raw.sql(sql).to_arrow_table()
            finally:
                raw.unregister(name)

        return run


@lru_cache(maxsize=16)
def _sql(expression: Any) -> str:
    """An expression as DuckDB's SQL: the law's takes a second to write."""
    sql: str = ibis.to_sql(expression.to_expr(), dialect="duckdb")
    return sql


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
