"""Facts and figures in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from levcheck.law import vocabulary as v
from levcheck.printed import wording


def _fact(name: str, values: list[Any], ranges: list[tuple[Any, Any]] | None = None) -> dict[str, Any]:
    told = [{"min": low, "max": high} for low, high in ranges or []]
    return {"fact": name, "state": "narrowed", "values": values, "ranges": told}


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (_fact("vehicle.vehicle_type", ["light_duty_truck", "over_14000_lb"]), "Light-duty truck or over 14,000 lb"),
        (_fact("vehicle.gvwr_lb", [], [(6001, 7000)]), "6,001 to 7,000 lb"),
        (_fact("vehicle.gvwr_lb", [4850], [(8501, 1_000_000)]), "4,850 lb or 8,501 lb or more"),
        (_fact("vehicle.mileage", [Decimal("12.40")]), "12.4 mi"),
        (_fact("vehicle.mileage", [Decimal("7499.999")]), "7,499.999 mi"),
        (_fact("vehicle.mileage", [Decimal("1E+3")]), "1,000 mi"),
        (_fact("vehicle.model_year", [2024, 2025]), "2024 or 2025"),
        (_fact("vehicle.certification.california", [False]), "No"),
        (_fact("transaction.date", ["2025-06-01"]), "June 1, 2025"),
        (_fact("destination.state", ["NC"]), "NC"),
        (_fact("seller.type", ["rental_agency"]), "Rental agency"),
    ],
)
def test_values_read_as_words(fact: dict[str, Any], words: str) -> None:
    """A value is printed in words and figures that a clerk reads: units, commas, no code names."""
    assert wording.value(fact) == words


def test_every_fact_has_a_label() -> None:
    """Each fact of the vocabulary has a short name of its own on paper."""
    assert set(wording.LABELS) == set(v.BY_NAME)
    assert len(set(wording.LABELS.values())) == len(v.BY_NAME)


def test_places_are_run_together() -> None:
    """Citations in a row name their section once."""
    cited = ["9VAC5-95-20 B New motor vehicle", "9VAC5-95-30 A", "9VAC5-95-30 B 1", "9VAC5-95-30 B 6"]
    assert wording.places(cited) == "9VAC5-95-20 B New motor vehicle, -30 A, B 1, B 6"
    assert wording.places(["9VAC5-95-10", "9VAC5-95-30 A"]) == "9VAC5-95-10, -30 A"
    assert wording.places([]) == ""


def test_tiny_mileages_stay_short() -> None:
    """A mileage with thousands of zeros after its point does not fill the page."""
    assert len(wording.odometer(Decimal("1E-5000"), "mi", "")) < 30
    assert wording.odometer(Decimal("12.400000000000000000000000000001"), "mi", "").endswith("… mi")
