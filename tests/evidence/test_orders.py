"""The numbers of CARB's Executive Orders."""

from __future__ import annotations

import pytest
from evidence.asking import CALIFORNIA, ORDER, codes, read
from levcheck.evidence import orders
from levcheck.evidence.registry import Registry

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\ufe63"


@pytest.mark.parametrize("number", ["A-006-2406-2", "A-003-0811-1", "A-515-0002", "A-019-0336", "A-019-0334-12"])
def test_the_form_of_a_vehicle_order(number: str) -> None:
    """Letter A, three digits, four digits and perhaps a revision are a vehicle order's number."""
    assert orders.is_vehicle_order(orders.normalised(number))


@pytest.mark.parametrize("dash", DASHES)
@pytest.mark.parametrize(
    "printed",
    [
        *("A-003-0811-1", "a-003-0811-1", " A - 003 - 0811 - 1 ", "A-003-\u00a00811-1\n", "a 003 0811 1", "EO A-003-0811-1"),
        *("EO# A-003-0811-1", "E.O. A-003-0811-1", "CARB Executive Order No. A-003-0811-1", "executive order: a-003-0811-1"),
        *("\ufeffA-003-\u200b0811-1", "A-\u00ad003-0811-1"),
    ],
)
def test_however_it_is_printed(printed: str, dash: str) -> None:
    """CARB's U+2011 and every other dash, lower case, spaces and the name before it make the same number."""
    assert orders.normalised(printed.replace("-", dash)) == "A-003-0811-1"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("D-123-45", "aftermarket part"),
        ("M-030-0188", "motorcycle"),
        ("U-006-0123", "off-road engine"),
        ("U-R-001-0500", "off-road engine"),
        ("EO D-193-149", "aftermarket part"),
        ("d\u2011123\u201145", "aftermarket part"),
    ],
)
def test_other_kinds_of_orders(number: str, reason: str, registry: Registry) -> None:
    """An order for a part, a motorcycle or an off-road engine shows nothing, and the reason says what it is for."""
    evidence = read({ORDER: number}, registry)
    assert codes(evidence) == ["executive_order_not_evidence"]
    assert reason in evidence.notices[0].text
    assert evidence.facts[CALIFORNIA].source == "unknown"


@pytest.mark.parametrize(
    "number",
    [
        "A",
        "A-1-2",
        "A-003-0811-123",
        "A-0003-0811",
        "A-003-0811-",
        "AA-003-0811",
        "003-0811-1",
        "A-003-0811-1x",
        "B-003-0811",
        "A-003-0811/A-003-0812",
        "none",
        "n/a",
        "A_003_0811",
        "A-000-0000",
        "A-000-0000-0",
        "A-003-0000",
        "A-000-0811",
        "A-٠٠٣-0811",
        "yes",
    ],
)
def test_junk(number: str, registry: Registry) -> None:
    """Anything else is no order's number, and the advisory shows the form."""
    evidence = read({ORDER: number}, registry)
    assert codes(evidence) == ["executive_order_not_evidence"]
    assert "A-000-0000" in evidence.notices[0].text
    assert (evidence.assurance, evidence.facts[CALIFORNIA].source) == (None, "unknown")


@pytest.mark.parametrize("number", ["A‑003‑0811‑1", "a-003-0811-1"])
def test_not_on_file_is_a_claim(number: str, registry: Registry) -> None:
    """A number of the right form that is not on file is no more than the caller's word."""
    evidence = read({ORDER: number}, registry)
    assert (evidence.assurance, evidence.facts[CALIFORNIA].source) == ("claimed", "executive_order")
