"""The verdict in one sentence that a clerk understands, with the provision that decided it."""

from __future__ import annotations

import re
from datetime import date

from ..law import readings
from ..law import vocabulary as v
from ..law.current import LAW
from ..law.places import named
from ..law.va_9vac5_95 import by_citation, editions
from .situation import A, Situation


def summary(case: Situation) -> str:
    """One sentence: the verdict, why, and the citation."""
    match case.verdict, case.basis:
        case "prohibited", _:
            return f"Prohibited: {_reached(case)} {_lacking(case)}, and no exemption applies ({A})."
        case "undetermined", _:
            return f"Undetermined: it turns on {_listed([v.BY_NAME[name].noun for name in case.questions])}."
        case _, "exempt":
            return f"Permitted: {_exempt(case)}."
        case _, "certified":
            return f"Permitted: {_reached(case)} is California-certified ({A})."
        case _, "not_covered":
            return f"Permitted: {_not_covered(case)}."
    return f"Permitted: every answer that is still open leads to the same ({A} and B)."


def _reached(case: Situation) -> str:
    return {"vehicle": "the vehicle", "engine": "the engine"}.get(str(case.value(v.kind)), "the vehicle or engine")


def _lacking(case: Situation) -> str:
    """Which half of "California-certified and complies with the standards" is known to be missing."""
    if case.value(v.california) is False:
        return "is not California-certified"
    if case.value(v.conforms) is False:
        return "does not comply with the standards incorporated by reference"
    return "is not both California-certified and in compliance with the standards incorporated by reference"


def _exempt(case: Situation) -> str:
    if case.exemptions:
        return _words(case.exemptions[0])
    named = " or ".join(_words(citation) for citation in case.alternatives)
    return f"whatever the facts still open, it is {named}"


def _words(citation: str) -> str:
    """An exemption in its own words, with its citation."""
    words = re.sub(r"^\d+\. |;( or)?$|\.$", "", by_citation(citation)[0].text)
    return f"{words[0].lower()}{words[1:]} ({citation})"


def _not_covered(case: Situation) -> str:
    """What puts the case outside the chapter: its text or, where the text does not, the reading of its reach."""
    if LAW.basis(case.masks, readings.AS_WRITTEN.name, "permitted") != "not_covered":
        scope = readings.BY_NAME[case.reading].scope.rstrip(".")
        return f"the chapter does not cover this under the reading {case.reading}: it reaches {scope[0].lower()}{scope[1:]}"
    because = LAW.because(f"not_covered@{readings.AS_WRITTEN.name}", case.masks)
    reasons = dict.fromkeys(reason for name in because if (reason := _outside(name, case)))
    return f"the chapter does not cover this: {_listed(list(reasons)) or 'no completion of the facts is within its reach'}"


def _outside(name: str, case: Situation) -> str | None:
    """What one fact has to do with being outside the chapter, with the place that says so."""
    match name:
        case v.place.name:
            return f"it takes place {_where(case)}, not in Virginia ({A})"
        case v.day.name:
            return f"{_day(case)} is before {_written(editions.FIRST.effective)}, when the chapter took effect (9VAC5-95)"
        case v.model_year.name:
            return f"{_year(case)} is before 2025 (9VAC5-95-10)"
        case v.gvwr.name:
            return "it is over 14,000 pounds gross vehicle weight rating (9VAC5-95-10)"
        case v.vehicle_type.name:
            return f"it is not of a listed class ({A} 1)"
        case v.kind.name | v.new_engine.name:
            return f"an engine that is not new is not listed ({A} 2)"
    return None


def _where(case: Situation) -> str:
    place = case.value(v.place)
    return f"in {named(str(place))}" if place else "in another state"


def _year(case: Situation) -> str:
    year = case.value(v.model_year)
    return f"model year {year}" if year else "the model year, as far as known,"


def _day(case: Situation) -> str:
    day = case.value(v.day)
    return _written(day) if isinstance(day, date) else "the date"


def _written(day: date) -> str:
    return f"{day:%B %-d, %Y}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
