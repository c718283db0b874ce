"""Every one-slip mutant of the law is caught by a worked case, or is no mistake at all."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import TODAY
from law.cases import CASES, Case
from law.mutants import Mutant, mutants
from levcheck.api.json_in import decode
from levcheck.api.json_out import json_bytes
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.evidence.reader import read
from levcheck.evidence.registry import Registry
from levcheck.law import readings
from levcheck.law.current import LAW
from levcheck.law.ruleset import Ruleset

MUTANTS = list(mutants())
WORDS = ("holds", "fails", "unknown")


@pytest.fixture(scope="module")
def possible(registry: Registry) -> list[tuple[Case, str, dict[str, Any]]]:
    """The worked cases as the law reads them, with the reading each is judged by."""
    loaded = [(case, CheckRequestSchema().load(decode(json_bytes(case.request)))) for case in CASES]
    return [
        (case, request.get("reading", readings.DEFAULT), read(request, today=TODAY, registry=registry).possible)
        for case, request in loaded
    ]


def _catches(case: Case, reading: str, possible: dict[str, Any], law: Ruleset) -> bool:
    masks = law.masks(possible)
    expect = case.expect
    decided = law.verdict(masks, reading)
    if decided != expect["verdict"] or law.basis(masks, reading, decided) != expect["basis"]:
        return True
    if any(law.verdict(masks, name) != verdict for name, verdict in expect.get("readings", {}).items()):
        return True
    if decided == "undetermined" and law.questions(masks, reading) != set(expect["questions"]):
        return True
    findings = law.findings(masks, reading)
    return any(findings[c].status != word for word in WORDS for c in expect.get(word, []))


def _is_the_same_law(law: Ruleset) -> bool:
    """Whether a mutant decides every transaction as the law does: reduced diagrams in one order are equal, or differ."""
    return law.diagram.edges == LAW.diagram.edges and law.portable()["facts"] == LAW.portable()["facts"]


def test_there_are_mutants() -> None:
    """The mutator finds at least 200 ways to slip, in every provision that decides."""
    assert len(MUTANTS) >= 200
    assert {mutant.place for mutant in MUTANTS} >= {f"9VAC5-95-30 B {n}" for n in range(1, 12) if n != 1}


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_slip_is_caught(mutant: Mutant, possible: list[tuple[Case, str, dict[str, Any]]]) -> None:
    """A law with one slip in it fails a worked case, unless it decides every transaction as the law does."""
    law = mutant.compiled()
    if _is_the_same_law(law):
        assert law.portable()["roots"] == LAW.portable()["roots"]
    else:
        assert any(_catches(case, reading, facts, law) for case, reading, facts in possible)


def test_the_law_itself_is_not_caught(possible: list[tuple[Case, str, dict[str, Any]]]) -> None:
    """No worked case fails on the law as it is, so that what catches a mutant is the slip."""
    assert [case.id for case, reading, facts in possible if _catches(case, reading, facts, LAW)] == []
