"""Whether a transaction is one of the contract, for when the service is not there to say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from levcheck_client.encoding import pointer_to
from levcheck_client.errors import InvalidTransaction
from levcheck_client.facts import ACT, CONTRACT, DAY, RELOCATION, stated
from levcheck_client.law import Law
from levcheck_client.possible import Fact

Takes = Callable[[Any], bool]
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
VIN = re.compile(r"[A-Za-z0-9]{17}")


def refuse_strangers(law: Law, transaction: object) -> None:
    """Raises `InvalidTransaction`, as the service would refuse it: a member that is not the contract's, or its value."""
    _walk(transaction, _shape(law), "")
    assert isinstance(transaction, Mapping)
    act, contract = stated(transaction, ACT), stated(transaction, CONTRACT)
    if contract is not None and contract not in law.contracts.get(str(act), (contract,)):
        _refuse("/transaction/contract", f"does not go with a {act}")


def _shape(law: Law) -> dict[str, Any]:
    """The contract's members: blocks as mappings, others as what they take. What is evidence only stands here alone."""
    shape: dict[str, Any] = {"reference": _or_null(_line(64)), "reading": _one_of(law.readings)}
    for name, fact in law.facts.items():
        *blocks, last = name.split(".")
        at = shape
        for block in blocks:
            at = at.setdefault(block, {})
        takes = _takes(fact)
        at[last] = takes if name == DAY else _or_null(takes)
    shape[RELOCATION] = {
        m.name: _or_null(_truth if m.type == "boolean" else _one_of(m.choices)) for m in law.facts[RELOCATION].members
    }
    shape["vehicle"] |= {"vin": _or_null(_vin), "mileage_unit": _one_of(("mi", "km"))}
    evidence = {"label": _line(2_000), "executive_order": _line(64), "test_group": _line(64)}
    shape["vehicle"]["certification"] |= {name: _or_null(takes) for name, takes in evidence.items()}
    return shape


def _walk(value: object, shape: Mapping[str, Any], at: str) -> None:
    if not isinstance(value, Mapping):
        _refuse(at, "is not an object")
    for name, held in value.items():
        below = pointer_to(at, name)
        if name not in shape:
            _refuse(below, "is not a member of the contract")
        takes = shape[name]
        if isinstance(takes, Mapping):
            if held is not None:
                _walk(held, takes, below)
        elif not takes(held):
            _refuse(below, "has a value that this member does not take")


def _refuse(at: str, text: str) -> NoReturn:
    raise InvalidTransaction(f"not evaluated: {at or 'the transaction'} {text}", pointer=at)


def _or_null(takes: Takes) -> Takes:
    return lambda value: value is None or takes(value)


def _takes(fact: Fact) -> Takes:
    if fact.type == "boolean":
        return _truth
    if fact.type == "date":
        return lambda value: _day(value) and bool(fact.least <= value <= fact.most)
    if fact.is_choice:
        return _one_of(fact.values)
    return lambda value: (
        _number(value) and fact.least <= value <= fact.most and (fact.type == "number" or value == int(value))
    )


def _one_of(words: tuple[Any, ...]) -> Takes:
    return lambda value: isinstance(value, str) and value in words


def _line(longest: int) -> Takes:
    return lambda value: isinstance(value, str) and len(value) <= longest and not CONTROL.search(value)


def _truth(value: object) -> bool:
    return isinstance(value, bool)


def _vin(value: object) -> bool:
    return isinstance(value, str) and VIN.fullmatch(value) is not None


def _number(value: object) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _day(value: object) -> bool:
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
