"""Tables screened where they are: in PostgreSQL the rows never leave it, on Spark they stay on its workers.

An expression reads the plain cells there. What leaves is what our own code has to read: the rows with certificates or odd
cells, of these the columns that state something, and the distinct keys, which are judged here. The output is made by
one statement at the end: an interrupted run leaves nothing, and is begun again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import ibis
import numpy as np
import pyarrow as pa

from .cells import told
from .engines import Apart
from .groups import Asked
from .rows import RowReader
from .run import Counts
from .screen import RESULTS, Fault, judge_on, text_at

_KEYS = pa.schema([("row", pa.int64()), ("read", pa.int64())])
_JUDGED = pa.schema([("key", pa.int64()), *((name, pa.string()) for name in RESULTS)])


class Place(Protocol):
    """Where a table is: what it can be asked for."""

    @property
    def apart(self) -> Apart:
        """Keeps the engine from writing one layer of columns into the next."""

    def source(self, columns: Mapping[str, str]) -> ibis.Table:
        """The cells that state something, in columns named by their paths, and the number of each row, from 0, in `row`."""

    def keep(self, name: str, expression: ibis.Table) -> ibis.Table:
        """What an expression comes to, worked out once."""

    def put(self, name: str, tables: Iterator[pa.Table], schema: pa.Schema) -> ibis.Table:
        """A table brought from here."""

    def batches(self, expression: ibis.Table) -> Iterator[pa.Table]:
        """What an expression comes to, brought here a part at a time."""

    def called(self, rows: Sequence[int]) -> dict[int, str]:
        """By what each of these rows is found again in the table."""

    def finish(self, results: ibis.Table) -> None:
        """Write the output at one stroke: of each `row` of the results, the table's own columns and these."""


def screen_in_place(place: Place, columns: Mapping[str, str], asked: Asked, prefix: str = "") -> tuple[Counts, list[Fault]]:
    """Screen the table at a place into its output; the counts, and what could not be read."""
    cells = place.source(columns)
    faults: list[Fault] = []
    parts = place.keep("told", told(cells, asked, place.apart))
    odd = parts.filter(parts.key.isnull()).join(cells, "row").select("row", *columns)
    read = place.put("read", _read(place.batches(odd), columns, RowReader(asked), faults), _KEYS)
    key = ibis.coalesce(read.read, parts.key)
    keyed = place.keep("keyed", parts.left_join(read, "row").select(parts.row, key=key).filter(lambda t: t.key.notnull()))
    verdicts = place.put("judged", _judged(place.batches(keyed.select("key").distinct())), _JUDGED)
    counts = _counts(place, keyed.join(verdicts, "key"), faults)
    place.finish(keyed.join(verdicts, "key").select("row", **{prefix + name: verdicts[name] for name in RESULTS}))
    return counts, faults


def _read(
    batches: Iterator[pa.Table], columns: Mapping[str, str], rows: RowReader, faults: list[Fault]
) -> Iterator[pa.Table]:
    """The keys of the rows that our own code reads; rows that cannot be read have none, and are told among the faults."""
    for batch in batches:
        cells = batch.drop_columns("row")
        numbers = batch["row"].to_numpy()
        keys, wrong = rows.keys(cells)
        for at, remedies in sorted(wrong.items()):
            faults += [
                Fault(int(numbers[at]), columns.get(p, p), text_at(cells, p, at), remedy) for p, remedy in remedies.items()
            ]
        good = np.delete(np.arange(len(numbers)), sorted(wrong))
        yield pa.table([numbers[good], keys[good]], schema=_KEYS)


def _judged(batches: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """What distinct keys come to."""
    judge = judge_on("duckdb")
    for batch in batches:
        yield judge.results(batch).select(_JUDGED.names).cast(_JUDGED)


def _counts(place: Place, judged: ibis.Table, faults: list[Fault]) -> Counts:
    bad = len({fault.row for fault in faults})
    by_verdict = judged.group_by("verdict").agg(rows=ibis._.count())
    verdicts: Counter[str] = Counter()
    for batch in place.batches(by_verdict):
        verdicts.update(dict(zip(batch["verdict"].to_pylist(), batch["rows"].to_pylist(), strict=True)))
    return Counts(verdicts.total() + bad, bad, verdicts)
