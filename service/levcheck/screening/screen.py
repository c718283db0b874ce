"""Tables of one shape, screened: each combination of cells is read once, the engine judges the keys."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..law.current import LAW, needed
from . import keys
from .coded import at_once, text_of
from .engines import EMBEDDED, DuckDB, Polars
from .groups import Asked
from .judging import judged
from .rows import RowReader

RESULTS = ("verdict", "basis", "provision", "needs", *LAW.readings)
"""The columns that a screening adds: the verdict under the reading chosen, why, by which provision, the facts still needed
(their paths, a space between), and the verdict under each reading."""


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be read: the row's place in its table from 0, the column, what stands there, what to write."""

    row: int
    column: str
    value: str
    remedy: str


class Screen:
    """Screens tables on an engine of `EMBEDDED`; `columns` names the column of each path that there is one for."""

    def __init__(self, engine: str, columns: Mapping[str, str], asked: Asked) -> None:
        self._columns = dict(columns)
        self._rows = RowReader(asked)
        self._judge = judge_on(engine)

    def screened(self, table: pa.Table) -> tuple[pa.Array, pa.Table, list[Fault]]:
        """The places of the rows that can be read, what they come to (`RESULTS`), and the faults of the others."""
        cells = table.select(list(self._columns.values())).rename_columns(list(self._columns))
        keys, faults = self._rows.keys(cells)
        good = np.delete(np.arange(len(table)), sorted(faults))
        told = [
            Fault(row, self._columns.get(path, path), text_at(cells, path, row), remedy)
            for row in sorted(faults)
            for path, remedy in faults[row].items()
        ]
        return pa.array(good), self._come_to(pa.array(keys[good] if faults else keys)), told

    def _come_to(self, key: pa.Array) -> pa.Table:
        encoded = key.dictionary_encode()
        results = self._judge.results(pa.table({"key": encoded.dictionary}))
        places = pc.index_in(encoded.dictionary, value_set=results["key"].combine_chunks()).take(encoded.indices)
        return pa.table(at_once(lambda name: _repeated(results[name], places), RESULTS), RESULTS)


class Judge:
    """Judges keys on an engine, each once however many rows have it. Threads may share it."""

    def __init__(self, engine: DuckDB | Polars) -> None:
        keys = ibis.table({"key": "int64"}, name="keys")
        self._judge = engine.prepared(judged(keys), keys)
        self._alone = threading.Lock()

    def results(self, keys: pa.Table) -> pa.Table:
        """Of a table with a column `key`: the keys, in whatever order, and what each comes to (`RESULTS`)."""
        with self._alone:
            results = self._judge(keys)
        undetermined = pc.equal(results["verdict"], "undetermined").to_pylist()
        needs = [_needs_of(k) if open_ else None for k, open_ in zip(results["key"].to_pylist(), undetermined, strict=True)]
        return results.append_column("needs", pa.array(needs, pa.string()))


@cache
def judge_on(engine: str) -> Judge:
    """This process's judge on an engine of `EMBEDDED`: the law is planned once."""
    return Judge(EMBEDDED[engine]())


def _repeated(column: pa.ChunkedArray, places: pa.Array) -> pa.Array:
    """The cells at these places, each distinct one held once."""
    encoded = column.combine_chunks().dictionary_encode()
    indices = encoded.indices.cast(pa.int8() if len(encoded.dictionary) < 1 << 7 else pa.int32())
    return pa.DictionaryArray.from_arrays(indices.take(places), encoded.dictionary)


@lru_cache(maxsize=200_000)
def _needs_of(key: int) -> str:
    """The facts on which an undetermined verdict still turns, by their paths."""
    return " ".join(needed(keys.masks(key), keys.reading(key)))


def text_at(cells: pa.Table, path: str, row: int) -> str:
    """The text of one cell; none where there is no such column."""
    return text_of(cells[path][row]) if path in cells.column_names else ""
