"""A transaction being made from a message, with what is missing and what contradicts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from levcheck_client.adapters import vins
from levcheck_client.adapters.adapted import Adapted, Contradiction, Ignored, Missing
from levcheck_client.adapters.members import BRANCHES, EVIDENCE, MEMBERS, NEEDED, Stated, Unusable, is_stated

VIN, YEAR, MILEAGE, UNIT = "vehicle.vin", "vehicle.model_year", "vehicle.mileage", "vehicle.mileage_unit"
NEVER_NULL = ("reference", "transaction.date", UNIT)


class Draft:
    """Takes what a message says, member by member. `carries` are the facts that the format has a member for."""

    def __init__(self, carries: frozenset[str], branches: Mapping[str, str]) -> None:
        self._carries = carries
        self._branches = branches
        self._stated: dict[str, Stated | None] = {}
        self._unusable: dict[str, str] = {}
        self._contradictions: list[Contradiction] = []
        self._ignored: list[Ignored] = []

    def has(self, fact: str) -> bool:
        """Whether the transaction states a fact by now."""
        return self._stated.get(fact) is not None

    def spoke(self, fact: str) -> bool:
        """Whether the message said anything of a fact, usable or not."""
        return fact in self._stated or fact in self._unusable

    def state(self, fact: str, text: str, at: str, words: Mapping[str, str] | None = None) -> None:
        """Take what the message says of a fact at a place; nothing, if it says nothing. The last word counts."""
        text = " ".join(text.split())
        if not text:
            return
        try:
            self._stated[fact] = MEMBERS[fact](text if words is None else _in_words(words, text))
        except Unusable as unusable:
            self.leave_out(fact, at, str(unusable))
        else:
            self._unusable.pop(fact, None)

    def branch(self, block: str, code: str, at: str) -> None:
        """Take a place that is a branch's or an airport's code: it is what the table says, and else unknown."""
        fact = BRANCHES[f"{block}.branch"]
        state = self._branches.get(code) or self._branches.get(code.upper())
        if not code:
            return
        if state is not None:
            self.state(fact, state, at)
            return
        self.unknown(fact, f"{at} is {code[:40]!r}, which is not in the table of branches")

    def odometer(self, value: str, at: str, unit: str, unit_at: str) -> None:
        """Take a reading with its unit; without one it says nothing."""
        if value and not unit and not self.spoke(UNIT):
            self.leave_out(MILEAGE, at, "has no unit")
            return
        self.state(MILEAGE, value, at)
        self.state(UNIT, unit, unit_at)

    def leave_out(self, fact: str, at: str, text: str) -> None:
        """Leave a fact unknown, because of what stands in the message."""
        self.unknown(fact, f"{at} {text}")
        self.contradict(at, text)

    def unknown(self, fact: str, why: str) -> None:
        """Leave a fact unknown, because what the message says of it cannot be used."""
        self._unusable[fact] = why
        # The message says something, and not what: nothing that is presumed of silence may stand in for it.
        self._stated[fact] = None
        if fact in NEVER_NULL:
            del self._stated[fact]

    def contradict(self, at: str, text: str) -> None:
        """Name something that cannot be right."""
        self._contradictions.append(Contradiction(at, text))

    def ignore(self, at: str, text: str) -> None:
        """Name something that is there and not used."""
        self._ignored.append(Ignored(at, text))

    def adapted(self, name: str, *, records: bool) -> Adapted:
        """The whole, once everything was taken."""
        self._settle_mileage()
        self._compare_years()
        reference = self._stated.get("reference")
        return Adapted(
            format=name,
            transaction=_nested(self._stated),
            reference=str(reference) if reference else None,
            missing=tuple(self._missing(fact) for fact in self._lacking()),
            contradictions=tuple(self._contradictions),
            ignored=tuple(self._ignored),
            loss=loss(self._carries),
            records=records,
        )

    def _settle_mileage(self) -> None:
        """A number of miles or kilometres, or nothing."""
        if self.has(MILEAGE) and UNIT in self._unusable:
            self.unknown(MILEAGE, f"the odometer's unit: {self._unusable[UNIT]}")
        if not self.has(MILEAGE):
            self._stated.pop(UNIT, None)

    def _compare_years(self) -> None:
        """A VIN that cannot be right, or not with the stated year. The service weighs them; the message is told of it."""
        vin, year = self._stated.get(VIN), self._stated.get(YEAR)
        if not isinstance(vin, str):
            return
        if (fault := vins.doubt(vin)) is not None:
            self.contradict(VIN, fault)
        possible = vins.years(vin)
        if not possible:
            self.contradict(VIN, f"{vin[9]} is the letter of no model year")
        elif isinstance(year, int) and year not in possible:
            said = " or ".join(map(str, possible))
            self.contradict(YEAR, f"the message says {year}, the VIN's year letter {vin[9]} says {said}")

    def _lacking(self) -> list[str]:
        stated = {fact for fact in self._stated if self.has(fact)}
        named = [fact for fact in MEMBERS if fact in self._unusable and fact not in (*NEEDED, "reference", UNIT)]
        return [fact for fact in NEEDED if not is_stated(fact, stated)] + [f for f in named if f not in stated]

    def _missing(self, fact: str) -> Missing:
        if fact in self._unusable:
            return Missing(fact, "not_usable", self._unusable[fact])
        if fact in loss(self._carries):
            return Missing(fact, "not_in_format", "the format has no member for it")
        return Missing(fact, "not_in_message", "the message does not say")


def _in_words(words: Mapping[str, str], text: str) -> str:
    if text not in words:
        raise Unusable(f"is {text[:40]!r}, which the table of words does not name")
    return words[text]


def loss(carries: frozenset[str]) -> tuple[str, ...]:
    """The contract's facts that a format cannot carry, in the contract's order; evidence of certification carries both."""
    lost = (fact for fact in MEMBERS if not is_stated(fact, set(carries)))
    return tuple(fact for fact in lost if fact not in ("reference", UNIT) and fact.rpartition(".")[2] not in EVIDENCE)


def _nested(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Members by their paths as blocks, in the contract's order, whole numbers of miles as such."""
    whole: dict[str, Any] = {}
    for fact in MEMBERS:
        if fact not in stated:
            continue
        *blocks, last = fact.split(".")
        at = whole
        for block in blocks:
            at = at.setdefault(block, {})
        at[last] = _plain(stated[fact])
    return whole


def _plain(value: Stated | None) -> Stated | None:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
