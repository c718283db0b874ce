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
from .request import ABSENT, member, stated

KM_PER_MILE = Decimal("1.609344")


_PRESUMED = {fact: (Claim("default", known(value, fact)),) for fact, value in v.DEFAULTS.items()}


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
    vin = stated(request, "vehicle.vin")
    vehicle = vpic.decode(vin.upper()) if vin else None
    notices = [Notice(vehicle.problem, vehicle.detail or "")] if vehicle and vehicle.problem else []
    told = vehicle if vehicle and not vehicle.problem else None

    claims: dict[str, list[Claim]] = {fact.name: _stated(request, fact) for fact in v.FACTS}
    claims[v.day.name] = [_date(request, today)]
    claims[v.contract.name] = _contract(request)
    claims[v.act.name] = _act(request)
    claims[v.seller.name] += _seller(request, account)
    if told:
        _add_vehicle(claims, told)
    certification = shown(request, told, claims[v.model_year.name], registry)
    claims[v.california.name] += certification.california
    claims[v.federal.name] += certification.federal
    claims[v.model_year.name] += certification.model_year

    evidence = Evidence({}, certification.conflicts, notices + certification.notices, vehicle=vehicle)
    for fact in v.FACTS:
        evidence.facts[fact.name], conflict = combined(fact, claims[fact.name])
        if conflict:
            evidence.conflicts.append(conflict)
    _narrow(evidence)
    evidence.assurance = _assurance(evidence, certification)
    return evidence


def _stated(request: Mapping[str, Any], fact: Fact) -> list[Claim]:
    value = member(request, fact.name)
    if value is ABSENT:
        return list(_PRESUMED.get(fact, ()))
    if fact is v.relocation:
        value = relocation.qualifies(value)
    if fact is v.mileage and value is not None:
        value = _miles(value, stated(request, "vehicle.mileage_unit", "mi"))
    return [] if value is None else [Claim("stated", known(value, fact))]


def _miles(odometer: int | Decimal, unit: str) -> int | Decimal | Fraction:
    """The odometer in miles, exactly: a fraction where it is stated in kilometres."""
    return odometer if unit == "mi" else Fraction(odometer) / Fraction(KM_PER_MILE)


def _date(request: Mapping[str, Any], today: date) -> Claim:
    value = stated(request, v.day.name)
    return Claim("default", known(today, v.day)) if value is None else Claim("stated", known(value, v.day))


def _contract(request: Mapping[str, Any]) -> list[Claim]:
    """What the act happens under: some acts can only happen under one contract, and unless named the others' is of sale."""
    act, contract = stated(request, v.act.name), member(request, v.contract.name)
    if contract is not ABSENT and contract is not None:
        return [Claim("stated", known(contract, v.contract))]
    if act in v.ACT_CONTRACTS:
        return [Claim("derived", Possible(choices=frozenset(v.ACT_CONTRACTS[act])))]
    if contract is None:
        return []
    if act is None:
        return [Claim("derived", Possible(choices=frozenset(v.ACT_DEFAULT_CONTRACT.values())))]
    return [Claim("default", known(v.ACT_DEFAULT_CONTRACT[act], v.contract))]


def _act(request: Mapping[str, Any]) -> list[Claim]:
    """The act; one that is not named can only be one that happens under the named contract."""
    act, contract = stated(request, v.act.name), stated(request, v.contract.name)
    if act is not None:
        return [Claim("stated", known(act, v.act))]
    if contract is None:
        return []
    fitting = frozenset(a for a in v.ACTS if contract in v.ACT_CONTRACTS.get(a, v.CONTRACTS))
    return [Claim("derived", Possible(choices=fitting))]


def _seller(request: Mapping[str, Any], account: str | None) -> list[Claim]:
    """Who sells, by who asks: only where the request says nothing of it, and names an act that a seller does.

    Of a purchase, an import, an acquisition or a receipt the asking dealer is as likely the other side; an act that is
    not named may be one of these.
    """
    if account is None or member(request, v.seller.name) is not ABSENT:
        return []
    return [Claim("account", known(account, v.seller))] if member(request, v.act.name) in v.ACTS_OF_A_SELLER else []


def _add_vehicle(claims: dict[str, list[Claim]], vehicle: vpic.Vehicle) -> None:
    if vehicle.model_year is not None:
        claims[v.model_year.name].append(Claim("vin", known(vehicle.model_year, v.model_year)))
    if vehicle.gvwr_lb is not None:
        claims[v.gvwr.name].append(Claim("vin", Possible(intervals=(vehicle.gvwr_lb,))))
    disputed = combined(v.gvwr, claims[v.gvwr.name])[1] is not None  # then the VIN's weight may not decide the class either
    fitting = classes.of_vehicle(replace(vehicle, gvwr_lb=None) if disputed else vehicle)
    if fitting is not None:
        claims[v.vehicle_type.name].append(Claim("vin", fitting))


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
