"""Rows as keys, read by the contract's own code, group by group.

Rows repeat each other: each combination of a group's texts is read once, with a stand-in for each number between two edges
and for each VIN of which NHTSA tells the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, TypeAlias

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..api import texts
from ..evidence import vin as rules
from ..evidence import vpic
from ..law import vocabulary as v
from . import cells
from .coded import Coded, as_texts, coded, distinct_cells, renumbered
from .engines import DuckDB, Polars
from .groups import BLANK, CERTIFICATES, CERTIFIED, GROUPS, REST, Answer, Asked, Group, edges, stand_in

MANY = 2_000
"""Distinct numbers of a column that are sooner told apart by an engine than by Python."""
_BANDED = (v.day.name, v.mileage.name, v.gvwr.name)
Faults: TypeAlias = dict[int, dict[str, str]]
"""What is wrong with rows, by their places, and within a row by path."""


class RowReader:
    """Reads rows that come as columns named by their paths, of texts or of any other type."""

    def __init__(self, asked: Asked, engine: DuckDB | Polars) -> None:
        self._asked, self._engine = asked, engine
        self._stand_ins: dict[tuple[object, ...], str] = {}

    def keys(self, table: pa.Table) -> tuple[np.ndarray[Any, Any], Faults]:
        """The key of each row, and the faults of those that cannot be read."""
        columns = self._columns(table)
        keys, faults = np.zeros(len(table), np.int64), defaultdict[int, dict[str, str]](dict)
        for group in (*REST, CERTIFIED) if any(path in columns for path in CERTIFICATES) else GROUPS:
            answers, codes = self._answers(group, columns, len(table))
            keys |= np.array([bits if isinstance(bits, int) else 0 for bits in answers], np.int64)[codes]
            wrong = {number: answer for number, answer in enumerate(answers) if isinstance(answer, dict)}
            for row in np.flatnonzero(np.isin(codes, list(wrong))).tolist() if wrong else ():
                faults[row] |= wrong[codes[row]]
        return keys, faults

    def _answers(self, group: Group, columns: Mapping[str, Coded], rows: int) -> tuple[list[Answer], np.ndarray[Any, Any]]:
        """What each combination of a group's texts comes to, and of each row the number of its own."""
        present = [path for path in group.paths if path in columns]
        if not present:
            return [self._asked.bits(group, (BLANK,) * len(group.paths))], np.zeros(rows, np.int32)
        found = reduce(Coded.beside, (columns[path] for path in present))
        told = (dict(zip(present, texts_of_row, strict=True)) for texts_of_row in found.values)
        return [self._asked.bits(group, tuple(each.get(path, BLANK) for path in group.paths)) for each in told], found.codes

    def _columns(self, table: pa.Table) -> Mapping[str, Coded]:
        """Every column with as few texts as tell the law and the evidence all that its own do."""
        columns: dict[str, Coded] = {}
        limits: set[Any] = set()
        if texts.VIN in table.column_names:
            columns[texts.VIN], limits = self._vins(coded(table[texts.VIN]))
        for path in table.column_names:
            if path in _BANDED:
                among = {*edges(path), *limits} if path == v.gvwr.name else {*edges(path)}
                columns[path] = self._banded(path, table[path], tuple(sorted(among)))
            elif path != texts.VIN:
                columns[path] = coded(table[path])
        return columns

    def _vins(self, written: Coded) -> tuple[Coded, set[int]]:
        """A column of VINs by one for all that tell the same; the edges between the weights that these tell."""
        vehicles = self._decoded(text for (text,) in written.values)
        weights = {vehicle.gvwr_lb for vehicle in vehicles.values() if vehicle.gvwr_lb}
        limits = {edge for low, high in weights for edge in (low, high + 1)}
        told = [self._stand_in(vehicles[text]) if text in vehicles else text for (text,) in written.values]
        return renumbered(told, written.codes), limits

    def _decoded(self, written: Iterable[str]) -> dict[str, vpic.Vehicle]:
        """What each text that can be a VIN tells."""
        vins = {text: texts.scanned(text) for text in written}
        vins = {text: vin for text, vin in vins.items() if rules.is_well_formed(vin)}
        return dict(zip(vins, vpic.decode_many(list(vins.values())), strict=True))

    def _stand_in(self, vehicle: vpic.Vehicle) -> str:
        """One VIN for all that tell the same."""
        told: tuple[object, ...] = (vehicle.problem,)
        if vehicle.problem is None:
            told = (vehicle.model_year, vehicle.make, vehicle.vehicle_type, vehicle.gvwr_lb, vehicle.test_group)
        return self._stand_ins.setdefault(told, vehicle.vin)

    def _banded(self, path: str, column: pa.ChunkedArray, among: tuple[Any, ...]) -> Coded:
        """A column of numbers or dates by the least of each band between edges; what is no number keeps its text."""
        distinct, codes = distinct_cells(column)
        if len(distinct) > MANY:
            return renumbered(self._banded_by_engine(path, distinct, among), codes)
        return renumbered([stand_in(path, text, among) for text in as_texts(distinct)], codes)

    def _banded_by_engine(self, path: str, distinct: pa.Array, among: tuple[Any, ...]) -> list[str]:
        numbers = pa.table({"row": np.arange(len(distinct)), "cell": distinct})
        shape = ibis.table(ibis.Schema.from_pyarrow(numbers.schema), name="numbers")
        found = self._engine.prepared(cells.banded(shape, path, among), "numbers")(numbers)
        bands = found["band"].take(pc.sort_indices(found["row"])).to_pylist()
        odd = pa.array([row for row, band in enumerate(bands) if band is None], pa.int64())
        read = iter(as_texts(distinct.take(odd)))
        return [stand_in(path, next(read), among) if band is None else str(among[band]) for band in bands]
