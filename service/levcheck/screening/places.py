"""The places where tables are screened without leaving them: a PostgreSQL database, and Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .postgresql import PostgreSQL
    from .spark import Spark

AT_ONCE = 50_000
"""Rows that are brought here at a time."""


class Unavailable(Exception):
    """A database, a table or an engine that is not there: which, and what to do."""


def opened(source: str, table: str | None, out: str) -> PostgreSQL | Spark:
    """The place of a table: of a database by its URL, else on Spark. Raises Unavailable."""
    if "://" in source:
        if table is None:
            raise Unavailable("Name the table to read by --table.")
        from .postgresql import PostgreSQL  # its driver takes a third of a second

        return PostgreSQL(source, table, out)
    try:
        from .spark import Spark
    except ImportError as error:
        raise Unavailable("Spark is not installed: pip install 'levcheck[spark]', and a Java runtime.") from error
    return Spark(source, out)
