"""Tables of one shape, screened: the engine reads the plain cells and judges the keys, our own code reads the odd rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..api import texts
from ..law.current import LAW, needed
from . import keys
from .cells import told
from .engines import DuckDB, Polars
from .groups import Answer, Asked
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
    """Screens tables with the columns of `schema`; `columns` names the column of each path that there is one for."""

    def __init__(self, engine: DuckDB | Polars, schema: pa.Schema, columns: Mapping[str, str], asked: Asked) -> None:
        self._columns = dict(columns)
        self._rows = RowReader(asked)
        shape = pa.schema([pa.field(path, schema.field(column).type) for path, column in columns.items()])
        part = ibis.table(ibis.Schema.from_pyarrow(shape.append(pa.field("row", pa.int64()))), name="part")
        self._tell = engine.prepared(told(part, {path: path for path in columns}, asked), "part")
        self._judge = engine.prepared(_judged(), "keys")

    def screened(self, table: pa.Table) -> tuple[pa.Array, pa.Table, list[Fault]]:
        """The places of the rows that can be read, what they come to (`RESULTS`), and the faults of the others."""
        cells = table.select(list(self._columns.values())).rename_columns(list(self._columns))
        found = self._tell(cells.append_column("row", pa.array(np.arange(len(table)))))
        rest, rest_faults = self._completed(found, "rest", cells)
        vehicle, vehicle_faults = self._completed(found, "vehicle", cells)
        faulty = {row: rest_faults.get(row, {}) | vehicle_faults.get(row, {}) for row in {*rest_faults, *vehicle_faults}}
        good = np.delete(np.arange(len(table)), sorted(faulty))
        told_faults = [
            Fault(row, self._columns.get(path, path), _text(cells, path, row), remedy)
            for row in sorted(faulty)
            for path, remedy in faulty[row].items()
        ]
        return pa.array(good), self._come_to(pa.array((rest + vehicle)[good])), told_faults

    def _completed(self, found: pa.Table, name: str, cells: pa.Table) -> tuple[Any, dict[int, dict[str, str]]]:
        """One part of every row's key, in the rows' order; what the engine left open is read by our own code."""
        bits = np.zeros(len(found), np.int64)
        row = found["row"].to_numpy()
        bits[row] = found[name].fill_null(0).to_numpy()
        left = np.sort(row[found[name].is_null().to_numpy()])
        if not len(left):
            return bits, {}
        columns = {path: as_texts(cells[path].take(pa.array(left))) for path in cells.column_names}
        answers: Sequence[Answer] = getattr(self._rows, name)(columns)
        faults = {}
        for at, answer in zip(left.tolist(), answers, strict=True):
            if isinstance(answer, dict):
                faults[at] = answer
            else:
                bits[at] = answer
        return bits, faults

    def _come_to(self, key: pa.Array) -> pa.Table:
        """Each key is judged once, however many rows have it."""
        encoded = key.dictionary_encode()
        results = self._judge(pa.table({"key": encoded.dictionary}))
        undetermined = pc.equal(results["verdict"], "undetermined").to_pylist()
        needs = [needs_of(k) if open_ else None for k, open_ in zip(results["key"].to_pylist(), undetermined, strict=True)]
        results = results.append_column("needs", pa.array(needs, pa.string()))
        places = pc.index_in(encoded.dictionary, value_set=results["key"].combine_chunks())
        return results.select(RESULTS).take(places.take(encoded.indices))


@cache
def _judged() -> ibis.Table:
    return judged(ibis.table({"key": "int64"}, name="keys"))


@lru_cache(maxsize=200_000)
def needs_of(key: int) -> str:
    """The facts on which an undetermined verdict still turns, by their paths."""
    return " ".join(needed(keys.masks(key), keys.reading(key)))


def as_texts(column: pa.ChunkedArray) -> list[str]:
    """A column's cells as a person would write them."""
    return [texts.text_of(cell) for cell in column.to_pylist()]


def _text(cells: pa.Table, path: str, row: int) -> str:
    return texts.text_of(cells[path][row].as_py()) if path in cells.column_names else ""
