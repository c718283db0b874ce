"""The verdict in one sentence that a clerk understands, with the provision that decided it."""

from __future__ import annotations

import re

from ..law import vocabulary as v
from ..law.current import LAW
from ..law.va_9vac5_95 import by_citation
from .situation import EXEMPTION, A, Situation


def summary(case: Situation) -> str:
    """One sentence: the verdict, why, and the citation."""
    match case.verdict, case.basis:
        case "prohibited", _:
            return f"Prohibited: {_reached(case)} is not California-certified, and no exemption applies ({A})."
        case "undetermined", _:
            return f"Undetermined: it turns on {_listed([v.BY_NAME[name].noun for name in case.questions])}."
        case _, "exempt":
            return _exempt(case)
        case _, "certified":
            return f"Permitted: {_reached(case)} is California-certified ({A})."
        case _, "not_covered":
            return f"Permitted: the chapter does not cover this: {_not_covered(case)}."
    return f"Permitted: every answer that is still open leads to the same ({A} and B)."


def _reached(case: Situation) -> str:
    return "the engine" if case.value(v.kind) == "engine" else "the vehicle"


def _exempt(case: Situation) -> str:
    if not case.exemptions:
        return f"Permitted: one exemption or another applies, whatever the facts still open ({EXEMPTION.strip()})."
    first = case.exemptions[0]
    words = re.sub(r"^\d+\. |;( or)?$|\.$", "", by_citation(first)[0].text)
    return f"Permitted: {words[0].lower()}{words[1:]} ({first})."


def _not_covered(case: Situation) -> str:
    """The facts that put the case outside the chapter, each with the place that says so."""
    told = {
        v.place.name: (f"it takes place in {case.value(v.place)}, not in Virginia", A),
        v.day.name: (
            f"{case.value(v.day)} is before the chapter took effect, or after what this reading reaches",
            "9VAC5-95",
        ),
        v.model_year.name: (
            f"model year {case.value(v.model_year) or 'as far as known'} is outside its reach",
            "9VAC5-95-10",
        ),
        v.gvwr.name: ("it is over 14,000 pounds gross vehicle weight rating", "9VAC5-95-10"),
        v.vehicle_type.name: ("it is not of a listed class", f"{A} 1"),
        v.kind.name: ("an engine that is not new is not listed", f"{A} 2"),
        v.new_engine.name: ("an engine that is not new is not listed", f"{A} 2"),
    }
    because = LAW.because(f"not_covered@{case.reading}", case.masks)
    reasons = dict.fromkeys(f"{told[name][0]} ({told[name][1]})" for name in because if name in told)
    return _listed(list(reasons)) or "no completion of the facts is within its reach"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
