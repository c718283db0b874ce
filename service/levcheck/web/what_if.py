"""The what-if: facts chosen in a form, or those of a request, and what the law makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from ..api.service import service
from ..api.texts import NEVER_NULL, READING, RELOCATION, UNIT, UNKNOWN, request_of
from ..check import evaluate, result_of, settled_by
from ..evidence.request import ABSENT, member
from ..law import readings
from ..law import vocabulary as v
from ..law.logic.facts import Choice, Fact
from ..printed import wording
from .chapter import in_words

GROUPS: dict[str, tuple[Fact, ...]] = {
    "act": (v.act, v.contract, v.transfer, v.purpose, v.day, v.place),
    "vehicle": (v.model_year, v.vehicle_type, v.gvwr, v.mileage, v.kind, v.new_engine),
    "certification": (v.california, v.conforms, v.federal),
    "parties": (v.seller, v.buyer, v.destination_state, v.destination_country),
    "special": (v.off_highway_only, v.emergency, v.military),
    "relocation": (v.relocation,),
}
"""Every fact, as the form groups them."""
MEMBERS = (*(fact.name for group in GROUPS.values() for fact in group), UNIT, *RELOCATION, READING)
"""The members that the form sets: the facts themselves, not the evidence that they are read from."""
_LISTED = 60
"""A fact with more named values is typed by its code."""


@dataclass(frozen=True)
class Field:
    """One fact in the form: what it can be set to, and what is `presumed` when nothing is set (empty: nothing)."""

    fact: Fact
    choices: tuple[tuple[str, str], ...]
    presumed: str
    default: str = ""

    @property
    def name(self) -> str:
        return self.fact.name

    @property
    def label(self) -> str:
        return wording.label(self.name)


def told_in(arguments: MultiDict[str, str]) -> dict[str, str]:
    """The texts of the members that were set, in the form's order; the rest of what was sent is not looked at."""
    return {name: text for name in MEMBERS if (text := arguments.get(name, "").strip())}


def told_of(request: Mapping[str, Any]) -> dict[str, str]:
    """The texts that make a request of facts, under the reading that the text of the chapter has by itself."""
    told = {READING: readings.DEFAULT}
    for name in MEMBERS:
        value = member(request, name)
        if value == {} or (value is None and name not in NEVER_NULL):
            told[name] = UNKNOWN
        elif value is not ABSENT and value is not None and not isinstance(value, dict):  # whose members follow
            told[name] = _text(value)
    return told


def answered(told: Mapping[str, str]) -> dict[str, Any]:
    """What the law makes of texts: the result, and the provisions and facts that settled it. Raises Unreadable."""
    at = service()
    _, read = request_of(told)
    case = evaluate(read, today=at.today(), registry=at.registry, reading=at.reading)
    provisions, facts = settled_by(case)
    return {"result": result_of(case), "provisions": provisions, "settled_by": facts}


def fields() -> dict[str, tuple[Field, ...]]:
    """The form's fields, group by group."""
    return {group: tuple(map(_field, facts)) for group, facts in GROUPS.items()}


def _field(fact: Fact) -> Field:
    named = fact.values if isinstance(fact, Choice) and fact is not v.relocation and len(fact.values) <= _LISTED else ()
    presumed = in_words(fact.name, v.DEFAULTS[fact]) if fact in v.DEFAULTS else ""
    default = _text(v.DEFAULTS[fact]) if fact in v.DEFAULTS else ""
    return Field(fact, tuple((_text(value), in_words(fact.name, value)) for value in named), presumed, default)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)
