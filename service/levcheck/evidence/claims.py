"""Claims: what one source says of one fact. Sources that agree narrow the fact; sources that disagree leave it open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from ..law.logic.facts import Fact, Possible, Value, known


class Claim(NamedTuple):
    """`source` (one of the contract's sources) says that the fact's value is one of `possible`."""

    source: str
    possible: Possible


class FactState(NamedTuple):
    """What is known of one fact: the values still possible, and the source of that knowledge."""

    fact: Fact
    possible: Possible
    source: str

    @property
    def state(self) -> str:
        """`known` (one value), `open` (every value) or `narrowed`."""
        if self.possible.single is not None:
            return "known"
        return "open" if self.source == "unknown" or self.possible == self.fact.everything else "narrowed"

    @property
    def value(self) -> Value | None:
        """The value, when it is known."""
        return self.possible.single


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that cannot all be right about what `subject` (a path in the request) is, and a sentence that says so."""

    subject: str
    claims: tuple[tuple[str, object], ...]
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the evidence that the reader of a result should know. `severity` is `info` or `warning`."""

    code: str
    text: str
    severity: str = "warning"


def stated(fact: Fact, value: Value) -> Claim:
    """The caller's own word."""
    return Claim("stated", known(value, fact))


def combined(fact: Fact, claims: Sequence[Claim]) -> tuple[FactState, Conflict | None]:
    """What claims about one fact leave possible, and their conflict when no value satisfies them all."""
    if not claims:
        return _unknown(fact), None
    best = claims[0]
    possible = best.possible
    for claim in claims[1:]:
        met = possible & claim.possible
        if not met:
            return _disagreement(fact, claims)
        if met != possible:
            best = claim
        possible = met
    return FactState(fact, possible, best.source), None


@cache
def _unknown(fact: Fact) -> FactState:
    return FactState(fact, fact.everything, "unknown")


def _disagreement(fact: Fact, claims: Sequence[Claim]) -> tuple[FactState, Conflict]:
    union = claims[0].possible
    for claim in claims[1:]:
        union |= claim.possible
    said = tuple((claim.source, plain(claim.possible)) for claim in claims)
    told = "; ".join(f"{SOURCE_NAMES.get(source, source)}: {in_words(value)}" for source, value in said)
    text = f"Sources disagree about {fact.noun} ({told}). Every one of these is taken as possible until it is cleared up."
    return FactState(fact, union, "conflict"), Conflict(fact.name, said, text)


SOURCE_NAMES = {
    "stated": "as stated",
    "vin": "the VIN",
    "registry": "EPA's certification list",
    "executive_order": "the executive order",
    "label": "the label",
    "derived": "class and weight",
    "account": "the account",
}


def plain(possible: Possible) -> object:
    """A set of values as JSON: one value, `{"min", "max"}`, or a list of these."""
    pieces: list[object] = sorted(possible.choices, key=str)
    pieces += [low if low == high else {"min": low, "max": high} for low, high in possible.intervals]
    return pieces[0] if len(pieces) == 1 else pieces


def in_words(value: object) -> str:
    """A plain value as a reader would say it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case {"min": low, "max": high}:
            return f"{low} to {high}"
        case list():
            return " or ".join(in_words(piece) for piece in value)
    return str(value).replace("_duty_", "-duty ").replace("14000_lb", "14,000 lb").replace("_", " ")
