"""Conditions as nested objects, and as lines that a lawyer can read beside the text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from .conditions import AllOf, AnyOf, Below, Condition, Not, OneOf
from .facts import Choice, Value
from .provisions import Provision


def as_object(condition: Condition) -> dict[str, Any]:
    """The condition as JSON: `all_of`, `any_of`, `not`, a test of a `fact`, or a `provision` with what it demands."""
    match condition:
        case Provision():
            return {"provision": condition.citation, "demands": as_object(condition.condition)}
        case AllOf():
            return {"all_of": [as_object(part) for part in condition.conditions]}
        case AnyOf():
            return {"any_of": [as_object(part) for part in condition.conditions]}
        case Not():
            return {"not": as_object(condition.condition)}
        case Below():
            bound = condition.bound.isoformat() if isinstance(condition.bound, date) else condition.bound
            return {"fact": condition.fact.name, "at_least" if condition.reverse else "below": bound}
        case OneOf():
            return {"fact": condition.fact.name, **_values(condition)}
    raise TypeError(f"{condition!r} has no words")


def _values(test: OneOf) -> dict[str, Any]:
    assert isinstance(test.fact, Choice)
    named = [value for value in test.fact.values if value in test.values]
    others = [value for value in test.fact.values if value not in test.values]
    if not others:
        return {"is": "any"}
    return {"is_not": others[0]} if len(others) == 1 and len(named) > 1 else {"is": named[0] if len(named) == 1 else named}


def as_lines(condition: Condition, depth: int = 0) -> Iterator[str]:
    """The condition as indented lines, a clause each, in the order of the sentence."""
    indent = "  " * depth
    match condition:
        case Provision():
            yield f"{indent}{condition.citation}:"
            yield from as_lines(condition.condition, depth + 1)
        case AllOf() | AnyOf():
            yield f"{indent}{'all of:' if isinstance(condition, AllOf) else 'any of:'}"
            for part in condition.conditions:
                yield from as_lines(part, depth + 1)
        case Not():
            yield f"{indent}not:"
            yield from as_lines(condition.condition, depth + 1)
        case Below():
            comparison = "at least" if condition.reverse else "below"
            yield f"{indent}{condition.fact.name} {comparison} {_shown(condition.bound)}{_unit(condition)}"
        case OneOf():
            ((relation, value),) = _values(condition).items()
            values = value if isinstance(value, list) else [value]
            yield f"{indent}{condition.fact.name} {relation.replace('_', ' ')} {' or '.join(map(_shown, values))}"


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:,}" if isinstance(value, int) and value >= 2_200 else str(value)


def _unit(test: Below) -> str:
    return f" {test.fact.unit}" if test.fact.unit else ""
