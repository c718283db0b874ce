"""A transaction evaluated here, by the kept ruleset, while the service cannot be reached."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from levcheck_client.contract import refuse_strangers
from levcheck_client.facts import read
from levcheck_client.law import Came
from levcheck_client.possible import Fact, Known, Possible
from levcheck_client.results import Answer, FactState, Finding, Question, Range, Regulation, Result, Value
from levcheck_client.ruleset import Usable


def evaluated(kept: Usable, transaction: object, *, today: str, request_id: str) -> Result:
    """The provisional result. `transaction` is what would be sent, read back as JSON; `today` the date in Virginia.

    Raises `InvalidTransaction` for what the service would refuse.
    """
    told, law = kept
    refuse_strangers(law, transaction)
    request = cast("Mapping[str, Any]", transaction)
    used = str(request.get("reading", told.reading))
    known, conflicts = read(law, request, today, told.account)
    masks = law.diagram.masks({name: fact.possible for name, fact in known.items()})
    verdict = law.verdict(masks, used)
    came = law.findings(masks, used)
    asked = law.questions(masks, used) if verdict == "undetermined" else ()
    return Result(
        verdict=verdict,
        basis=law.basis(masks, used, verdict),
        # The caller's word is all that there is here.
        assurance="claimed" if known["vehicle.certification.california"].possible.single is True else None,
        summary="",
        findings=tuple(Finding(citation, law.texts[citation], *each) for citation, each in came.items()),
        questions=tuple(_question(known[name], came) for name in asked),
        facts=tuple(_state(fact) for fact in known.values()),
        conflicts=conflicts,
        duties=(),
        documents=(),
        advisories=(),
        remedies=(),
        readings={name: law.verdict(masks, name) for name in law.readings},
        regulation=Regulation(law.chapter, law.edition, used, told.ruleset),
        request_id=request_id,
        provisional=True,
    )


def _question(known: Known, came: Mapping[str, Came]) -> Question:
    fact = known.fact
    turning = tuple(c for c, each in came.items() if each.status == "unknown" and fact.name in each.because)
    return Question(fact.name, fact.ask, turning, _answer(fact, known.possible))


def _answer(fact: Fact, possible: Possible) -> Answer:
    """The form of an answer: only values that are still possible are offered."""
    if fact.type == "object":
        return Answer("object", unit=fact.unit, members=fact.members)
    if fact.is_choice:
        return Answer(fact.type, _offered(fact, possible), fact.unit)
    values, ranges = _numbers(possible)
    return Answer(fact.type, () if ranges else values, fact.unit)


def _state(known: Known) -> FactState:
    values: tuple[Value, ...] = ()
    ranges: tuple[Range, ...] = ()
    state = known.state
    if state == "known":
        values = (_plain(known.possible.single),)
    elif state == "narrowed" and known.fact.is_choice:
        values = _offered(known.fact, known.possible)
    elif state == "narrowed":
        values, ranges = _numbers(known.possible)
    return FactState(known.fact.name, state, values, ranges, known.source)


def _offered(fact: Fact, possible: Possible) -> tuple[Value, ...]:
    return tuple(cast(Value, value) for value in fact.values if value in possible.choices)


def _numbers(possible: Possible) -> tuple[tuple[Value, ...], tuple[Range, ...]]:
    values = tuple(_plain(low) for low, high in possible.intervals if low == high)
    return values, tuple(Range(low, high) for low, high in possible.intervals if low != high)


def _plain(value: Any) -> Value:
    """A value as the service tells it: a mileage from kilometres is cut, never rounded up, at the sixth decimal."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else Decimal(int(value * 1_000_000)) / 1_000_000
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return cast(Value, value)
