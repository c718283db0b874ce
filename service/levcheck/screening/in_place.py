"""Tables screened where they are: in PostgreSQL the rows never leave it, on Spark they stay on its workers.

An expression reads the plain cells there. What leaves is what our own code has to read: the rows with certificates or odd
cells, of these the columns that state something, and the distinct keys, which are judged here. The output is made by
one statement at the end: an interrupted run leaves nothing, and is begun again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
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

    def source(self) -> ibis.Table:
        """The table, with the number of each row, from 0, in a column `row` beside its own."""

    def keep(self, name: str, expression: ibis.Table) -> ibis.Table:
        """What an expression comes to, worked out once."""

    def put(self, name: str, tables: Iterator[pa.Table], schema: pa.Schema) -> ibis.Table:
        """A table brought from here."""

    def batches(self, expression: ibis.Table) -> Iterator[pa.Table]:
        """What an expression comes to, brought here a part at a time."""

    def finish(self, expression: ibis.Table) -> ibis.Table:
        """Write the output at one stroke."""


def screen_in_place(place: Place, columns: Mapping[str, str], asked: Asked, prefix: str = "") -> tuple[Counts, list[Fault]]:
    """Screen the table at a place into its output; the counts, and what could not be read."""
    source = place.source()
    faults: list[Fault] = []
    parts = place.keep("told", told(source, columns, asked, place.apart))
    odd = parts.filter(parts.key.isnull()).join(source, "row")
    odd = odd.select("row", *(source[column].name(path) for path, column in columns.items()))
    read = place.put("read", _read(place.batches(odd), columns, RowReader(asked), faults), _KEYS)
    key = ibis.coalesce(read.read, parts.key)
    keyed = place.keep("keyed", parts.left_join(read, "row").select(parts.row, key=key).filter(lambda t: t.key.notnull()))
    verdicts = place.put("judged", _judged(place.batches(keyed.select("key").distinct())), _JUDGED)
    whole = source.join(keyed, "row").join(verdicts, "key")
    own = [name for name in source.columns if name != "row"]
    made = place.finish(whole.select(*own, **{prefix + name: ibis._[name] for name in RESULTS}))
    return _counts(place, made, prefix, faults), faults


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


def _counts(place: Place, made: ibis.Table, prefix: str, faults: list[Fault]) -> Counts:
    bad = len({fault.row for fault in faults})
    by_verdict = made.group_by(verdict=made[f"{prefix}verdict"]).agg(rows=ibis._.count())
    verdicts: Counter[str] = Counter()
    for batch in place.batches(by_verdict):
        verdicts.update(dict(zip(batch["verdict"].to_pylist(), batch["rows"].to_pylist(), strict=True)))
    return Counts(verdicts.total() + bad, bad, verdicts)
