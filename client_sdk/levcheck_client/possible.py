"""The values that are still possible for a fact, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from levcheck_client.results import AnswerMember, Number

Plain: TypeAlias = "str | bool | Number | Fraction"
# A closed interval, both ends possible: numbers, or dates as `2025-06-01`, whose order as text is that of time.
Interval: TypeAlias = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Possible:
    """`choices` for a fact with named values, `intervals` (sorted, disjoint) for one that lies on a line."""

    choices: frozenset[Plain] = frozenset()
    intervals: tuple[Interval, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.choices or self.intervals)

    def __and__(self, other: Possible) -> Possible:
        met = ((max(a[0], b[0]), min(a[1], b[1])) for a in self.intervals for b in other.intervals)
        kept = tuple(sorted({piece for piece in met if piece[0] <= piece[1]}))
        return Possible(self.choices & other.choices, kept)

    def __or__(self, other: Possible) -> Possible:
        return Possible(self.choices | other.choices, joined(self.intervals + other.intervals))

    @property
    def single(self) -> Plain | None:
        """The value, when only one is left."""
        if len(self.choices) == 1:
            return next(iter(self.choices))
        if len(self.intervals) == 1 and self.intervals[0][0] == self.intervals[0][1]:
            value: Plain = self.intervals[0][0]
            return value
        return None


def joined(pieces: Iterable[Interval], gap: int = 0) -> tuple[Interval, ...]:
    """Intervals in order, those that overlap or lie no further apart than `gap` made one."""
    kept: list[Interval] = []
    for low, high in sorted(set(pieces)):
        if kept and (low <= kept[-1][1] or (gap and low <= kept[-1][1] + gap)):
            kept[-1] = (kept[-1][0], max(kept[-1][1], high))
        else:
            kept.append((low, high))
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as the vocabulary declares it: `type` is `string`, `boolean`, `object`, `integer`, `number` or `date`."""

    name: str
    type: str
    ask: str
    unit: str | None
    values: tuple[Plain, ...]
    least: Any
    most: Any
    members: tuple[AnswerMember, ...]

    @property
    def is_choice(self) -> bool:
        """Whether it takes one of a few named values."""
        return self.type in ("string", "boolean", "object")

    @property
    def everything(self) -> Possible:
        """Every value that it can take."""
        if self.is_choice:
            return Possible(choices=frozenset(self.values))
        return Possible(intervals=((self.least, self.most),))

    def only(self, value: Any) -> Possible:
        """The set that holds one value."""
        return Possible(choices=frozenset((value,))) if self.is_choice else Possible(intervals=((value, value),))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one fact: the values still possible, and by which source."""

    fact: Fact
    possible: Possible
    source: str

    @property
    def state(self) -> str:
        """`known` (one value), `open` (every value) or `narrowed`."""
        if self.possible.single is not None:
            return "known"
        return "open" if self.source == "unknown" or self.possible == self.fact.everything else "narrowed"
