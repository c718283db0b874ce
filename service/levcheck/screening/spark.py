"""Files that Spark reads, screened on its workers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, count
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from .engines import Apart, as_it_is
from .places import AT_ONCE

_NUMBER = "levcheck_row"


class Spark:
    """A CSV or Parquet file, or a folder of them, read by Spark and screened into a folder of Parquet."""

    apart: Apart = staticmethod(as_it_is)
    errors = (PySparkException,)

    def __init__(self, path: str, out: str) -> None:
        session = SparkSession.builder.appName("levcheck").config("spark.ui.enabled", "false").getOrCreate()
        self._session, self._path, self._out = session, path, out
        self._con = ibis.pyspark.connect(session)
        self._home = tempfile.TemporaryDirectory(prefix="levcheck-spark-")
        self._work = Path(self._home.name)
        self._numbers = count()
        self._source: Any = None

    def names(self) -> list[str]:
        """The names of the table's columns."""
        return list(self._frame().columns)

    def source(self, columns: Mapping[str, str]) -> ibis.Table:
        where = str(self._work / "numbered")
        frame = self._frame().withColumn(
            _NUMBER, f.monotonically_increasing_id()
        )  # a part's number, 33 bits, the row's in it
        frame.write.parquet(where)
        kept = self._session.read.parquet(where)
        counted = kept.groupBy(f.shiftright(_NUMBER, 33).alias("part")).count().orderBy("part").collect()
        before = accumulate((part["count"] for part in counted), initial=0)
        first = [f.lit(x) for part, start in zip(counted, before, strict=False) for x in (part["part"], start)]
        place = f.element_at(f.create_map(*first), f.shiftright(_NUMBER, 33)) + f.col(_NUMBER).bitwiseAND((1 << 33) - 1)
        self._source = kept.withColumn(_NUMBER, place) if first else kept
        cells = (f.col(_quoted(column)).alias(path) for path, column in columns.items())
        self._source.select(f.col(_NUMBER).alias("row"), *cells).createOrReplaceTempView("levcheck_cells")
        return self._con.table("levcheck_cells")

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

    def finish(self, results: ibis.Table) -> None:
        beside = self._session.sql(self._con.compile(results)).withColumnRenamed("row", _NUMBER)
        self._source.join(beside, _NUMBER).drop(_NUMBER).write.parquet(self._out)

    def called(self, rows: Sequence[int]) -> dict[int, str]:
        """Rows by their numbers in the file, from 1."""
        return {row: str(row + 1) for row in rows}

    def close(self) -> None:
        """Remove what was kept for the screening."""
        self._home.cleanup()


def _quoted(name: str) -> str:
    return "`{}`".format(name.replace("`", "``"))
