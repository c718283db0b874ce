"""The trips of a rental desk: one car or tonight's list, each judged as a rental that begins in Virginia."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..api import callers, describe, texts
from ..api.service import service
from ..check import evaluate, most_decisive_first, result_of, settled_by
from ..law import vocabulary as v
from . import columns
from .places import RETURN, place_of
from .rows import Row, Table
from .stock import Fault

MOST = 2_000
LABEL_SAYS = "label_says"
"""What a desk knows under words of its own: what the emission label says."""
SAYS = {
    "california": {v.california.name: "yes"},
    "federal": {v.california.name: "no", v.federal.name: "yes"},
}
"""What a look at the label says of the certification: it names California, or U.S. EPA and not California."""
ACTIONS = {"permitted": "go", "prohibited": "hold", "undetermined": "ask"}
_RENTAL = {v.act.name: "rental", v.seller.name: "rental_agency"}
_RETURNS = (
    *("return", "return to", "return location", "return branch", "return station", "return city", "return airport"),
    *(
        "drop off",
        "dropoff",
        "drop off location",
        "drop off branch",
        "checkin location",
        "destination",
        "destination branch",
    ),
)
_STATES = ("return state", "drop off state", "dropoff state", "destination state")
_AGREEMENTS = ("agreement", "agreement number", "rental agreement", "ra", "ra number", "contract", "reservation")
"""Headers of a rental desk's own; of any other, `columns` says what it is."""
_NO_PLACE = (
    "Nothing says in which state this is. Write the state (NC), a city with its state (Raleigh, NC), a country, or add the "
    "branch to the list of branches."
)


class Missing(Exception):
    """No column of a list says where the trips end."""


@dataclass(frozen=True)
class Trip:
    """One trip and what came of it.

    `told` are the texts that were asked, `to` where it ends in the agency's own words, `vehicle` what the VIN tells, `asks`
    the facts on which the verdict turns, the most decisive first, `provision` the first of those that decided it.
    """

    told: Mapping[str, str]
    to: str
    vehicle: dict[str, Any] | None
    result: Mapping[str, Any]
    asks: Sequence[str]
    provision: str
    line: int = 0

    @property
    def action(self) -> str:
        """`go`, `hold` or `ask`."""
        return ACTIONS[self.result["verdict"]]

    @property
    def vin(self) -> str:
        return texts.scanned(self.told.get(texts.VIN, ""))

    @property
    def reference(self) -> str:
        return self.told.get(texts.REFERENCE, "")

    @property
    def why(self) -> str:
        """The verdict's sentence without its first word."""
        told: str = self.result["summary"].partition(": ")[2]
        return f"{told[0].upper()}{told[1:]}"

    @property
    def cautions(self) -> list[str]:
        """What was left aside or does not agree."""
        vin = (note["text"] for note in self.result["advisories"] if note["code"].startswith("vin_"))
        return [*(conflict["text"] for conflict in self.result["conflicts"]), *vin]


def judged(told: Mapping[str, str], to: str, branches: Mapping[str, str], line: int = 0) -> Trip:
    """A trip to the place `to`; empty: not known. Raises Unreadable."""
    whole = {**told, **_ending(told, to, branches), **_RENTAL}
    at = service()
    _, read = texts.request_of(whole)
    case = evaluate(read, today=at.today(), registry=at.registry, reading=at.reading, account=callers.seller())
    vehicle = describe.vehicle(case.evidence.vehicle) if case.evidence.vehicle else None
    to = to or whole.get(v.destination_state.name, "")
    return Trip(whole, to, vehicle, result_of(case), most_decisive_first(case), settled_by(case)[0][0], line)


def _ending(told: Mapping[str, str], to: str, branches: Mapping[str, str]) -> dict[str, str]:
    """Where a trip ends, by the place's own words and by the state that stands beside it. Raises Unreadable."""
    place = place_of(to, branches) if to else {}
    beside = told.get(v.destination_state.name)
    if place is None and beside is None:
        raise texts.Unreadable({RETURN: _NO_PLACE})
    state = (place or {}).get(v.destination_state.name)
    if state and beside and state != beside.upper():
        raise texts.Unreadable({RETURN: f"This is in {state}, and the list says {beside}. Correct the one that is wrong."})
    return place or {}


def of_table(table: Table, branches: Mapping[str, str]) -> tuple[list[Trip], list[Fault]]:
    """The trips of a list, and what of it cannot be read. Raises Missing."""
    paths = columns_of(table)
    if RETURN not in paths:
        raise Missing
    presumed = columns.presumed(table.header, paths)
    trips: list[Trip] = []
    faults: list[Fault] = []
    for row in table.rows:
        if row.fault:
            faults.append(Fault(row.line, "", "", row.fault))
            continue
        told = presumed | columns.told_of(paths, row.cells)
        to = told.pop(RETURN, "")
        for unasked in (columns.MAKE, columns.MODEL):
            told.pop(unasked, None)
        try:
            trips.append(judged(told, to, branches, row.line))
        except texts.Unreadable as error:
            faults += [_fault(row, table.header, paths, path, detail) for path, detail in error.faults.items()]
    return trips, faults


def columns_of(table: Table) -> tuple[str, ...]:
    """What each column is read as: a path, `RETURN`, or nothing."""
    paths = list(columns.recognized(table.header, table.rows))
    plain = [" ".join(re.sub(r"[^a-z]+", " ", name.casefold()).split()) for name in table.header]
    for path, names in ((texts.REFERENCE, _AGREEMENTS), (v.destination_state.name, _STATES), (RETURN, _RETURNS)):
        own = next((place for place, name in enumerate(plain) if name in names), None)
        if own is not None:
            paths = ["" if other == path else other for other in paths]
            paths[own] = path
    if RETURN not in paths:  # a state alone says where a trip ends as well as a place does
        paths = [RETURN if path == v.destination_state.name else path for path in paths]
    return tuple(paths)


def _fault(row: Row, header: Sequence[str], paths: Sequence[str], path: str, detail: str) -> Fault:
    if path not in paths:
        return Fault(row.line, "", "", detail)
    place = paths.index(path)
    return Fault(row.line, header[place], row.cells[place], detail)
