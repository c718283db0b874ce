"""Rows that an engine cannot read by itself, read by the contract's own code, group by group.

Rows repeat each other: a group's texts are read once, with a stand-in for each number between two edges and for each VIN of
which NHTSA tells the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ..api import texts
from ..evidence import vin as rules
from ..evidence import vpic
from ..law import vocabulary as v
from .groups import BLANK, CERTIFICATES, CERTIFIED, PLAIN, REST, Answer, Asked, Group, edges, stand_in

Columns = Mapping[str, Sequence[str]]
"""The texts of some rows by path, one text a row, blank where there is none."""


class RowReader:
    """Reads rows that come as columns of texts."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._stand_ins: dict[tuple[object, ...], str] = {}
        self._banded = lru_cache(maxsize=200_000)(self._banded_anew)

    def rest(self, columns: Columns) -> list[Answer]:
        """The `rest` of each row's key, or what is wrong with the row, by path."""
        mileages = columns.get(v.mileage.name)
        if mileages is not None:
            columns = {**columns, v.mileage.name: [self._banded(v.mileage.name, text, None) for text in mileages]}
        return self._answers(REST, columns)

    def vehicle(self, columns: Columns) -> list[Answer]:
        """The `vehicle` part of each row's key, or what is wrong with the row, by path."""
        if texts.VIN not in columns:
            groups = (CERTIFIED,) if any(path in columns for path in CERTIFICATES) else PLAIN
            return self._answers(groups, self._with_weights(columns, [None] * _rows(columns)))
        written = columns[texts.VIN]
        vehicles = self._decoded(written)
        told = [vehicles.get(text) for text in written]
        vins = [text if vehicle is None else self._stand_in(vehicle) for text, vehicle in zip(written, told, strict=True)]
        return self._answers((CERTIFIED,), {**self._with_weights(columns, told), texts.VIN: vins})

    def _decoded(self, written: Iterable[str]) -> dict[str, vpic.Vehicle]:
        """What each text that can be a VIN tells."""
        vins = {text: texts.scanned(text) for text in set(written)}
        vins = {text: vin for text, vin in vins.items() if rules.is_well_formed(vin)}
        return dict(zip(vins, vpic.decode_many(list(vins.values())), strict=True))

    def _stand_in(self, vehicle: vpic.Vehicle) -> str:
        """One VIN for all that tell the same."""
        told: tuple[object, ...] = (vehicle.problem,)
        if vehicle.problem is None:
            told = (vehicle.model_year, vehicle.make, vehicle.vehicle_type, vehicle.gvwr_lb, vehicle.test_group)
        return self._stand_ins.setdefault(told, vehicle.vin)

    def _with_weights(self, columns: Columns, vehicles: Sequence[vpic.Vehicle | None]) -> Columns:
        weights = columns.get(v.gvwr.name)
        if weights is None:
            return columns
        limits = (vehicle.gvwr_lb if vehicle else None for vehicle in vehicles)
        banded = [self._banded(v.gvwr.name, text, limit) for text, limit in zip(weights, limits, strict=True)]
        return {**columns, v.gvwr.name: banded}

    def _banded_anew(self, path: str, text: str, limits: tuple[int, int] | None) -> str:
        """A number's stand-in, between the law's edges and those of a VIN's weight class."""
        if text == BLANK:
            return text
        among = edges(path) if limits is None else tuple(sorted({*edges(path), limits[0], limits[1] + 1}))
        return stand_in(path, text, among)

    def _answers(self, groups: Sequence[Group], columns: Columns) -> list[Answer]:
        blank = [BLANK] * _rows(columns)
        answers: list[Answer] = [0] * _rows(columns)
        for group in groups:
            cells = zip(*(columns.get(path, blank) for path in group.paths), strict=True)
            answers = [_joined(a, self._asked.bits(group, texts)) for a, texts in zip(answers, cells, strict=True)]
        return answers


def _rows(columns: Columns) -> int:
    return len(next(iter(columns.values()), ()))


def _joined(a: Answer, b: Answer) -> Answer:
    if isinstance(a, int) and isinstance(b, int):
        return a | b
    return (a if isinstance(a, dict) else {}) | (b if isinstance(b, dict) else {})
