"""Advisories: when each appears and when it does not. They never change a verdict."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import levcheck
import pytest
from evidence.asking import ABSENT, CALIFORNIA, LABEL, ORDER, TEST_GROUP, result
from evidence.sentences import FEDERAL_ONLY, FIFTY_STATE
from levcheck.advice.legal_status import ADOPTING_STATES, NOTES
from levcheck.evidence.orders import Order
from levcheck.evidence.registry import Registry

STATE, DAY, ACT, SELLER, BUYER = "destination.state", "transaction.date", "transaction.type", "seller.type", "buyer.type"
MILEAGE, KIND, COUNTRY = "vehicle.mileage", "vehicle.kind", "destination.country"
MOVED = {"purchased_in": "NC", "registered_in": "NC", "resident_of": "NC", "became_virginia_resident": True}
RENTAL = {ACT: "rental", SELLER: "rental_agency", STATE: "NC", "vehicle.certification.federal": True}
EMERGENCY = {"vehicle.authorized_emergency_vehicle": True}
MILITARY = {"vehicle.military_tactical_vehicle": True}
MEDIUM = {"vehicle.vehicle_type": "medium_duty_vehicle", "vehicle.gvwr_lb": 9000}

# Each advisory: one case where it appears, and one beside it where it does not.
TABLE: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("vin_unverified", {"vehicle.vin": "2T3B1RFV0SC582226"}, {"vehicle.vin": "2HGFE4F86SH011469"}),
    ("vin_not_assigned", {"vehicle.vin": "2HGFE4F86SHXXXXXX"}, {"vehicle.vin": "2T3B1RFV0SC582226"}),
    ("label_not_recognized", {LABEL: "Warranty valid in all 50 states"}, {LABEL: FIFTY_STATE}),
    ("label_not_recognized", {LABEL: "?"}, {LABEL: ""}),
    ("label_model_year", {LABEL: FIFTY_STATE.replace("2025", "2024")}, {LABEL: FIFTY_STATE}),
    ("test_group_not_recognized", {TEST_GROUP: "SFMXT"}, {TEST_GROUP: "SFMXT02.73JK"}),
    ("test_group_model_year", {TEST_GROUP: "RFMXT02.73JK"}, {TEST_GROUP: "SFMXT02.73JK"}),
    ("test_group_not_listed", {TEST_GROUP: "SZZXV09.9ZZZ"}, {TEST_GROUP: "SFMXT02.73JK"}),
    ("test_group_federal_rows_only", {TEST_GROUP: "SJLXT04.4GTH"}, {TEST_GROUP: "SFMXT02.73JK"}),
    ("executive_order_not_evidence", {ORDER: "D-123-45"}, {ORDER: "A-123-4567"}),
    ("executive_order_not_on_file", {ORDER: "A-123-4567"}, {ORDER: "A-006-2406-2"}),
    ("executive_order_model_year", {ORDER: "A-006-2406-2"}, {ORDER: "A-006-2406-2", "vehicle.model_year": 2024}),
    ("effective_date", {DAY: "2024-01-12"}, {DAY: "2024-01-11"}),
    ("effective_date", {DAY: "2024-03-12"}, {DAY: "2024-03-13"}),
    ("engine_alone", {KIND: "engine"}, {KIND: "vehicle"}),
    ("engine_presumed_not_new", {KIND: "engine"}, {KIND: "engine", "vehicle.new_engine": False}),
    ("engine_presumed_not_new", {KIND: "engine"}, {KIND: "vehicle"}),
    ("destination_of_two_countries", {COUNTRY: "CA"}, {COUNTRY: "CA", STATE: None}),
    ("destination_of_two_countries", {COUNTRY: "CA"}, {COUNTRY: "PR", STATE: "PR"}),
    ("destination_of_two_countries", {COUNTRY: "CA"}, {COUNTRY: "US"}),
    ("used_with_new_engine", {"vehicle.new_engine": True, MILEAGE: 7500}, {"vehicle.new_engine": True, MILEAGE: 7499}),
    ("used_with_new_engine", {"vehicle.new_engine": True, MILEAGE: 7500}, {"vehicle.new_engine": False, MILEAGE: 7500}),
    ("bound_for_virginia", {"transaction.state": "NC"}, {"transaction.state": "VA"}),
    ("bound_for_virginia", {"transaction.state": "NC"}, {"transaction.state": "NC", STATE: "MD"}),
    ("bound_for_virginia", {"transaction.state": "NC"}, {"transaction.state": "NC", "destination.country": "CA"}),
    ("whose_relocation", {"relocation": MOVED}, {"relocation": MOVED, ACT: "import"}),
    ("whose_relocation", {"relocation": {"purchased_in": "NC"}}, {"relocation": {"purchased_in": "VA"}}),
    ("whose_relocation", {"relocation": MOVED}, {}),
    ("penalty", {CALIFORNIA: False}, {CALIFORNIA: True}),
    ("penalty", {CALIFORNIA: False}, {}),
    ("destination_standards", {STATE: "MD"}, {STATE: "NC"}),
    ("destination_standards", {STATE: "MD", CALIFORNIA: False}, {STATE: "MD", CALIFORNIA: True}),
    ("next_sale", {BUYER: "dealer"}, {BUYER: "individual"}),
    ("rental_receipt", RENTAL, {**RENTAL, STATE: "VA"}),
    ("emergency_use", {**EMERGENCY, BUYER: "business"}, {**EMERGENCY, BUYER: "government"}),
    ("emergency_use", EMERGENCY, {}),
    ("military_use", MILITARY, {**MILITARY, BUYER: "government"}),
    ("military_use", MILITARY, {}),
    ("governor_2024", {DAY: "2024-06-05"}, {DAY: "2024-06-04"}),
    ("governor_2024", {}, {"vehicle.model_year": 2024}),
    ("waivers_2025", {DAY: "2025-06-12"}, {DAY: "2025-06-11"}),
    ("emergency_rules_2025", {DAY: "2025-09-16"}, {DAY: "2025-09-15"}),
    ("clean_truck_partnership_2025", {**MEDIUM, DAY: "2025-10-31"}, {**MEDIUM, DAY: "2025-10-30"}),
    ("clean_truck_partnership_2025", {**MEDIUM, DAY: "2025-10-31"}, {DAY: "2025-10-31"}),
    ("ghg_repeal_2026", {DAY: "2026-02-18"}, {DAY: "2026-02-17"}),
)


@pytest.fixture(scope="module")
def on_file(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """A registry with an order for a 2024 test group on file."""
    registry = Registry(tmp_path_factory.mktemp("registry"))
    registry.add_orders([Order("A-006-2406-2", ("RGMXD00.0004",), "test")])
    return registry


def shown(changes: dict[str, Any], registry: Registry) -> list[str]:
    """The codes of a case's advisories."""
    return [advisory["code"] for advisory in result(changes, registry)["advisories"]]


@pytest.mark.parametrize(("code", "appears", "does_not"), TABLE, ids=[f"{n}-{row[0]}" for n, row in enumerate(TABLE)])
def test_when_it_appears(code: str, appears: dict[str, Any], does_not: dict[str, Any], on_file: Registry) -> None:
    """An advisory appears once where its reason is, and not where that reason is gone."""
    assert shown(appears, on_file).count(code) == 1
    assert code not in shown(does_not, on_file)


def test_every_advisory_is_in_the_table() -> None:
    """No advisory is given whose appearance and absence are not tested here."""
    service = Path(levcheck.__file__).parent
    texts = [path.read_text("utf-8") for folder in ("advice", "evidence") for path in (service / folder).glob("*.py")]
    written = set(re.findall(r'(?:_advisory|Notice|Note)\(\s*"(\w+)"', "\n".join(texts)))
    problems = set(re.findall(r'Vehicle\(vin, "(\w+)"', "\n".join(texts)))
    assert len(written) > 20
    assert written | problems == {code for code, _, _ in TABLE}


@pytest.mark.parametrize("state", sorted(ADOPTING_STATES))
def test_states_with_californias_standards(state: str, registry: Registry) -> None:
    """For each state that applies California's standards the advisory names it and where that was read."""
    answer = result({STATE: state, CALIFORNIA: False}, registry)
    told = next(a for a in answer["advisories"] if a["code"] == "destination_standards")
    assert (answer["verdict"], answer["basis"]) == ("permitted", "exempt")
    assert told["text"].startswith(ADOPTING_STATES[state][0])
    assert told["source"] == ADOPTING_STATES[state][1] != ""


@pytest.mark.parametrize(("code", "appears", "does_not"), TABLE, ids=[f"{n}-{row[0]}" for n, row in enumerate(TABLE)])
def test_what_an_advisory_says(code: str, appears: dict[str, Any], does_not: dict[str, Any], on_file: Registry) -> None:
    """Every advisory is a sentence with a severity; a source that it cites is named and a date is a date."""
    for advisory in result(appears, on_file)["advisories"]:
        assert advisory["text"].endswith((".", "?")), advisory
        assert advisory["severity"] in ("info", "warning")
        assert advisory["source"] is None or advisory["source"].strip()
        assert advisory["date"] is None or re.fullmatch(r"20\d\d-\d\d-\d\d", advisory["date"])


def test_dated_notes_have_their_source() -> None:
    """Every note on the chapter's legal status names a source, and they stand in the order of their dates."""
    assert all(note.source.strip() and note.text.endswith(".") for note in NOTES)
    assert [note.day for note in NOTES] == sorted(note.day for note in NOTES)


@pytest.mark.parametrize("day", ["2024-06-05", "2025-06-12", "2025-09-16", "2025-10-31", "2026-02-18", "2026-03-12"])
@pytest.mark.parametrize("california", [True, False, ABSENT])
def test_legal_status_changes_no_verdict(day: str, california: Any, registry: Registry) -> None:
    """No dated event changes a verdict: the day before and the day itself come to the same."""
    before = f"{day[:-2]}{int(day[-2:]) - 1:02}"
    verdicts = {result({DAY: when, CALIFORNIA: california}, registry)["verdict"] for when in (before, day)}
    assert len(verdicts) == 1


def test_a_federal_label_shows_no_penalty_without_a_prohibition(registry: Registry) -> None:
    """The penalty is told with a prohibition alone: a federal-only car bound for North Carolina has none."""
    assert "penalty" in shown({LABEL: FEDERAL_ONLY}, registry)
    assert "penalty" not in shown({LABEL: FEDERAL_ONLY, STATE: "NC"}, registry)
