"""A table of a PostgreSQL database, screened where it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ibis
import psycopg
import pyarrow as pa
from psycopg.sql import SQL, Composable, Identifier

from .engines import Apart, fenced
from .places import AT_ONCE, Unavailable

_NUMBER = "levcheck_row"
_READ_AS = dict.fromkeys(("bool", "int2", "int4", "int8", "float4", "float8"), "{}") | {
    "timestamp": "{}::date::text",
    "timestamptz": "({} AT TIME ZONE 'America/New_York')::date::text",
}
"""What the columns of a type are read as; all others are read as texts, days too: Python has none for `infinity`."""

_PRIMARY_KEY = """SELECT a.attname FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k (number, place), pg_attribute a
    WHERE i.indrelid = to_regclass(%s) AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = k.number
    ORDER BY place"""


class PostgreSQL:
    """A table of a PostgreSQL database, screened into another; either may be named with its schema, SCHEMA.TABLE."""

    apart: Apart = staticmethod(fenced)
    errors = (psycopg.Error,)

    def __init__(self, url: str, table: str, out: str) -> None:
        try:
            self._raw = psycopg.connect(url)
        except psycopg.Error as error:
            raise Unavailable(f"The database cannot be reached: {error}") from error
        self._run("SET datestyle TO ISO")
        self._con = ibis.postgres.from_connection(self._raw)
        self._table, self._out = (Identifier(*name.split(".", 1)) for name in (table, out))
        there, taken = self._is_there(self._table), self._is_there(self._out)
        if not there or taken:
            self._raw.close()
        if not there:
            raise Unavailable(f"There is no table {table!r} in the database; one of another schema is SCHEMA.TABLE.")
        if taken:
            raise Unavailable(f"There is a table {out!r} already: choose another --out, or drop it first.")

    def names(self) -> list[str]:
        """The names of the table's columns."""
        return [column.name for column in self._run("SELECT * FROM {} LIMIT 0", self._table).description or ()]

    def source(self, columns: Mapping[str, str]) -> ibis.Table:
        # The table's own columns do not pass through ibis, which does not know every type that a database has.
        numbered = "CREATE TEMP TABLE levcheck_source AS SELECT *, row_number() OVER () - 1 AS {} FROM {}"
        self._run(numbered, Identifier(_NUMBER), self._table)
        types = {c.name: c.type_code for c in self._run("SELECT * FROM levcheck_source LIMIT 0").description or ()}
        cells = [SQL("{} AS row").format(Identifier(_NUMBER))]
        for path, column in columns.items():
            known = self._raw.adapters.types.get(types[column])
            read_as = SQL(_READ_AS.get(known.name if known else "", "{}::text")).format(Identifier(column))
            cells.append(SQL("{} AS {}").format(read_as, Identifier(path)))
        self._run("CREATE TEMP VIEW levcheck_cells AS SELECT {} FROM levcheck_source", SQL(", ").join(cells))
        return self._con.table("levcheck_cells")

    def keep(self, name: str, expression: ibis.Table) -> ibis.Table:
        return self._con.create_table(f"levcheck_{name}", expression, temp=True)

    def put(self, name: str, tables: Iterator[pa.Table], schema: pa.Schema) -> ibis.Table:
        made = self._con.create_table(f"levcheck_{name}", schema=ibis.Schema.from_pyarrow(schema), temp=True)
        for table in tables:  # the connection does one thing at a time: a batch is here before the next is sent
            with self._raw.cursor() as cursor, cursor.copy(f"COPY levcheck_{name} FROM STDIN") as copy:
                for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                    copy.write_row(row)
        return made

    def batches(self, expression: ibis.Table) -> Iterator[pa.Table]:
        for batch in self._con.to_pyarrow_batches(expression, chunk_size=AT_ONCE):
            yield pa.Table.from_batches([batch])

    def finish(self, results: ibis.Table) -> None:
        self.keep("results", results)
        own = [Identifier("source", name) for name in self.names()]
        told = [Identifier("results", name) for name in results.columns if name != "row"]
        joined = "FROM levcheck_source source JOIN levcheck_results results ON source.{} = results.row"
        self._run("CREATE TABLE {} AS SELECT {} " + joined, self._out, SQL(", ").join(own + told), Identifier(_NUMBER))

    def called(self, rows: Sequence[int]) -> dict[int, str]:
        """Rows by their primary key where there is one: without an order a number would tell nothing."""
        keys = [Identifier(name) for (name,) in self._raw.execute(_PRIMARY_KEY, [self._table.as_string(self._raw)])]
        told = [SQL("{}::text").format(key) for key in keys] or [SQL("({} + 1)::text").format(Identifier(_NUMBER))]
        asked = SQL("SELECT {}, concat_ws(', ', {}) FROM levcheck_source WHERE {} = ANY(%s)")
        number = Identifier(_NUMBER)
        return dict(self._raw.execute(asked.format(number, SQL(", ").join(told), number), [list(rows)]).fetchall())

    def close(self) -> None:
        """Leave the database; what was kept for the screening goes with it."""
        self._raw.close()

    def _run(self, statement: str, *parts: Composable) -> psycopg.Cursor[Any]:
        cursor = self._raw.execute(SQL(statement).format(*parts))
        self._raw.commit()
        return cursor

    def _is_there(self, table: Identifier) -> bool:
        (found,) = self._raw.execute("SELECT to_regclass(%s)", [table.as_string(self._raw)]).fetchone() or (None,)
        return found is not None
