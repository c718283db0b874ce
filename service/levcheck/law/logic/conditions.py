"""Conditions: what a sentence of the law demands of the facts. A condition is data and has no truth of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .facts import Fact, Value


class Condition:
    """A demand on facts. Build conditions of `all_of`, `any_of` and `.unless`; a diagram evaluates them."""

    __slots__ = ()

    def __bool__(self) -> bool:
        raise TypeError("a condition has no truth outside a case: combine it with all_of, any_of or .unless")

    def unless(self, exception: Condition) -> Condition:
        """This condition, where `exception` does not hold."""
        return AllOf((self, Not(exception)))

    def and_(self, other: Condition) -> Condition:
        return all_of(self, other)

    def parts(self) -> tuple[Condition, ...]:
        """The conditions that this one is made of, in the order of the sentence."""
        return ()


@dataclass(frozen=True)
class OneOf(Condition):
    """The fact has one of these values."""

    fact: Fact
    values: frozenset[Value]


@dataclass(frozen=True)
class Below(Condition):
    """The fact is less than the bound; reversed, the bound or more."""

    fact: Fact
    bound: Value
    reverse: bool = False


@dataclass(frozen=True)
class AllOf(Condition):
    """Every part holds."""

    conditions: tuple[Condition, ...]

    def parts(self) -> tuple[Condition, ...]:
        return self.conditions


@dataclass(frozen=True)
class AnyOf(Condition):
    """At least one part holds."""

    conditions: tuple[Condition, ...]

    def parts(self) -> tuple[Condition, ...]:
        return self.conditions


@dataclass(frozen=True)
class Not(Condition):
    """The part does not hold."""

    condition: Condition

    def parts(self) -> tuple[Condition, ...]:
        return (self.condition,)


def all_of(*conditions: Condition) -> Condition:
    """Every one of these holds."""
    return AllOf(_checked(conditions))


def any_of(*conditions: Condition) -> Condition:
    """At least one of these holds."""
    return AnyOf(_checked(conditions))


def _checked(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    if not conditions:
        raise ValueError("a condition needs at least one part: the law never says nothing")
    for condition in conditions:
        if not isinstance(condition, Condition):
            raise TypeError(f"{condition!r} is not a condition")
    return conditions


def atoms(condition: Condition) -> Iterator[OneOf | Below]:
    """The tests of single facts in a condition, in the order of the sentence."""
    if isinstance(condition, OneOf | Below):
        yield condition
    for part in condition.parts():
        yield from atoms(part)


def facts_of(condition: Condition) -> tuple[Fact, ...]:
    """The facts that a condition names, each once, in the order of the sentence."""
    return tuple(dict.fromkeys(atom.fact for atom in atoms(condition)))
