"""What the rows of a list come to. Rows that neither the evidence nor the law tells apart are judged once, together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..api import texts
from ..check import settled_by, shares_settled
from ..evidence import vin as vin_rules
from ..evidence import vpic
from ..law import readings
from ..law import vocabulary as v
from ..law.current import LAW

CERTIFICATIONS = ("certified", "federal_only", "unknown")
_WHOLE_MILES = re.compile(r"[0-9]{1,7}")

Evaluate = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row came to.

    `provision` is empty while it is undetermined; `shares` holds for each fact on which the verdict turns the share of
    its answers that settle it; `certification` is one of `CERTIFICATIONS`, `year` the model year, if one is known.
    """

    verdict: str
    basis: str | None
    provision: str
    shares: Mapping[str, float]
    readings: Mapping[str, str]
    certification: str
    year: str


class Outcomes:
    """The outcomes of one list."""

    def __init__(self, evaluate: Evaluate) -> None:
        self._evaluate = evaluate
        self._known: dict[object, Outcome] = {}

    def of(self, told: Mapping[str, str], vehicle: vpic.Vehicle | None) -> Outcome:
        """What texts by path come to; `vehicle` is what their VIN tells, if it is one. Raises `texts.Unreadable`."""
        kind = _kind(told, vehicle)
        if kind not in self._known:
            self._known[kind] = _outcome(self._evaluate(texts.request_of(told)[1]))
        return self._known[kind]


def decoded(vin: str) -> vpic.Vehicle | None:
    """What a VIN tells; None of a text that is no VIN at all."""
    return vpic.decode(vin) if vin_rules.is_well_formed(vin) else None


def _kind(told: Mapping[str, str], vehicle: vpic.Vehicle | None) -> object:
    """The same of all rows that cannot come to different things: of a VIN what it tells, of plain miles the law's class."""
    kind: dict[str, object] = dict(told)
    if vehicle is not None:
        kind[texts.VIN] = replace(vehicle, vin="", detail=None)
    if texts.UNIT not in told and _WHOLE_MILES.fullmatch(miles := told.get(v.mileage.name, "")):
        kind[v.mileage.name] = LAW.class_of(v.mileage.name, int(miles))
    return frozenset(kind.items())


def _outcome(case: Any) -> Outcome:
    certified = case.value(v.california)
    return Outcome(
        case.verdict,
        case.basis,
        "" if case.verdict == "undetermined" else settled_by(case)[0][0],
        shares_settled(case),
        {reading.name: LAW.verdict(case.masks, reading.name) for reading in readings.READINGS},
        "unknown" if certified is None else "certified" if certified else "federal_only",
        str(case.value(v.model_year) or ""),
    )
