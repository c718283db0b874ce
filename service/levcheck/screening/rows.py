"""Rows as keys, read by the contract's own code, group by group.

Rows repeat each other: each combination of a group's texts is read once, with a stand-in for each number between two edges
and for each VIN of which NHTSA tells the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from ..api import texts
from ..evidence import vin as rules
from ..evidence import vpic
from ..law import vocabulary as v
from . import numbers
from .coded import Coded, as_texts, at_once, coded, distinct_cells, looked_up, renumbered
from .groups import BLANK, CERTIFICATES, CERTIFIED, GROUPS, REST, Answer, Asked, Group, edges, stand_in

_BANDED = (v.day.name, v.mileage.name, v.gvwr.name)
_PART = 1 << 16
"""Rows that a processor's cache holds a few columns of."""
Faults: TypeAlias = dict[int, dict[str, str]]
"""What is wrong with rows, by their places, and within a row by path."""


class RowReader:
    """Reads rows that come as columns named by their paths, of texts or of any other type."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._stand_ins: dict[tuple[object, ...], str] = {}

    def keys(self, table: pa.Table) -> tuple[np.ndarray[Any, Any], Faults]:
        """The key of each row, and the faults of those that cannot be read."""
        columns = self._columns(table)
        told, faults = [], defaultdict[int, dict[str, str]](dict)
        groups = (*REST, CERTIFIED) if any(path in columns for path in CERTIFICATES) else GROUPS
        for answers, codes in at_once(lambda group: self._answers(group, columns, len(table)), groups):
            told.append((np.array([bits if isinstance(bits, int) else 0 for bits in answers], np.int64), codes))
            wrong = {number: answer for number, answer in enumerate(answers) if isinstance(answer, dict)}
            for row in np.flatnonzero(np.isin(codes, list(wrong))).tolist() if wrong else ():
                faults[row] |= wrong[codes[row]]
        parts = [slice(start, start + _PART) for start in range(0, max(len(table), 1), _PART)]
        found = at_once(lambda part: looked_up([(bits, codes[part]) for bits, codes in told]), parts)
        return np.concatenate(found), faults

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

        def read(path: str) -> Coded:
            if path not in _BANDED:
                return coded(table[path])
            return banded(path, table[path], tuple(sorted({*edges(path), *(limits if path == v.gvwr.name else ())})))

        others = [path for path in table.column_names if path != texts.VIN]
        return columns | dict(zip(others, at_once(read, others), strict=True))

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


def banded(path: str, column: pa.ChunkedArray, among: tuple[Any, ...]) -> Coded:
    """A column of numbers or dates by the least of each band between edges; what is not plainly one keeps its text."""
    if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
        distinct, codes = distinct_cells(column)
        return _banded(path, distinct, among).at(codes)
    return _banded(path, column.combine_chunks(), among)


def _banded(path: str, cells: pa.Array, among: tuple[Any, ...]) -> Coded:
    places = numbers.banded(path, cells, among)
    odd = np.flatnonzero(places < 0)
    told = [str(edge) for edge in among]
    if len(odd):
        distinct, codes = distinct_cells(pa.chunked_array([cells.take(pa.array(odd))]))
        places = places.astype(np.int32)
        places[odd] = codes + len(told)
        told += [stand_in(path, text, among) for text in as_texts(distinct)]
    return renumbered(told, places)
