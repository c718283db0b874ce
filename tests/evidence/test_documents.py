"""Documents, duties and remedies: what to keep, who owes what, and what would change a prohibition."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from conftest import TODAY
from evidence.asking import CALIFORNIA, result
from evidence.test_advisories import ACT, BUYER, EMERGENCY, MILEAGE, MILITARY, MOVED, RENTAL, SELLER, STATE
from law.cases import CASES
from levcheck.api.json_in import decode
from levcheck.api.json_out import json_bytes
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.check import check
from levcheck.evidence.registry import Registry
from levcheck.law.va_9vac5_95 import by_citation

B = "9VAC5-95-30 B"
CONFORMS = "vehicle.certification.conforms"
NOT_CERTIFIED = {CALIFORNIA: False}
# Each document: a case that asks for it, one beside it that does not, its standing and its provision.
DOCUMENTS: tuple[tuple[str, dict[str, Any], dict[str, Any], str, str], ...] = (
    ("odometer_statement", {MILEAGE: 7500}, {MILEAGE: 7499}, "recommended", f"{B} 1"),
    ("dealer_licenses", {BUYER: "dealer"}, {BUYER: "dealer", SELLER: "individual"}, "recommended", f"{B} 2"),
    ("dismantler_sale", {"transaction.purpose": "dismantling"}, {"transaction.purpose": "resale"}, "recommended", f"{B} 3"),
    ("off_highway_design", {"vehicle.off_highway_only": True}, {}, "recommended", f"{B} 4"),
    ("out_of_state_registration", {STATE: "NC"}, {STATE: "VA"}, "recommended", f"{B} 5"),
    ("rental_agreement", RENTAL, {**RENTAL, STATE: "VA"}, "recommended", f"{B} 6"),
    ("emergency_vehicle", EMERGENCY, {}, "recommended", f"{B} 7"),
    ("military_vehicle", MILITARY, {}, "recommended", f"{B} 8"),
    ("inheritance", {"transaction.transfer": "inheritance"}, {}, "recommended", f"{B} 9"),
    ("court_decree", {"transaction.transfer": "court_decree"}, {}, "recommended", f"{B} 10"),
    ("previous_residence_and_registration", {"relocation": MOVED, ACT: "import"}, {ACT: "import"}, "required", f"{B} 11"),
    ("california_certification", {CALIFORNIA: True}, {CALIFORNIA: None}, "required", "9VAC5-95-30 H 1"),
    ("outside_the_chapter", {"vehicle.model_year": 2024}, {}, "recommended", "9VAC5-95-30 A"),
)
DUTIES: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    (f"{B} 11", {"relocation": MOVED, ACT: "import"}, {ACT: "import"}),
    ("9VAC5-95-30 D", {SELLER: "manufacturer", CALIFORNIA: True}, {SELLER: "dealer", CALIFORNIA: True}),
    ("9VAC5-95-30 E", {SELLER: "manufacturer", CALIFORNIA: False}, {SELLER: "manufacturer", MILEAGE: 7500}),
    ("9VAC5-95-30 H 1", {CALIFORNIA: True}, {CALIFORNIA: True, STATE: "NC"}),
    ("9VAC5-95-30 H 1", {CALIFORNIA: False}, {CALIFORNIA: None}),
)
# Each remedy: a prohibition that it would change, one that it would not, and what the parties would then state.
REMEDIES: tuple[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]], ...] = (
    ("certified_unit", {}, {CALIFORNIA: True}, {"vehicle.certification": {"california": True, "conforms": True}}),
    ("certified_unit", {}, {CONFORMS: False}, {"vehicle.certification": {"california": True, "conforms": True}}),
    (
        "conforming_unit",
        {CALIFORNIA: True, CONFORMS: False},
        {},
        {"vehicle.certification": {"california": True, "conforms": True}},
    ),
    ("out_of_state_registration", {}, {ACT: "lease"}, {STATE: "NC"}),
    ("out_of_state_registration", {}, {"vehicle.new_engine": True, "vehicle.kind": "engine"}, {STATE: "NC"}),
    ("dealer_trade", {}, {SELLER: "individual"}, {BUYER: "dealer"}),
    ("dealer_trade", {}, {ACT: "lease"}, {BUYER: "dealer"}),
    (
        "one_way_rental",
        {ACT: "rental", SELLER: "rental_agency"},
        {ACT: "rental", SELLER: "dealer"},
        {STATE: "NC", "vehicle.certification.federal": True},
    ),
    (
        "one_way_rental",
        {ACT: "rental", SELLER: "rental_agency"},
        {ACT: "rental", SELLER: "rental_agency", "vehicle.certification.federal": False},
        {STATE: "NC", "vehicle.certification.federal": True},
    ),
)


def named(items: list[dict[str, Any]], member: str = "code") -> list[Any]:
    """One member of each."""
    return [item[member] for item in items]


@pytest.mark.parametrize(("code", "asks", "does_not", "standing", "provision"), DOCUMENTS, ids=[row[0] for row in DOCUMENTS])
def test_documents(
    code: str, asks: dict[str, Any], does_not: dict[str, Any], standing: str, provision: str, registry: Registry
) -> None:
    """A document is asked for when its provision permits, with its standing, and not otherwise."""
    certification = {} if CALIFORNIA in asks else NOT_CERTIFIED
    answer = result({**certification, **asks}, registry)
    assert answer["verdict"] == "permitted"
    found = [document for document in answer["documents"] if document["code"] == code]
    assert [(document["standing"], document["provision"]) for document in found] == [(standing, provision)]
    assert code not in named(result({**certification, **does_not}, registry)["documents"])


@pytest.mark.parametrize("changes", [{CALIFORNIA: False}, {CALIFORNIA: None}])
def test_no_documents_without_a_permission(changes: dict[str, Any], registry: Registry) -> None:
    """A prohibited or undetermined act asks for no documents: there is nothing to keep evidence of yet."""
    assert result(changes, registry)["documents"] == []


def test_several_exemptions(registry: Registry) -> None:
    """Each exemption that holds has its document, in print order."""
    answer = result({BUYER: "dealer", STATE: "NC", MILEAGE: 10}, registry)
    assert named(answer["documents"]) == ["dealer_licenses", "out_of_state_registration"]


def test_one_exemption_or_another(registry: Registry) -> None:
    """Where one exemption or another always applies, the documents of both are recommended, and of no third."""
    changes = {BUYER: "dealer", MILEAGE: None, STATE: None, **NOT_CERTIFIED}
    found = [(document["code"], document["standing"]) for document in result(changes, registry)["documents"]]
    assert found == [("odometer_statement", "recommended"), ("dealer_licenses", "recommended")]


@pytest.mark.parametrize(("provision", "owed", "not_owed"), DUTIES)
def test_duties(provision: str, owed: dict[str, Any], not_owed: dict[str, Any], registry: Registry) -> None:
    """A duty is named when the act makes somebody owe it, in the chapter's own words, and not otherwise."""
    found = [duty for duty in result(owed, registry)["duties"] if duty["provision"] == provision]
    assert len(found) == 1
    assert found[0]["text"] in [paragraph.text for paragraph in by_citation(provision)]
    assert found[0]["who"] and found[0]["due"]
    assert provision not in named(result(not_owed, registry)["duties"], "provision")


@pytest.mark.parametrize(("code", "prohibited", "not_offered", "then"), REMEDIES)
def test_remedies(
    code: str, prohibited: dict[str, Any], not_offered: dict[str, Any], then: dict[str, Any], registry: Registry
) -> None:
    """A remedy is offered where doing it would permit the act, and not where it would not or nothing is prohibited."""
    offered = result({**NOT_CERTIFIED, **prohibited}, registry)
    assert offered["verdict"] == "prohibited"
    assert code in named(offered["remedies"])
    assert code not in named(result({**NOT_CERTIFIED, **not_offered}, registry)["remedies"])
    assert result({**NOT_CERTIFIED, **prohibited, **then}, registry)["verdict"] == "permitted"


def test_every_remedy_is_true(registry: Registry) -> None:
    """In every worked case that is prohibited, whoever takes a remedy that was offered is permitted."""
    taken = {row[0]: row[3] for row in REMEDIES}
    offered = set()
    for case in CASES:
        answer = _check(case.request, registry)
        assert bool(answer["remedies"]) <= (answer["verdict"] == "prohibited")
        for code in named(answer["remedies"]):
            offered.add(code)
            assert _check(_stated(case.request, taken[code]), registry)["verdict"] == "permitted", (case.id, code)
    assert offered == set(taken)


def _check(request: dict[str, Any], registry: Registry) -> dict[str, Any]:
    return check(CheckRequestSchema().load(decode(json_bytes(request))), today=TODAY, registry=registry)


def _stated(request: dict[str, Any], members: dict[str, Any]) -> dict[str, Any]:
    changed = copy.deepcopy(request)
    for path, value in members.items():
        *blocks, last = path.split(".")
        block = changed
        for name in blocks:
            block[name] = block.get(name) or {}
            block = block[name]
        block[last] = value
    return changed
