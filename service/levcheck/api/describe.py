"""The law's text, its code's reading and what is on file, as JSON."""

from __future__ import annotations

from typing import Any

from ..check import plain, relocation_members
from ..evidence import classes
from ..evidence.registry import Certification, Registry
from ..evidence.test_groups import model_years
from ..evidence.vpic import Vehicle
from ..law import issues, notes, readings
from ..law.current import HASH, LAW, portable
from ..law.logic.conditions import facts_of
from ..law.logic.facts import Choice, Fact, Flag, Possible, Quantity, WholeNumber
from ..law.logic.provisions import Duty, Meaning, OutOfReach, Paragraph, Provision, paragraphs
from ..law.logic.words import as_object
from ..law.va_9vac5_95 import SECTIONS, chapter, editions
from ..law.vocabulary import ACTS_OF_A_SELLER, FACTS, VEHICLE_TYPES, day, relocation

_ROLES = {Provision: "provision", Meaning: "meaning", Duty: "duty", OutOfReach: "out_of_reach"}


def paragraph(item: Paragraph) -> dict[str, Any]:
    """One paragraph: its words, its role, and how the code reads it."""
    facts = facts_of(item) if isinstance(item, Provision) else (item.fact,) if isinstance(item, Meaning) else ()
    return {
        "citation": item.citation,
        "text": item.text,
        "role": _ROLES[type(item)],
        "reading": as_object(item.condition) if isinstance(item, Provision) else None,
        "facts": [fact.name for fact in facts],
        "notes": notes.notes_on(item.citation),
        "who": item.who if isinstance(item, Duty) else None,
        "due": item.due if isinstance(item, Duty) else None,
        "reason": item.reason if isinstance(item, OutOfReach) else None,
    }


def regulation() -> dict[str, Any]:
    """The whole chapter, its editions and readings."""
    return {
        "chapter": editions.CHAPTER,
        "title": editions.TITLE,
        "statutory_authority": editions.AUTHORITY,
        "historical_notes": editions.HISTORY,
        "editions": [{"effective": e.name, "source": e.source} for e in editions.EDITIONS],
        "readings": [
            {"name": r.name, "scope": r.scope, "position_of": r.position_of, "source": r.source} for r in readings.READINGS
        ],
        "sections": [{"heading": chapter.heading(s), "paragraphs": [paragraph(p) for p in paragraphs(s)]} for s in SECTIONS],
        "ruleset": HASH,
    }


def compiled() -> dict[str, Any]:
    """The compiled law with its hash, serial number and time."""
    return {
        "ruleset": HASH,
        "serial": issues.LATEST.serial,
        "made": issues.LATEST.made,
        "law": portable(LAW),
        "vocabulary": vocabulary(),
    }


def vocabulary() -> dict[str, Any]:
    """The facts in the contract's order and the words of the provisions: what an offline reader shows beside a verdict."""
    return {
        "facts": [_fact(fact) for fact in FACTS],
        "provisions": {provision.citation: provision.text for provision in chapter.FINDINGS},
        "acts_of_a_seller": list(ACTS_OF_A_SELLER),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    line = fact if isinstance(fact, Quantity) else None
    return {
        "fact": fact.name,
        "type": _type(fact),
        "ask": fact.ask,
        "unit": fact.unit,
        "values": list(fact.values) if isinstance(fact, Choice) else [],
        "least": plain(line.least) if line else None,
        "most": plain(line.most) if line else None,
        "members": relocation_members() if fact is relocation else [],
    }


def _type(fact: Fact) -> str:
    if isinstance(fact, Choice):
        return "object" if fact is relocation else "boolean" if isinstance(fact, Flag) else "string"
    return "date" if fact is day else "integer" if isinstance(fact, WholeNumber) else "number"


def vehicle(decoded: Vehicle) -> dict[str, Any]:
    """What a VIN tells."""
    fitting = classes.of_vehicle(decoded) or Possible()
    weight = decoded.gvwr_lb
    return {
        "vin": decoded.vin,
        "problem": decoded.problem,
        "detail": decoded.detail,
        "model_year": decoded.model_year,
        "make": decoded.make,
        "model": decoded.model,
        "vehicle_type": decoded.vehicle_type,
        "body_class": decoded.body_class,
        "fuel": decoded.fuel,
        "gvwr_lb": {"min": weight[0], "max": weight[1]} if weight else None,
        "classes": [name for name in VEHICLE_TYPES if name in fitting.choices],
        "test_group": decoded.test_group,
    }


def certification(entry: Certification, registry: Registry) -> dict[str, Any]:
    """What is on file about a test group."""
    years = sorted(model_years(entry.test_group), key=lambda year: abs(year - 2025))
    return {
        "test_group": entry.test_group,
        "model_year": years[0],
        "california": entry.california,
        "federal": entry.federal,
        "editions": list(entry.editions),
        "executive_orders": [
            {"executive_order": order.number, "source": order.source} for order in registry.orders_for(entry.test_group)
        ],
    }
