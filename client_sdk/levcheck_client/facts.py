"""What a transaction's stated members tell of each fact, as the service reads them: null, absent, defaults, narrowing.

A VIN, a label, a test group and an executive order supply nothing here: what they tell, only the service knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple

from levcheck_client.law import Law
from levcheck_client.possible import Fact, Known, Possible, joined
from levcheck_client.results import Claim, Conflict, Number, Value

ACT, CONTRACT, DAY = "transaction.type", "transaction.contract", "transaction.date"
SELLER = "seller.type"
CLASS, WEIGHT, MILEAGE, RELOCATION = "vehicle.vehicle_type", "vehicle.gvwr_lb", "vehicle.mileage", "relocation"
METERS_PER_MILE, METERS_PER_KM = Fraction("1609.344"), 1_000
RESIDENCY = "became_virginia_resident"
ABSENT: Final = object()


class Facts(NamedTuple):
    """Each fact's state, in the contract's order, and what contradicts itself."""

    known: dict[str, Known]
    conflicts: tuple[Conflict, ...]


def member(request: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path. A null block makes each of its members null; a block that is left out, absent."""
    value: Any = request
    for name in path.split("."):
        if value is None:
            return None
        value = value.get(name, ABSENT)
        if value is ABSENT:
            return ABSENT
    return value


def stated(request: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, or None where it is null or absent."""
    value = member(request, path)
    return None if value is ABSENT else value


def read(law: Law, request: Mapping[str, Any], today: str, account: str | None) -> Facts:
    """The facts of a transaction of the contract, `today` being the date in Virginia, `account` who asks, if a seller."""
    known = {name: _stated(law, fact, request) for name, fact in law.facts.items()}
    if stated(request, DAY) is None:
        known[DAY] = Known(law.facts[DAY], law.facts[DAY].only(today), "default")
    known[CONTRACT] = _contract(law, request)
    known[ACT] = _act(law, request)
    if account is not None and member(request, SELLER) is ABSENT and _is_of_a_seller(law, member(request, ACT)):
        known[SELLER] = Known(law.facts[SELLER], law.facts[SELLER].only(account), "account")
    known[CLASS], known[WEIGHT], conflicts = _narrowed(law, known[CLASS], known[WEIGHT])
    return Facts(known, conflicts)


def _stated(law: Law, fact: Fact, request: Mapping[str, Any]) -> Known:
    value = member(request, fact.name)
    if value is ABSENT:
        if fact.name not in law.defaults:
            return Known(fact, fact.everything, "unknown")
        return Known(fact, fact.only(law.defaults[fact.name]), "default")
    if fact.name == RELOCATION:
        value = _relocated(fact, value)
    elif fact.name == MILEAGE and value is not None:
        value = _miles(value, stated(request, "vehicle.mileage_unit") or "mi")
    if value is None:
        return Known(fact, fact.everything, "unknown")
    return Known(fact, fact.only(value), "stated")


def _miles(odometer: Number, unit: str) -> Number | Fraction:
    """The odometer in miles, exactly: a fraction where it is stated in kilometres."""
    return odometer if unit == "mi" else Fraction(odometer) * METERS_PER_KM / METERS_PER_MILE


def _relocated(fact: Fact, block: Mapping[str, Any] | None) -> bool | None:
    """B 11: False as soon as a known member defeats it, True when all are right, None (unknown) otherwise."""
    told = block or {}
    names = [member.name for member in fact.members]
    states = {told[name] for name in names if name != RESIDENCY and told.get(name) is not None}
    if "VA" in states or len(states) > 1 or told.get(RESIDENCY) is False:
        return False
    return True if all(told.get(name) is not None for name in names) else None


def _contract(law: Law, request: Mapping[str, Any]) -> Known:
    """What the act happens under: some acts only under one contract, and unless named the others' is of sale."""
    fact, act, contract = law.facts[CONTRACT], stated(request, ACT), member(request, CONTRACT)
    if contract is not ABSENT and contract is not None:
        return Known(fact, fact.only(contract), "stated")
    if act in law.contracts:
        return Known(fact, Possible(choices=frozenset(law.contracts[act])), "derived")
    if contract is None:
        return Known(fact, fact.everything, "unknown")
    if act is None:
        return Known(fact, Possible(choices=frozenset(law.default_contracts.values())), "derived")
    return Known(fact, fact.only(law.default_contracts[act]), "default")


def _act(law: Law, request: Mapping[str, Any]) -> Known:
    """The act; one that is not named can only be one that happens under the named contract."""
    fact, act, contract = law.facts[ACT], stated(request, ACT), stated(request, CONTRACT)
    if act is not None:
        return Known(fact, fact.only(act), "stated")
    if contract is None:
        return Known(fact, fact.everything, "unknown")
    fitting = (a for a in fact.values if contract in law.contracts.get(str(a), (contract,)))
    return Known(fact, Possible(choices=frozenset(fitting)), "derived")


def _is_of_a_seller(law: Law, act: Any) -> bool:
    """Whether who asks is who sells: of a purchase or an import he is as likely the other side."""
    return act in law.acts_of_a_seller


def _narrowed(law: Law, kind: Known, weight: Known) -> tuple[Known, Known, tuple[Conflict, ...]]:
    """Class and weight, each without what the other excludes; where nothing would be left, each gains what it allows."""
    if kind.source == weight.source == "unknown":
        return kind, weight, ()
    limits = {name: law.class_weights.get(str(name), (weight.fact.least, weight.fact.most)) for name in kind.fact.values}
    fitting = (name for name, limit in limits.items() if Possible(intervals=(limit,)) & weight.possible)
    classes = Possible(choices=frozenset(fitting))
    # Whole pounds: 8,500 and 8,501 adjoin.
    weights = Possible(intervals=joined((limits[name] for name in kind.possible.choices), gap=1))
    left = kind.possible & classes, weight.possible & weights
    if all(left):
        return _derived(kind, left[0]), _derived(weight, left[1]), ()
    clash = f"A {_named(kind)} and a gross vehicle weight rating of {_weight(weight)} do not go together."
    return (
        Known(kind.fact, kind.possible | classes, "conflict"),
        Known(weight.fact, weight.possible | weights, "conflict"),
        (_conflict(kind, classes, clash), _conflict(weight, weights, clash)),
    )


def _derived(known: Known, possible: Possible) -> Known:
    return known if possible == known.possible else Known(known.fact, possible, "derived")


def _conflict(known: Known, allowed: Possible, text: str) -> Conflict:
    claims = (Claim(known.source, _plain(known.possible)), Claim("derived", _plain(allowed)))
    return Conflict(known.fact.name, claims, text)


def _plain(possible: Possible) -> Value:
    pieces: list[Any] = sorted(possible.choices, key=str)
    pieces += [low if low == high else {"min": low, "max": high} for low, high in possible.intervals]
    value: Value = pieces[0] if len(pieces) == 1 else pieces
    return value


def _named(known: Known) -> str:
    return " or ".join(sorted(_in_words(str(name)) for name in known.possible.choices))


def _in_words(name: str) -> str:
    return name.replace("_duty_", "-duty ").replace("14000_lb", "14,000 lb").replace("_", " ")


def _weight(known: Known) -> str:
    return " or ".join(f"{low:,} lb" if low == high else f"{low:,} to {high:,} lb" for low, high in known.possible.intervals)
