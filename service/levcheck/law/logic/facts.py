"""Facts: the named things that a law turns on, and the sets of values that are still possible for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias, cast

from .conditions import Below, Condition, OneOf

Value: TypeAlias = str | bool | int | Decimal | Fraction | date
Interval: TypeAlias = tuple[Any, Any]
"""A closed interval of one fact's values: both ends are possible. A single value is an interval whose ends are the same."""


@dataclass(frozen=True, slots=True)
class Possible:
    """The values that are still possible for one fact.

    Exactly one of the two forms is used: `choices` for facts with named values, `intervals` (sorted, disjoint) for
    numbers and dates. An empty set never reaches the law.
    """

    choices: frozenset[Value] = frozenset()
    intervals: tuple[Interval, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.choices or self.intervals)

    def __and__(self, other: Possible) -> Possible:
        met = (_meet(a, b) for a in self.intervals for b in other.intervals)
        return Possible(self.choices & other.choices, _ordered(piece for piece in met if piece))

    def __or__(self, other: Possible) -> Possible:
        return Possible(self.choices | other.choices, _merged(self.intervals + other.intervals))

    @property
    def single(self) -> Value | None:
        """The value, when only one is left."""
        if len(self.choices) == 1:
            return next(iter(self.choices))
        if len(self.intervals) == 1 and self.intervals[0][0] == self.intervals[0][1]:
            return cast(Value, self.intervals[0][0])
        return None


def _meet(a: Interval, b: Interval) -> Interval | None:
    low, high = max(a[0], b[0]), min(a[1], b[1])
    return (low, high) if low <= high else None


def _ordered(pieces: Iterable[Interval]) -> tuple[Interval, ...]:
    return tuple(sorted(set(pieces)))


def _merged(pieces: tuple[Interval, ...]) -> tuple[Interval, ...]:
    merged: list[Interval] = []
    for low, high in _ordered(pieces):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


@dataclass(frozen=True, eq=False)
class Fact:
    """One named thing the law turns on; each is declared once and is equal to itself alone.

    `name` is its path in the request, `noun` what a sentence calls it; `ask` is the question that asks a person for it,
    `unit` what a number counts.
    """

    name: str
    noun: str
    ask: str
    unit: str | None = None

    @property
    def everything(self) -> Possible:
        """The set of all the values that this fact can take."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Choice(Fact):
    """A fact that takes one of a few named values."""

    values: tuple[Value, ...] = ()

    def is_(self, value: Value) -> Condition:
        return self.is_one_of(value)

    def is_not(self, value: Value) -> Condition:
        return self.is_one_of(*(other for other in self.values if other != value))

    def is_one_of(self, *values: Value) -> Condition:
        strangers = set(values) - set(self.values)
        if strangers or not values:
            raise ValueError(f"{self.name} takes one of {self.values}, not {sorted(map(str, strangers))}")
        return OneOf(self, frozenset(values))

    @property
    def everything(self) -> Possible:
        return Possible(choices=frozenset(self.values))


@dataclass(frozen=True, eq=False)
class Flag(Choice):
    """A fact that is true or false."""

    values: tuple[Value, ...] = (True, False)

    @property
    def holds(self) -> Condition:
        return self.is_(True)


@dataclass(frozen=True, eq=False)
class Quantity(Fact):
    """A fact that lies on a line: a number or a date, between `least` and `most`, both possible."""

    least: Value = 0
    most: Value = 0

    def below(self, bound: Value) -> Condition:
        return Below(self, bound)

    def at_least(self, bound: Value) -> Condition:
        return Below(self, bound, reverse=True)

    @property
    def everything(self) -> Possible:
        return Possible(intervals=((self.least, self.most),))


@dataclass(frozen=True, eq=False)
class WholeNumber(Quantity):
    """A quantity counted in whole units, so that "or less" has an exact next value."""

    least: int = 0
    most: int = 0

    def at_most(self, bound: int) -> Condition:
        return self.below(bound + 1)

    def between(self, first: int, last: int) -> Condition:
        """From `first` to `last`, both included."""
        return self.at_least(first).and_(self.at_most(last))


def known(value: Value, fact: Fact) -> Possible:
    """The set that holds one value of `fact`."""
    if isinstance(fact, Choice):
        return _one_of(value)
    return Possible(intervals=((value, value),))


@cache
def _one_of(value: Value) -> Possible:
    return Possible(choices=frozenset((value,)))
