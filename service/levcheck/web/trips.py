"""The trips of a rental desk: one car or tonight's list, each judged as a rental that begins in Virginia."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..api import callers, describe, texts
from ..api.service import service
from ..check import evaluate, most_decisive_first, result_of
from ..evidence import vin as vin_rules
from ..evidence import vpic
from ..law import vocabulary as v
from .places import place_of
from .rows import Row, Table

MOST = 2_000
RETURN, LABEL_SAYS = "return", "label_says"
"""What a desk knows under words of its own: where the trip ends, and what the emission label says."""
SAYS = {
    "california": {v.california.name: "yes"},
    "federal": {v.california.name: "no", v.federal.name: "yes"},
}
"""What a look at the label says of the certification: it names California, or U.S. EPA and not California."""
ACTIONS = {"permitted": "go", "prohibited": "hold", "undetermined": "ask"}
_RENTAL = {v.act.name: "rental", v.seller.name: "rental_agency"}
_NO_PLACE = (
    "Nothing says in which state this is. Write the state (NC), a city with its state (Raleigh, NC), a country, or add the "
    "branch to the list of branches."
)
_HEADERS = {
    RETURN: "return|return to|return state|return location|return branch|return station|drop off|dropoff|drop off location|"
    "drop|check in|checkin location|destination|destination state|to|ends|where it ends",
    texts.VIN: "vin|vin number|vehicle vin|vehicle identification number",
    v.mileage.name: "mileage|miles|odometer|odo|km|odometer km|mileage km|odometer out|odometer mi",
    v.california.name: "california|california certified|carb|ca certified|ca cert",
    v.federal.name: "federal|federally certified|epa",
    texts.LABEL: "label|emission label|emissions label",
    texts.REFERENCE: "agreement|agreement number|reference|contract|contract number|ra|ra number|reservation|res|unit|"
    "unit number|car|fleet number",
}
_BY_HEADER = {name: path for path, names in _HEADERS.items() for name in names.split("|")}


class Missing(Exception):
    """No column of a list says where the trips end."""


@dataclass(frozen=True)
class Trip:
    """One trip and what came of it: the texts that were asked, the line and words that it came with, the result."""

    told: Mapping[str, str]
    to: str
    result: Mapping[str, Any]
    asks: Sequence[str]
    line: int = 0

    @property
    def action(self) -> str:
        """`go`, `hold` or `ask`."""
        return ACTIONS[self.result["verdict"]]

    @property
    def vin(self) -> str:
        return self.told.get(texts.VIN, "")

    @property
    def reference(self) -> str:
        return self.told.get(texts.REFERENCE, "")

    @property
    def vehicle(self) -> dict[str, Any] | None:
        """What the VIN tells."""
        return describe.vehicle(vpic.decode(self.vin)) if vin_rules.is_well_formed(self.vin) else None

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


@dataclass(frozen=True)
class Fault:
    """What cannot be read in a list: its line, its column's header, what stands there, what to write instead."""

    line: int
    column: str
    value: str
    remedy: str


def judged(told: Mapping[str, str], to: str, branches: Mapping[str, str], line: int = 0) -> Trip:
    """A trip to the place `to`; empty: not known. Raises Unreadable."""
    place = place_of(to, branches) if to else {}
    if place is None:
        raise texts.Unreadable({RETURN: _NO_PLACE})
    whole = {**_RENTAL, **told, **place}
    at = service()
    _, read = texts.request_of(whole)
    case = evaluate(read, today=at.today(), registry=at.registry, reading=at.reading, account=callers.seller())
    return Trip(whole, to, result_of(case), most_decisive_first(case), line)


def of_table(table: Table, branches: Mapping[str, str]) -> tuple[list[Trip], list[Fault]]:
    """The trips of a list, and what of it cannot be read. Raises Missing."""
    paths = columns(table.header)
    if RETURN not in paths:
        raise Missing
    units = {texts.UNIT: "km"} if _in_kilometres(table.header, paths) else {}
    trips: list[Trip] = []
    faults: list[Fault] = []
    for row in table.rows:
        try:
            trips.append(_of_row(row, paths, units, branches))
        except texts.Unreadable as error:
            faults += _faults(row, table.header, paths, error)
    return trips, faults


def columns(header: Sequence[str]) -> list[str]:
    """What each column is read as, by its header; empty for one that is not looked at."""
    paths: list[str] = []
    for name in header:
        path = _BY_HEADER.get(" ".join(re.sub(r"[^a-z0-9]+", " ", name.casefold()).split()), "")
        paths.append("" if path in paths else path)
    return paths


def _in_kilometres(header: Sequence[str], paths: Sequence[str]) -> bool:
    return any(path == v.mileage.name and "km" in name.casefold() for name, path in zip(header, paths, strict=True))


def _of_row(row: Row, paths: Sequence[str], units: Mapping[str, str], branches: Mapping[str, str]) -> Trip:
    if row.fault:
        raise texts.Unreadable({"": row.fault})
    told = {path: cell for path, cell in zip(paths, row.cells, strict=True) if path and cell}
    if texts.VIN in told:
        told[texts.VIN] = texts.scanned(told[texts.VIN])
    to = told.pop(RETURN, "")
    return judged({**told, **(units if v.mileage.name in told else {})}, to, branches, row.line)


def _faults(row: Row, header: Sequence[str], paths: Sequence[str], error: texts.Unreadable) -> Iterator[Fault]:
    for path, remedy in error.faults.items():
        place = paths.index(path) if path in paths and not row.fault else None
        column, value = (header[place], row.cells[place]) if place is not None else ("", "")
        yield Fault(row.line, column, value[:80], remedy)
