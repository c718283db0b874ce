"""The places where tables are screened without leaving them: a PostgreSQL database, and Spark."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import accumulate, count
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from .engines import Apart, as_it_is, fenced

AT_ONCE = 50_000


class Unavailable(Exception):
    """A database, a table or an engine that is not there: which, and what to do."""


def opened(source: str, table: str | None, out: str) -> PostgreSQL | Spark:
    """The place of a table: of a database by its URL, else on Spark. Raises Unavailable."""
    if "://" in source:
        if table is None:
            raise Unavailable("Name the table to read by --table.")
        return PostgreSQL(source, table, out)
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise Unavailable("Spark is not installed: pip install 'levcheck[spark]', and a Java runtime.") from error
    session = SparkSession.builder.appName("levcheck").config("spark.ui.enabled", "false").getOrCreate()
    return Spark(session, source, out)


class PostgreSQL:
    """A table of a PostgreSQL database, screened into another table of it."""

    apart: Apart = staticmethod(fenced)

    def __init__(self, url: str, table: str, out: str) -> None:
        import psycopg

        try:
            self._raw = psycopg.connect(url)
        except psycopg.Error as error:
            raise Unavailable(f"The database cannot be reached: {error}") from error
        self._con = ibis.postgres.from_connection(self._raw)
        self._table, self._out = table, out
        there = self._con.list_tables()
        if table not in there or out in there:
            self._raw.close()
        if table not in there:
            raise Unavailable(f"There is no table {table!r} in the database.")
        if out in there:
            raise Unavailable(f"There is a table {out!r} already: choose another --out, or drop it first.")

    def schema(self) -> pa.Schema:
        """The table's columns."""
        return self._con.table(self._table).schema().to_pyarrow()

    def source(self) -> ibis.Table:
        table = self._con.table(self._table)
        return self.keep("source", table.mutate(row=ibis.row_number().cast("int64")))

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

    def finish(self, expression: ibis.Table) -> ibis.Table:
        return self._con.create_table(self._out, expression)

    def close(self) -> None:
        """Leave the database; what was kept for the screening goes with it."""
        self._raw.close()


class Spark:
    """A CSV or Parquet file, or a folder of them, read by Spark and screened into a folder of Parquet."""

    apart: Apart = staticmethod(as_it_is)

    def __init__(self, session: Any, path: str, out: str) -> None:
        self._session, self._path, self._out = session, path, out
        self._con = ibis.pyspark.connect(session)
        self._home = tempfile.TemporaryDirectory(prefix="levcheck-spark-")
        self._work = Path(self._home.name)
        self._numbers = count()

    def source(self) -> ibis.Table:
        from pyspark.sql import functions as f

        where = str(self._work / "numbered")
        frame = self._frame().withColumn("row", f.monotonically_increasing_id())  # a part's number, 33 bits, the row's in it
        frame.write.parquet(where)
        kept = self._session.read.parquet(where)
        counted = kept.groupBy(f.shiftright("row", 33).alias("part")).count().orderBy("part").collect()
        before = accumulate((part["count"] for part in counted), initial=0)
        first = [f.lit(x) for part, start in zip(counted, before, strict=False) for x in (part["part"], start)]
        place = f.element_at(f.create_map(*first), f.shiftright("row", 33)) + f.col("row").bitwiseAND((1 << 33) - 1)
        (kept.withColumn("row", place) if first else kept).createOrReplaceTempView("levcheck_source")
        return self._con.table("levcheck_source")

    def schema(self) -> pa.Schema:
        """The table's columns."""
        from pyspark.sql.pandas.types import to_arrow_schema

        return to_arrow_schema(self._frame().schema)

    def _frame(self) -> Any:
        if self._path.rstrip("/").endswith(".parquet"):
            return self._session.read.parquet(self._path)
        return self._session.read.csv(self._path, header=True, multiLine=True, escape='"')

    def keep(self, name: str, expression: ibis.Table) -> ibis.Table:
        self._session.sql(self._con.compile(expression)).write.parquet(str(self._work / name))
        return self._con.read_parquet(str(self._work / name), table_name=f"levcheck_{name}")

    def put(self, name: str, tables: Iterator[pa.Table], schema: pa.Schema) -> ibis.Table:
        with pq.ParquetWriter(self._work / f"{name}.parquet", schema) as writer:
            for table in tables:
                writer.write_table(table)
        return self._con.read_parquet(str(self._work / f"{name}.parquet"), table_name=f"levcheck_{name}")

    def batches(self, expression: ibis.Table) -> Iterator[pa.Table]:
        where = str(self._work / f"batches{next(self._numbers)}")
        self._session.sql(self._con.compile(expression)).write.parquet(where)
        import pyarrow.dataset as ds  # only here: it brings pandas, which takes a third of a second

        for batch in ds.dataset(where).to_batches(batch_size=AT_ONCE):
            yield pa.Table.from_batches([batch])

    def finish(self, expression: ibis.Table) -> ibis.Table:
        self._session.sql(self._con.compile(expression)).write.parquet(self._out)
        return self._con.read_parquet(self._out, table_name="levcheck_out")

    def close(self) -> None:
        """Remove what was kept for the screening."""
        self._home.cleanup()
