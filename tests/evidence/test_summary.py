"""The summary: one sentence that names the verdict, its reason and its place, in words that a clerk understands."""

from __future__ import annotations

from typing import Any

import pytest
from evidence.asking import ABSENT, CALIFORNIA, result
from evidence.test_advisories import ACT, BUYER, DAY, KIND, MILEAGE, MOVED, STATE
from levcheck.evidence.registry import Registry

CONFORMS, YEAR, CLASS, WEIGHT = (
    "vehicle.certification.conforms",
    "vehicle.model_year",
    "vehicle.vehicle_type",
    "vehicle.gvwr_lb",
)
PLACE, NEW_ENGINE = "transaction.state", "vehicle.new_engine"
NO, NONE = {CALIFORNIA: False}, "and no exemption applies (9VAC5-95-30 A)"
OUTSIDE = "Permitted: the chapter does not cover this"
SUMMARIES: tuple[tuple[dict[str, Any], str], ...] = (
    (NO, f"Prohibited: the vehicle is not California-certified, {NONE}."),
    (
        {CALIFORNIA: True, CONFORMS: False},
        f"Prohibited: the vehicle does not comply with the standards incorporated by reference, {NONE}.",
    ),
    ({CONFORMS: False}, f"Prohibited: the vehicle does not comply with the standards incorporated by reference, {NONE}."),
    ({**NO, CONFORMS: False}, f"Prohibited: the vehicle is not California-certified, {NONE}."),
    ({**NO, KIND: "engine", NEW_ENGINE: True}, f"Prohibited: the engine is not California-certified, {NONE}."),
    ({**NO, KIND: None, NEW_ENGINE: True}, f"Prohibited: the vehicle or engine is not California-certified, {NONE}."),
    ({CALIFORNIA: True}, "Permitted: the vehicle is California-certified (9VAC5-95-30 A)."),
    ({**NO, STATE: "NC"}, "Permitted: a new motor vehicle sold for registration out-of-state (9VAC5-95-30 B 5)."),
    ({**NO, MILEAGE: 7500}, "Permitted: a used motor vehicle (9VAC5-95-30 B 1)."),
    (
        {**NO, MILEAGE: None, BUYER: "dealer"},
        "Permitted: whatever the facts still open, it is a used motor vehicle (9VAC5-95-30 B 1) or a new motor vehicle sold "
        "to another dealer (9VAC5-95-30 B 2).",
    ),
    (
        {**NO, MILEAGE: None, "relocation": MOVED, ACT: "import"},
        "Permitted: whatever the facts still open, it is a used motor vehicle (9VAC5-95-30 B 1) or a new motor vehicle "
        "purchased and registered in another state by a person who is a resident of that state and who subsequently "
        "establishes residency in Virginia (9VAC5-95-30 B 11).",
    ),
    ({YEAR: 2024}, f"{OUTSIDE}: model year 2024 is before 2025 (9VAC5-95-10)."),
    (
        {YEAR: 2023, "vehicle.vin": "KMHRC8A33RU325703", CLASS: ABSENT, WEIGHT: ABSENT},
        f"{OUTSIDE}: the model year, as far as known, is before 2025 (9VAC5-95-10).",
    ),
    ({PLACE: "NC"}, f"{OUTSIDE}: it takes place in North Carolina, not in Virginia (9VAC5-95-30 A)."),
    ({PLACE: "DC"}, f"{OUTSIDE}: it takes place in the District of Columbia, not in Virginia (9VAC5-95-30 A)."),
    ({CLASS: "motorcycle", WEIGHT: ABSENT}, f"{OUTSIDE}: it is not of a listed class (9VAC5-95-30 A 1)."),
    ({WEIGHT: 14_001}, f"{OUTSIDE}: it is over 14,000 pounds gross vehicle weight rating (9VAC5-95-10)."),
    ({KIND: "engine"}, f"{OUTSIDE}: an engine that is not new is not listed (9VAC5-95-30 A 2)."),
    (
        {DAY: "2024-03-12"},
        f"{OUTSIDE}: March 12, 2024 is before March 13, 2024, when the chapter took effect (9VAC5-95).",
    ),
    (
        {"reading": "federal_since_2025"},
        f"{OUTSIDE} under the reading federal_since_2025: it reaches nothing on or after January 1, 2025.",
    ),
    (
        {"reading": "incorporated_years", YEAR: 2026},
        f"{OUTSIDE} under the reading incorporated_years: it reaches passenger cars and light-duty trucks of model year "
        "2025; medium-duty vehicles of model years 2025 to 2028.",
    ),
    ({"reading": "incorporated_years", YEAR: 2024}, f"{OUTSIDE}: model year 2024 is before 2025 (9VAC5-95-10)."),
    ({YEAR: None, MILEAGE: 9000}, "Permitted: every answer that is still open leads to the same (9VAC5-95-30 A and B)."),
    ({**NO, MILEAGE: None}, "Undetermined: it turns on the mileage."),
    ({MILEAGE: None}, "Undetermined: it turns on the mileage and California certification."),
)


@pytest.mark.parametrize(("changes", "summary"), SUMMARIES)
def test_what_a_summary_says(changes: dict[str, Any], summary: str, registry: Registry) -> None:
    """The summary names the fact that decided, and never one that did not."""
    assert result(changes, registry)["summary"] == summary
