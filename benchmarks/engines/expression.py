"""When the act is permitted, once, as plain data: each engine's own expression is written from it.

The grounds stand in the order of the hand-written if/else, so that every engine that stops at the first ground it finds may
stop as early. JSON has no dates: they are handed over as whole numbers (20240313). Odometers become floats.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

Node: TypeAlias = str | tuple[Any, ...]
"""A flag's name; ("is" | "is not" | "<" | ">=", fact, value); ("in" | "not in", fact, values); ("and" | "or", nodes ...)."""

CLASSES = ["passenger_car", "light_duty_truck", "medium_duty_passenger_vehicle", "medium_duty_vehicle"]
LEAVES = ("or", ("is not", "destination.state", "VA"), ("is not", "destination.country", "US"))
SOLD = (
    "and",
    ("is", "transaction.contract", "sale"),
    (
        "or",
        LEAVES,
        ("is", "transaction.purpose", "dismantling"),
        ("and", ("is", "seller.type", "dealer"), ("is", "buyer.type", "dealer")),
    ),
)
RENTED_OUT = (
    "and",
    ("is", "transaction.contract", "rental"),
    ("is", "seller.type", "rental_agency"),
    "vehicle.certification.federal",
    LEAVES,
)
EXEMPT = (
    "or",
    (">=", "vehicle.mileage", 7500),
    "vehicle.authorized_emergency_vehicle",
    "vehicle.military_tactical_vehicle",
    "vehicle.off_highway_only",
    "relocation",
    ("is not", "transaction.transfer", "ordinary"),
    SOLD,
    RENTED_OUT,
)
PERMITTED: Node = (
    "or",
    ("<", "vehicle.model_year", 2025),
    (">=", "vehicle.gvwr_lb", 14_001),
    ("is not", "transaction.state", "VA"),
    ("not in", "vehicle.vehicle_type", CLASSES),
    ("<", "transaction.date", 20240313),
    ("and", "vehicle.certification.california", "vehicle.certification.conforms"),
    ("and", ("is", "vehicle.kind", "engine"), ("is", "vehicle.new_engine", False)),
    ("and", ("is", "vehicle.kind", "vehicle"), EXEMPT),
)


def infix(node: Node, words: Mapping[str, str], prefix: str = "") -> str:
    """The expression in a language of infix operators: `words` spells `and`, `or` and `not in` ("{0} ... {1}")."""
    match node:
        case str():
            return prefix + node
        case ("and" | "or") as operator, *nodes:
            return f"({f' {words[operator]} '.join(infix(part, words, prefix) for part in nodes)})"
        case "not in", str(fact), values:
            return words["not in"].format(prefix + fact, json.dumps(values))
        case operator, fact, value:
            return f"{prefix}{fact} {COMPARED.get(operator, operator)} {json.dumps(value)}"
    raise AssertionError(node)


COMPARED = {"is": "==", "is not": "!="}


def clauses(node: Node) -> list[tuple[Node, ...]]:
    """The expression as alternatives, each a conjunction of comparisons and flags."""
    match node:
        case "or", *nodes:
            return [clause for part in nodes for clause in clauses(part)]
        case "and", *nodes:
            return [tuple(itertools.chain(*chosen)) for chosen in itertools.product(*map(clauses, nodes))]
    return [(node,)]


def context(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as the nested members of a request, in values that JSON has."""
    members: dict[str, Any] = {}
    for path, value in facts.items():
        *blocks, last = path.split(".")
        block = members
        for name in blocks:
            block = block.setdefault(name, {})
        block[last] = plain(value)
    return members


def plain(value: Any) -> Any:
    """A fact's value in JSON."""
    if isinstance(value, date):
        return value.year * 10_000 + value.month * 100 + value.day
    return float(value) if isinstance(value, Decimal) else value
