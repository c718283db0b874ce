"""A transaction read as facts: every source's claims gathered, combined and narrowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..law import vocabulary as v
from ..law.logic.facts import Fact, Possible, known
from . import classes, relocation, vpic
from .certification import Shown, shown
from .claims import Claim, Conflict, FactState, Notice, combined
from .registry import Registry
from .request import ABSENT, by_path

KM_PER_MILE = Decimal("1.609344")


Claims = tuple[Claim, ...]
_PRESUMED: dict[Fact, Claims] = {fact: (Claim("default", known(value, fact)),) for fact, value in v.DEFAULTS.items()}
_PRESUMED_STATES = {fact: combined(fact, claims)[0] for fact, claims in _PRESUMED.items()}


@dataclass
class Evidence:
    """What a transaction comes to: each fact's state, in the vocabulary's order, and what the reader should be told."""

    facts: dict[str, FactState]
    conflicts: list[Conflict] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    assurance: str | None = None
    vehicle: vpic.Vehicle | None = None

    @property
    def possible(self) -> dict[str, Possible]:
        """What is possible of each fact, as the law reads it."""
        return {name: state.possible for name, state in self.facts.items()}


def read(request: Mapping[str, Any], *, today: date, registry: Registry, account: str | None = None) -> Evidence:
    """Read a valid request of the contract (v1), `today` being the date in Virginia.

    `account` is the kind of seller that the asking organization is, if it is one.
    """
    told = by_path(request)
    vin = told.get("vehicle.vin")
    decoded = vpic.decode(vin.upper()) if vin else None
    notices = [Notice(decoded.problem, decoded.detail or "")] if decoded and decoded.problem else []
    vehicle = decoded if decoded and not decoded.problem else None

    claims = {fact.name: _stated(told, fact) for fact in v.FACTS}
    claims[v.day.name] = (_date(told, today),)
    claims[v.contract.name] = _contract(told)
    claims[v.act.name] = _act(told)
    claims[v.seller.name] += _seller(told, account)
    if vehicle:
        _add_vehicle(claims, vehicle)
    certification = shown(request, vehicle, claims[v.model_year.name], registry)
    claims[v.california.name] += tuple(certification.california)
    claims[v.federal.name] += tuple(certification.federal)
    claims[v.model_year.name] += tuple(certification.model_year)

    evidence = Evidence({}, certification.conflicts, notices + certification.notices, vehicle=decoded)
    for fact in v.FACTS:
        said = claims[fact.name]
        if said is _PRESUMED.get(fact):
            evidence.facts[fact.name] = _PRESUMED_STATES[fact]
            continue
        evidence.facts[fact.name], conflict = combined(fact, said)
        if conflict:
            evidence.conflicts.append(conflict)
    _narrow(evidence)
    evidence.assurance = _assurance(evidence, certification)
    return evidence


Told = Mapping[str, Any]
"""The request's members by path (`by_path`)."""


def _stated(told: Told, fact: Fact) -> Claims:
    value = told.get(fact.name, ABSENT)
    if value is ABSENT:
        return _PRESUMED.get(fact, ())
    if fact is v.relocation:
        value = relocation.qualifies(value)
    elif fact is v.mileage and value is not None:
        value = _miles(value, told.get("vehicle.mileage_unit") or "mi")
    return () if value is None else (Claim("stated", known(value, fact)),)


def _miles(odometer: int | Decimal, unit: str) -> int | Decimal | Fraction:
    """The odometer in miles, exactly: a fraction where it is stated in kilometres."""
    return odometer if unit == "mi" else Fraction(odometer) / Fraction(KM_PER_MILE)


def _date(told: Told, today: date) -> Claim:
    value = told.get(v.day.name)
    return Claim("default", known(today, v.day)) if value is None else Claim("stated", known(value, v.day))


def _contract(told: Told) -> Claims:
    """What the act happens under: some acts can only happen under one contract, and unless named the others' is of sale."""
    act, contract = told.get(v.act.name), told.get(v.contract.name, ABSENT)
    if contract is not ABSENT and contract is not None:
        return (Claim("stated", known(contract, v.contract)),)
    if act in v.ACT_CONTRACTS:
        return (Claim("derived", Possible(choices=frozenset(v.ACT_CONTRACTS[act]))),)
    if contract is None:
        return ()
    if act is None:
        return (Claim("derived", Possible(choices=frozenset(v.ACT_DEFAULT_CONTRACT.values()))),)
    return (Claim("default", known(v.ACT_DEFAULT_CONTRACT[act], v.contract)),)


def _act(told: Told) -> Claims:
    """The act; one that is not named can only be one that happens under the named contract."""
    act, contract = told.get(v.act.name), told.get(v.contract.name)
    if act is not None:
        return (Claim("stated", known(act, v.act)),)
    if contract is None:
        return ()
    fitting = frozenset(a for a in v.ACTS if contract in v.ACT_CONTRACTS.get(a, v.CONTRACTS))
    return (Claim("derived", Possible(choices=fitting)),)


def _seller(told: Told, account: str | None) -> Claims:
    """Who sells, by who asks: only where the request says nothing of it, and names an act that a seller does.

    Of a purchase, an import, an acquisition or a receipt the asking dealer is as likely the other side; an act that is
    not named may be one of these.
    """
    if account is None or v.seller.name in told:
        return ()
    return (Claim("account", known(account, v.seller)),) if told.get(v.act.name) in v.ACTS_OF_A_SELLER else ()


def _add_vehicle(claims: dict[str, Claims], vehicle: vpic.Vehicle) -> None:
    if vehicle.model_year is not None:
        claims[v.model_year.name] += (Claim("vin", known(vehicle.model_year, v.model_year)),)
    if vehicle.gvwr_lb is not None:
        claims[v.gvwr.name] += (Claim("vin", Possible(intervals=(vehicle.gvwr_lb,))),)
    disputed = combined(v.gvwr, claims[v.gvwr.name])[1] is not None  # then the VIN's weight may not decide the class either
    fitting = classes.of_vehicle(replace(vehicle, gvwr_lb=None) if disputed else vehicle)
    if fitting is not None:
        claims[v.vehicle_type.name] += (Claim("vin", fitting),)


def _narrow(evidence: Evidence) -> None:
    facts = evidence.facts
    kind, weight = facts[v.vehicle_type.name], facts[v.gvwr.name]
    facts[v.vehicle_type.name], facts[v.gvwr.name], clashes = classes.narrowed(kind, weight)
    evidence.conflicts += clashes


def _assurance(evidence: Evidence, certification: Shown) -> str | None:
    """How well California certification is shown, while nothing contradicts it."""
    state = evidence.facts[v.california.name]
    if state.value is not True:
        return None
    return certification.assurance or "claimed"
