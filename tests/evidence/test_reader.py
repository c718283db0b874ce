"""A transaction read as facts: defaults, nulls, contracts, kilometres, relocation."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from conftest import TODAY
from evidence.asking import ABSENT, codes, read, result
from hypothesis import given, settings
from hypothesis import strategies as st
from levcheck.evidence import reader, relocation
from levcheck.evidence.registry import Registry
from levcheck.law import vocabulary as v

MILEAGE, UNIT = "vehicle.mileage", "vehicle.mileage_unit"
KINDS_OF_SALE = {"sale": "sale", "purchase": "sale", "lease": "lease", "rental": "rental"}


@pytest.mark.parametrize("fact", v.DEFAULTS, ids=lambda fact: fact.name)
def test_a_default_is_presumed_and_null_is_unknown(fact: Any, registry: Registry) -> None:
    """A member with a default takes it when left out, says so, and is open when null."""
    left_out = read({fact.name: ABSENT}, registry).facts[fact.name]
    assert (left_out.value, left_out.source) == (v.DEFAULTS[fact], "default")
    null = read({fact.name: None}, registry).facts[fact.name]
    assert (null.state, null.source) == ("open", "unknown")


@pytest.mark.parametrize(
    "fact",
    [fact for fact in v.FACTS if fact not in v.DEFAULTS and fact not in (v.day, v.contract)],
    ids=lambda fact: fact.name,
)
def test_nothing_else_is_presumed(fact: Any, registry: Registry) -> None:
    """A member without a default is unknown when left out and when null."""
    blank = reader.read({}, today=TODAY, registry=registry).facts[fact.name]
    null = reader.read({fact.name.split(".")[0]: None}, today=TODAY, registry=registry).facts[fact.name]
    assert {blank.source, null.source} == {"unknown"}


def test_a_null_block_makes_every_member_unknown(registry: Registry) -> None:
    """A null vehicle has no defaults: every one of its facts is open."""
    evidence = reader.read({"vehicle": None}, today=TODAY, registry=registry)
    assert all(state.source == "unknown" for name, state in evidence.facts.items() if name.startswith("vehicle."))


def test_todays_date(registry: Registry) -> None:
    """The date left out is today's in Virginia, and a stated one is kept."""
    today = read({"transaction.date": ABSENT}, registry).facts["transaction.date"]
    assert (today.value, today.source) == (TODAY, "default")
    assert read({"transaction.date": "2025-05-31"}, registry).facts["transaction.date"].source == "stated"


@pytest.mark.parametrize("act", v.ACTS)
def test_the_contract_of_an_act(act: str, registry: Registry) -> None:
    """A sale or purchase happens under a sale, a lease under a lease, a rental under a rental; others presume a sale."""
    contract = read({"transaction.type": act}, registry).facts["transaction.contract"]
    expected = (KINDS_OF_SALE[act], "derived") if act in KINDS_OF_SALE else ("sale", "default")
    assert (contract.value, contract.source) == expected
    null = read({"transaction.type": act, "transaction.contract": None}, registry).facts["transaction.contract"]
    assert (null.value, null.source) == (expected if act in KINDS_OF_SALE else (None, "unknown"))


@pytest.mark.parametrize(
    ("contract", "left", "acts"),
    [
        (ABSENT, {"sale", "lease", "rental"}, set(v.ACTS)),
        (None, {"sale", "lease", "rental", "none"}, set(v.ACTS)),
        ("sale", {"sale"}, set(v.ACTS) - {"lease", "rental"}),
        ("rental", {"rental"}, set(v.ACTS) - {"sale", "purchase", "lease"}),
        ("none", {"none"}, set(v.ACTS) - set(KINDS_OF_SALE)),
    ],
)
def test_an_unknown_act(contract: str | None, left: set[str], acts: set[str], registry: Registry) -> None:
    """Of an unknown act only what its contract allows is possible, and the contract is not presumed to be of sale."""
    facts = read({"transaction.type": None, "transaction.contract": contract}, registry).facts
    assert facts["transaction.contract"].possible.choices == left
    assert facts["transaction.type"].possible.choices == acts


@pytest.mark.parametrize(
    ("odometer", "unit", "used"),
    [
        ("7500", "mi", True),
        ("7499.999999999", "mi", False),
        ("12070.08", "km", True),
        ("12070.07", "km", False),
        ("12070.0799999999999999999999999999", "km", False),
        ("7500", "km", False),
        ("0", "km", False),
    ],
)
def test_the_limit_in_miles_and_kilometres(odometer: str, unit: str, used: bool, registry: Registry) -> None:
    """12,070.08 km is 7,500 miles and used; the least below either is new."""
    found = result({MILEAGE: Decimal(odometer), UNIT: unit}, registry)
    status = {finding["provision"]: finding["status"] for finding in found["findings"]}
    assert status["9VAC5-95-30 B 1"] == ("holds" if used else "fails")
    assert status["9VAC5-95-20 B New motor vehicle"] == ("fails" if used else "holds")


@settings(deadline=None)
@given(odometer=st.decimals("0", "10000000", allow_nan=False, places=3))
def test_kilometres_are_exact(registry: Registry, odometer: Decimal) -> None:
    """Kilometres become miles as an exact fraction: back again they are what was sent."""
    facts = reader.read({"vehicle": {"mileage": odometer, "mileage_unit": "km"}}, today=TODAY, registry=registry).facts
    miles = facts[MILEAGE].value
    assert isinstance(miles, Fraction)
    assert miles * Fraction(1_609_344, 1_000_000) == Fraction(odometer)
    assert (miles >= 7500) == (odometer >= Decimal("12070.08"))


def outcomes(block: dict[str, Any]) -> set[bool]:
    """Whether relocation holds, in every completion of a block's unknown members."""
    states = [[block[name]] if block[name] else ["VA", "NC", "TN", "MD"] for name in relocation.STATE_MEMBERS]
    became = [True, False] if block[relocation.RESIDENCY] is None else [block[relocation.RESIDENCY]]
    return {a == b == c != "VA" and r for a, b, c, r in itertools.product(*states, became)}


@pytest.mark.parametrize("became", [True, False, None])
def test_relocation_with_every_member(became: bool | None, registry: Registry) -> None:
    """Relocation fails as soon as a known member defeats it, holds with all four right, and is unknown otherwise."""
    for states in itertools.product(["VA", "NC", "TN", None], repeat=3):
        block = dict(zip(relocation.STATE_MEMBERS, states, strict=True)) | {relocation.RESIDENCY: became}
        possible = outcomes(block)
        expected = possible.pop() if len(possible) == 1 else None
        assert relocation.qualifies(block) is expected, block
        left_out = {name: value for name, value in block.items() if value is not None}
        assert read({"relocation": left_out}, registry).facts["relocation"].value is expected, block


def test_no_relocation_is_presumed(registry: Registry) -> None:
    """An absent block means no relocation, a null one that nobody knows, an empty one too."""
    assert read({}, registry).facts["relocation"].value is False
    assert read({"relocation": None}, registry).facts["relocation"].source == "unknown"
    assert read({"relocation": {}}, registry).facts["relocation"].source == "unknown"


def test_every_fact_has_its_place(registry: Registry) -> None:
    """Every fact of the vocabulary is answered, in its order, whatever the request leaves out."""
    assert list(reader.read({}, today=TODAY, registry=registry).facts) == [fact.name for fact in v.FACTS]


@pytest.mark.parametrize("vin", ["2HGFE4F86SH01146O", "2HGFE4F85SH011469", "2HGFE4F86SHXXXXXX"])
def test_a_vin_that_is_not_used(vin: str, registry: Registry) -> None:
    """A VIN that cannot be verified changes no fact and is answered with an advisory."""
    with_vin, without = read({"vehicle.vin": vin}, registry), read({}, registry)
    assert with_vin.facts == without.facts
    assert codes(with_vin) in (["vin_unverified"], ["vin_not_assigned"])
