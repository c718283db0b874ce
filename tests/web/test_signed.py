"""Signed claims in words."""

from __future__ import annotations

from typing import Any

import pytest
from levcheck.law.va_9vac5_95 import by_citation
from levcheck.records.certificates import verify
from levcheck.records.records import Records
from levcheck.web import signed
from levcheck.web.signed import NotReadable
from printed.transactions import REQUESTS, Make, vehicle
from web.papers import VIN


def claims(one: dict[str, Any], kept: Records) -> dict[str, Any]:
    return verify(one["certificate"], kept.keys).claims


@pytest.mark.parametrize("name", REQUESTS)
def test_every_certificate_can_be_told(name: str, papers: dict[str, dict[str, Any]], kept: Records) -> None:
    """What is told of a certificate of any verdict and basis is what its record says."""
    one = papers[name]
    told = signed.read(claims(one, kept))
    assert (told.id, told.verdict, told.recorded_at) == (one["id"], one["result"]["verdict"], one["recorded_at"])
    assert told.vin == (one["request"]["vehicle"].get("vin") or "")
    assert all(label and value for label, value in told.facts)
    assert all(provision.text for provision in told.provisions)


@pytest.mark.parametrize(
    ("name", "claimed", "words"),
    [
        ("vehicle.mileage", "12.4", "12.4 mi"),
        ("vehicle.mileage", 12000, "12,000 mi"),
        ("vehicle.gvwr_lb", [6001, 7000], "6,001 to 7,000 lb"),
        ("vehicle.gvwr_lb", [4850, [8501, 14000]], "4,850 lb or 8,501 to 14,000 lb"),
        ("vehicle.model_year", [2024, 2025], "2024 or 2025"),
        ("vehicle.vehicle_type", ["light_duty_truck", "other"], "Light-duty truck or other"),
        ("vehicle.certification.california", True, "Yes"),
        ("transaction.date", "2026-07-01", "July 1, 2026"),
        ("seller.type", [], "Not known"),
        ("a.later.fact", "x", "X"),
    ],
)
def test_a_claimed_fact_in_words(
    name: str, claimed: Any, words: str, papers: dict[str, dict[str, Any]], kept: Records
) -> None:
    """A fact of the claims reads as it does on paper: one value, several, a range, or none that is known."""
    told = signed.read(claims(papers["exempt"], kept) | {"facts": {name: claimed}})
    assert [value for _, value in told.facts] == [words]


def test_an_exemption_is_led_in(papers: dict[str, dict[str, Any]], kept: Records) -> None:
    """An exemption's words stand behind the sentence that they go on from."""
    (told,) = signed.read(claims(papers["exempt"], kept)).provisions
    assert told.citation == "9VAC5-95-30 B 5"
    assert told.text.startswith("B. This chapter does not apply to: [...] 5. ")


def test_another_edition_is_not_quoted(papers: dict[str, dict[str, Any]], kept: Records) -> None:
    """The words of another edition of the chapter are not put in this one's mouth."""
    assert by_citation("9VAC5-95-30 B 5")
    (told,) = signed.read(claims(papers["exempt"], kept) | {"edition": "2031-01-01"}).provisions
    assert told.text == ""


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-07-05T03:59:59.000000Z", "July 4, 2026, 11:59 PM Eastern time"),
        ("2026-07-05T04:00:00.000000Z", "July 5, 2026, 12:00 AM Eastern time"),
        ("2026-12-05T17:00:00.000000Z", "December 5, 2026, 12:00 PM Eastern time"),
    ],
)
def test_times_are_virginias(moment: str, words: str) -> None:
    """A moment is told on Virginia's clock, in summer and winter."""
    assert signed.in_virginia(moment) == words


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "allowed"},
        {"verdict": ["permitted"]},
        {"recorded_at": "yesterday"},
        {"recorded_at": None},
        {"recorded_at": "0001-01-01T00:00:00.000000Z"},
        {"facts": ["x"]},
        {"facts": {"vehicle.mileage": "many"}},
        {"facts": {"transaction.date": "soon"}},
        {"provisions": 5},
        {"provisions": [5]},
        {"vin": 5},
        {"assurance": ["x"]},
    ],
)
def test_other_claims_are_not_read(wrong: dict[str, Any], papers: dict[str, dict[str, Any]], kept: Records) -> None:
    """Signed claims of another shape are refused as a whole, and never told in part."""
    with pytest.raises(NotReadable):
        signed.read(claims(papers["exempt"], kept) | wrong)
    with pytest.raises(NotReadable):
        signed.read({})


def test_a_vin_is_told_in_capitals(make: Make, kept: Records) -> None:
    """A VIN that was sent in small letters is told as the paper prints it."""
    assert signed.read(claims(make(vehicle(vin=VIN.lower())), kept)).vin == VIN
