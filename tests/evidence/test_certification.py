"""Evidence of California certification: its strengths, its conflicts, and what proves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import TODAY
from evidence.asking import ABSENT, CALIFORNIA, LABEL, ORDER, TEST_GROUP, codes, disputed, read, result
from evidence.sentences import FEDERAL_ONLY, FIFTY_STATE
from levcheck.evidence import reader
from levcheck.evidence.orders import Order
from levcheck.evidence.registry import Certification, Registry

BOTH_ROWS = "SBMXJ00.0I2T"
FEDERAL_ROW_ONLY = "SJLXT04.4GTH"
UNLISTED = "SZZXV09.9ZZZ"
LAST_YEARS = "RFMXT02.73JK"
ON_FILE, OTHER_ON_FILE, LAST_YEARS_ON_FILE = "A-003-0811-1", "A-003-0900", "A-006-2406-2"
NOT_ON_FILE = "A-999-9999"
FEDERAL = "vehicle.certification.federal"


@pytest.fixture(scope="module")
def on_file(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """A registry with three orders on file beside the shipped list."""
    registry = Registry(tmp_path_factory.mktemp("registry"))
    registry.add_orders(
        [
            Order(ON_FILE, (BOTH_ROWS,), "test"),
            Order(OTHER_ON_FILE, ("SBMXJ02.0B4P",), "test"),
            Order(LAST_YEARS_ON_FILE, (LAST_YEARS,), "test"),
        ]
    )
    registry.add_certifications([Certification("SCAXV01.0ONL", True, False, ("test",))])
    return registry


@pytest.mark.parametrize(
    ("changes", "assurance", "source"),
    [
        ({CALIFORNIA: True}, "claimed", "stated"),
        ({ORDER: NOT_ON_FILE}, "claimed", "executive_order"),
        ({LABEL: FIFTY_STATE}, "label", "label"),
        ({TEST_GROUP: BOTH_ROWS}, "listed", "registry"),
        ({TEST_GROUP: f" {BOTH_ROWS.lower()} "}, "listed", "registry"),
        ({TEST_GROUP: "SFMXT O2.7 3JK"}, "listed", "registry"),
        ({ORDER: ON_FILE}, "on_file", "executive_order"),
        ({ORDER: ON_FILE, TEST_GROUP: BOTH_ROWS}, "on_file", "registry"),
        ({CALIFORNIA: True, LABEL: FIFTY_STATE}, "label", "stated"),
        ({LABEL: FIFTY_STATE, TEST_GROUP: BOTH_ROWS}, "listed", "label"),
        ({ORDER: NOT_ON_FILE, LABEL: FIFTY_STATE}, "label", "label"),
        ({ORDER: NOT_ON_FILE, TEST_GROUP: BOTH_ROWS}, "listed", "registry"),
        ({CALIFORNIA: True, LABEL: FIFTY_STATE, TEST_GROUP: BOTH_ROWS, ORDER: ON_FILE}, "on_file", "stated"),
        ({TEST_GROUP: "SCAXV01.0ONL"}, "listed", "registry"),
        ({CALIFORNIA: None, TEST_GROUP: BOTH_ROWS}, "listed", "registry"),
    ],
)
def test_the_strongest_evidence_is_named(changes: dict[str, Any], assurance: str, source: str, on_file: Registry) -> None:
    """Assurance is the strongest of an order on file, EPA's list, a label and a claim, in that order."""
    evidence = read(changes, on_file)
    state = evidence.facts[CALIFORNIA]
    assert (evidence.assurance, state.value, state.source) == (assurance, True, source)
    assert evidence.conflicts == []


@pytest.mark.parametrize(
    "changes",
    [
        {CALIFORNIA: False, LABEL: FIFTY_STATE},
        {CALIFORNIA: False, TEST_GROUP: BOTH_ROWS},
        {CALIFORNIA: False, ORDER: ON_FILE},
        {CALIFORNIA: False, ORDER: NOT_ON_FILE},
        {CALIFORNIA: True, LABEL: FEDERAL_ONLY},
        {TEST_GROUP: BOTH_ROWS, LABEL: FEDERAL_ONLY},
        {ORDER: ON_FILE, LABEL: FEDERAL_ONLY},
        {CALIFORNIA: False, LABEL: FIFTY_STATE, TEST_GROUP: BOTH_ROWS, ORDER: ON_FILE},
    ],
)
def test_sources_that_disagree(changes: dict[str, Any], on_file: Registry) -> None:
    """Sources that disagree about certification leave it open and are named, however strong one of them is."""
    evidence = read(changes, on_file)
    state = evidence.facts[CALIFORNIA]
    assert (state.source, state.possible.choices, evidence.assurance) == ("conflict", {True, False}, None)
    assert disputed(evidence) == {CALIFORNIA}
    answer = result(changes, on_file)
    assert (answer["verdict"], answer["assurance"]) == ("undetermined", None)
    assert CALIFORNIA in [question["fact"] for question in answer["questions"]]


@pytest.mark.parametrize(
    ("group", "code"),
    [
        (FEDERAL_ROW_ONLY, "test_group_federal_rows_only"),
        (UNLISTED, "test_group_not_listed"),
        ("SBMX", "test_group_not_recognized"),
        (f"{BOTH_ROWS}X", "test_group_not_recognized"),
        (f"{BOTH_ROWS} {BOTH_ROWS}", "test_group_not_recognized"),
        ("", None),
    ],
)
@pytest.mark.parametrize("stated", [ABSENT, True, False])
def test_what_proves_nothing(group: str, code: str | None, stated: Any, registry: Registry) -> None:
    """A group with federal rows only, an unlisted one and what is none prove nothing either way."""
    with_group = read({TEST_GROUP: group, CALIFORNIA: stated}, registry)
    without = read({CALIFORNIA: stated}, registry)
    assert with_group.facts[CALIFORNIA] == without.facts[CALIFORNIA]
    assert (with_group.assurance, codes(with_group)) == (without.assurance, [code] if code else [])


def test_federal_rows_show_the_federal_certificate(registry: Registry) -> None:
    """A federal row shows federal certification, and a group without one does not."""
    assert read({TEST_GROUP: FEDERAL_ROW_ONLY}, registry).facts[FEDERAL].source == "registry"
    assert read({TEST_GROUP: UNLISTED}, registry).facts[FEDERAL].source == "unknown"
    assert read({TEST_GROUP: FEDERAL_ROW_ONLY, FEDERAL: False}, registry).facts[FEDERAL].source == "conflict"


@pytest.mark.parametrize("year", [2025, 2026, 2024])
def test_the_year_letter(year: int, registry: Registry) -> None:
    """A test group speaks for the model year of its first character alone; for another it is a named conflict."""
    evidence = read({TEST_GROUP: BOTH_ROWS, "vehicle.model_year": year}, registry)
    if year == 2025:
        assert (evidence.assurance, evidence.conflicts) == ("listed", [])
    else:
        assert (evidence.assurance, evidence.facts[CALIFORNIA].source) == (None, "unknown")
        assert (codes(evidence), disputed(evidence)) == (["test_group_model_year"], {TEST_GROUP})


def test_an_unknown_year_takes_the_groups(registry: Registry) -> None:
    """Where no model year is known, the test group that the caller names for the vehicle speaks."""
    assert read({TEST_GROUP: BOTH_ROWS, "vehicle.model_year": None}, registry).assurance == "listed"


@pytest.mark.parametrize(
    ("group", "order"), [(LAST_YEARS, None), (BOTH_ROWS, None), (None, ON_FILE), (None, LAST_YEARS_ON_FILE)]
)
def test_a_year_in_dispute(group: str | None, order: str | None, on_file: Registry) -> None:
    """While stated year and VIN disagree, evidence that fits one of them certifies neither."""
    changes = {"vehicle.vin": "2HGFE4F86SH011469", "vehicle.model_year": 2024, TEST_GROUP: group, ORDER: order}
    evidence = read(changes, on_file)
    assert (evidence.assurance, evidence.facts[CALIFORNIA].source) == (None, "unknown")
    assert result(changes, on_file)["verdict"] == "undetermined"


@pytest.mark.parametrize(
    ("group", "order", "code"),
    [
        (BOTH_ROWS, OTHER_ON_FILE, None),
        (FEDERAL_ROW_ONLY, ON_FILE, "test_group_federal_rows_only"),
        (UNLISTED, ON_FILE, "test_group_not_listed"),
        (LAST_YEARS, ON_FILE, "test_group_model_year"),
    ],
)
def test_an_order_for_another_group(group: str, order: str, code: str | None, on_file: Registry) -> None:
    """An order on file that does not name the vehicle's test group is not used, and the disagreement is named."""
    evidence = read({TEST_GROUP: group, ORDER: order}, on_file)
    assert evidence.assurance == ("listed" if group == BOTH_ROWS else None)
    assert disputed(evidence) == {TEST_GROUP}
    assert codes(evidence) == ([code] if code else [])
    assert any(order in conflict.text for conflict in evidence.conflicts)


def test_an_order_of_another_year(on_file: Registry) -> None:
    """An order on file for last year's test group certifies no vehicle of this year."""
    evidence = read({ORDER: LAST_YEARS_ON_FILE}, on_file)
    assert (evidence.assurance, codes(evidence)) == (None, ["executive_order_model_year"])
    assert read({ORDER: LAST_YEARS_ON_FILE, "vehicle.model_year": 2024}, on_file).assurance == "on_file"
    with_its_group = read({ORDER: LAST_YEARS_ON_FILE, TEST_GROUP: LAST_YEARS}, on_file)
    assert with_its_group.facts[CALIFORNIA].source == "unknown"


def test_a_certificate_never_speaks_for_conformity(on_file: Registry) -> None:
    """The strongest certificate does not make a vehicle comply that is said not to."""
    changes = {ORDER: ON_FILE, "vehicle.certification.conforms": False}
    assert result(changes, on_file)["verdict"] == "prohibited"


def test_the_verdicts_of_the_same_car(registry: Registry) -> None:
    """Without evidence a car is undetermined, with it permitted, and federal-only it is prohibited."""
    verdicts = [result(changes, registry)["verdict"] for changes in ({}, {TEST_GROUP: BOTH_ROWS}, {LABEL: FEDERAL_ONLY})]
    assert verdicts == ["undetermined", "permitted", "prohibited"]


def test_a_test_group_of_another_make(registry: Registry) -> None:
    """A test group that EPA lists for another make than the VIN's is not used, and the disagreement is named."""
    honda, fords_group = "2HGFE4F86SH011469", "SFMXT02.73JK"
    request = {"vehicle": {"vin": honda, "certification": {"test_group": fords_group}}}
    evidence = reader.read(request, today=TODAY, registry=registry)
    assert evidence.facts["vehicle.certification.california"].state == "open"
    assert evidence.assurance is None
    (conflict,) = evidence.conflicts
    assert conflict.claims == (("stated", fords_group), ("vin", "HONDA"))


def test_a_test_group_of_the_same_make(registry: Registry) -> None:
    """A test group that EPA lists for the VIN's make shows what its rows show."""
    request = {"vehicle": {"vin": "1FTEW3LP9SKE98169", "certification": {"test_group": "SFMXT02.73JK"}}}
    evidence = reader.read(request, today=TODAY, registry=registry)
    assert evidence.assurance == "listed" and not evidence.conflicts
