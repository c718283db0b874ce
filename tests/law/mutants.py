"""One-slip mutants of the law: every small mistake that whoever writes a condition can make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from levcheck.law import readings
from levcheck.law.current import conditions, ruleset
from levcheck.law.logic.conditions import AllOf, AnyOf, Below, Condition, Not, OneOf
from levcheck.law.logic.facts import Choice
from levcheck.law.logic.provisions import Provision
from levcheck.law.ruleset import Ruleset
from levcheck.law.va_9vac5_95 import PROVISIONS, section_30

HELPERS = ("covered", "certified", "listed_class", "sold", "out_of_state", "in_force")


def slips(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """A condition with one slip in it, in every way; provisions that it names slip by themselves."""
    match condition:
        case AllOf() | AnyOf():
            yield from _of_combination(condition)
        case Not():
            yield "lose the negation", condition.condition
            for slip, slipped in slips(condition.condition):
                yield slip, Not(slipped)
        case Below():
            step: Any = timedelta(days=1) if isinstance(condition.bound, date) else 1
            for bound in (condition.bound - step, condition.bound + step):
                yield f"{condition.fact.name}: {condition.bound} becomes {bound}", replace(condition, bound=bound)
            yield (
                f"{condition.fact.name}: the wrong side of {condition.bound}",
                replace(condition, reverse=not condition.reverse),
            )
        case OneOf():
            yield from _of_choice(condition)


def _of_combination(condition: AllOf | AnyOf) -> Iterator[tuple[str, Condition]]:
    parts = condition.conditions
    other = AnyOf if isinstance(condition, AllOf) else AllOf
    if len(parts) > 1:
        yield f"{type(condition).__name__} becomes {other.__name__}", other(parts)
        for number in range(len(parts)):
            name = "lose the unless" if isinstance(parts[number], Not) else f"drop part {number + 1}"
            yield name, type(condition)(parts[:number] + parts[number + 1 :])
    for number, part in enumerate(parts):
        for slip, slipped in slips(part):
            yield slip, type(condition)((*parts[:number], slipped, *parts[number + 1 :]))


def _of_choice(condition: OneOf) -> Iterator[tuple[str, Condition]]:
    assert isinstance(condition.fact, Choice)
    # One other state and one other country stand for all: the law names Virginia and the United States only.
    shown = (
        condition.fact.values
        if len(condition.fact.values) < 20
        else ("VA", "NC")
        if "NY" in condition.fact.values
        else ("US", "CA")
    )
    for value in shown:
        if value in condition.values and len(condition.values) > 1:
            yield f"{condition.fact.name} no longer {value}", replace(condition, values=condition.values - {value})
        elif value not in condition.values and value in condition.fact.values:
            yield f"{condition.fact.name} also {value}", replace(condition, values=condition.values | {value})
            if len(condition.values) == 1:
                yield f"{condition.fact.name} is {value} instead", replace(condition, values=frozenset((value,)))


@dataclass(frozen=True)
class Mutant:
    """The law with one slip: where, what, and how to put it in for a while."""

    place: str
    slip: str
    applied: Callable[[], AbstractContextManager[None]]

    def compiled(self) -> Ruleset:
        """The slipped law."""
        with self.applied():
            return ruleset(conditions())

    def __str__(self) -> str:
        return f"{self.place}: {self.slip}"


def mutants() -> Iterator[Mutant]:
    """Every one-slip mutant of the chapter and of the readings of its reach."""
    for provision in PROVISIONS:
        for slip, slipped in slips(provision.condition):
            yield Mutant(provision.citation, slip, _with_provision(provision, slipped))
    for name in HELPERS:
        for slip, slipped in slips(getattr(section_30, name)()):
            yield Mutant(name, slip, _with_helper(name, slipped))
    for reading in readings.READINGS:
        for slip, slipped in slips(reading.within) if reading.within is not None else ():
            yield Mutant(reading.name, slip, _with_reading(reading, slipped))


def _forget() -> None:
    for provision in PROVISIONS:
        provision.__dict__.pop("condition", None)


def _with_provision(provision: Provision, slipped: Condition) -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def applied() -> Iterator[None]:
        _forget()
        provision.__dict__["condition"] = slipped
        try:
            yield
        finally:
            _forget()

    return applied


def _with_helper(name: str, slipped: Condition) -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def applied() -> Iterator[None]:
        whole = getattr(section_30, name)
        _forget()
        setattr(section_30, name, lambda: slipped)
        try:
            yield
        finally:
            setattr(section_30, name, whole)
            _forget()

    return applied


def _with_reading(reading: readings.Reading, slipped: Condition) -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def applied() -> Iterator[None]:
        whole = readings.READINGS
        readings.READINGS = tuple(replace(r, within=slipped) if r is reading else r for r in whole)  # type: ignore[assignment]
        try:
            yield
        finally:
            readings.READINGS = whole

    return applied
