"""The compiled law against trying every completion with the hand-written law."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from law.partial import NUMBER_CELLS, Partial, random_partial
from law.reference import outcome, verdict
from levcheck.law import readings
from levcheck.law.current import LAW, conditions, ruleset

READINGS = tuple(readings.BY_NAME)
EXEMPTIONS = [citation for citation in LAW.citations if citation.startswith("9VAC5-95-30 B ")]
TRANSACTIONS = 20_000
LOTS = 20
GROUNDS = {"not_covered": lambda o: not o["covered"], "exempt": lambda o: o["exempt"], "certified": lambda o: o["certified"]}


def _status(values: Iterable[bool]) -> str:
    found = set(values)
    return "unknown" if len(found) == 2 else "holds" if True in found else "fails"


def _brute(partial: Partial, reading: str, rng: random.Random) -> dict[str, Any]:
    """Verdict, basis, findings and questions, by trying every completion."""
    completions = list(partial.completions(rng))
    outcomes = [outcome(facts, reading) for facts in completions]
    verdicts = {o["verdict"] for o in outcomes}
    decided = verdicts.pop() if len(verdicts) == 1 else "undetermined"
    basis = {"prohibited": "no_exception", "undetermined": None}.get(decided, "either_way")
    if decided == "permitted":
        basis = next((name for name, holds in GROUNDS.items() if all(map(holds, outcomes))), basis)
    return {
        "verdict": decided,
        "basis": basis,
        "findings": {c: _status(o["findings"][c] for o in outcomes) for c in outcomes[0]["findings"]},
        "questions": _questions(partial, completions, [o["verdict"] for o in outcomes]),
    }


def _questions(partial: Partial, completions: list[dict[str, Any]], verdicts: list[str]) -> set[str]:
    """The open facts in which alone two completions differ that have different verdicts."""
    names = list(partial.cells)
    position = {fact: names.index(fact) for fact in partial.open}
    keys = [tuple(_cell(partial, name, facts[name]) for name in names) for facts in completions]
    asked = set()
    for fact, at in position.items():
        seen: dict[tuple[int, ...], str] = {}
        for key, verdict_here in zip(keys, verdicts, strict=True):
            others = key[:at] + key[at + 1 :]
            if seen.setdefault(others, verdict_here) != verdict_here:
                asked.add(fact)
                break
    return asked


def _cell(partial: Partial, name: str, value: Any) -> int:
    cells = partial.cells[name]
    if name in NUMBER_CELLS:
        return next(i for i, (low, high) in enumerate(cells) if low <= value <= high)
    return cells.index(value)


def _compiled(partial: Partial, reading: str) -> dict[str, Any]:
    masks = LAW.masks(partial.possible)
    decided = LAW.verdict(masks, reading)
    return {
        "verdict": decided,
        "basis": LAW.basis(masks, reading, decided),
        "findings": {c: finding.status for c, finding in LAW.findings(masks, reading).items()},
        "questions": set(LAW.questions(masks, reading)),
    }


def disagreements(lot: int, count: int) -> list[str]:
    """The random partial transactions of one lot on which the compiled law and every completion differ."""
    rng = random.Random(lot)
    wrong = []
    for _ in range(count):
        partial, reading = random_partial(rng), rng.choice(READINGS)
        got, wanted = _compiled(partial, reading), _brute(partial, reading, rng)
        if got != wanted:
            wrong.append(f"{reading} {dict(partial.cells)}: {got}, but every completion gives {wanted}")
    return wrong


@pytest.mark.parametrize("lot", range(LOTS))
@pytest.mark.slow
def test_equals_every_completion(lot: int) -> None:
    """Verdict, basis, findings and questions are exactly those of trying every completion, on 20,000 transactions in all."""
    assert disagreements(lot, TRANSACTIONS // LOTS) == []


def test_equals_every_completion_on_a_few() -> None:
    """Verdict, basis, findings and questions are exactly those of trying every completion, on 300 transactions."""
    assert disagreements(-1, 300) == []


@given(st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_the_fewest_exemptions(seed: int) -> None:
    """Some exemptions are named together exactly when one of them holds in every completion, and then the fewest of such."""
    rng = random.Random(seed)
    partial = random_partial(rng)
    outcomes = [outcome(facts)["findings"] for facts in partial.completions(rng)]
    some = rng.sample(EXEMPTIONS, rng.randint(1, 6))
    named = LAW.fewest(some, LAW.masks(partial.possible))

    def suffice(citations: Iterable[str]) -> bool:
        return all(any(findings[citation] for citation in citations) for findings in outcomes)

    assert suffice(named) == suffice(some)
    assert not named or not any(suffice(fewer) for fewer in combinations(some, len(named) - 1))


@given(st.integers(0, 2**32), st.sampled_from(READINGS))
@settings(max_examples=300, deadline=None)
def test_total_facts(seed: int, reading: str) -> None:
    """With every fact known, both ways of asking the compiled law give the hand-written law's verdict."""
    rng = random.Random(seed)
    partial = Partial({name: left[:1] for name, left in random_partial(rng).cells.items()})
    facts = next(partial.completions(rng))
    assert LAW.total_verdict(facts, reading) == verdict(facts, reading) == outcome(facts, reading)["verdict"]
    assert LAW.verdict(LAW.masks(partial.possible), reading) == verdict(facts, reading)


@given(st.integers(0, 2**32), st.sampled_from(READINGS))
@settings(max_examples=300, deadline=None)
def test_a_verdict_is_stable(seed: int, reading: str) -> None:
    """A verdict, and a finding, once given stays when an open fact becomes known."""
    rng = random.Random(seed)
    partial = random_partial(rng)
    known = Partial({name: (rng.choice(left),) if rng.random() < 0.5 else left for name, left in partial.cells.items()})
    before, after = _compiled(partial, reading), _compiled(known, reading)
    assert before["verdict"] in ("undetermined", after["verdict"])
    for citation, status in before["findings"].items():
        assert status in ("unknown", after["findings"][citation])
    assert after["questions"] <= before["questions"]


@given(st.integers(0, 2**32), st.sampled_from(READINGS))
@settings(max_examples=300, deadline=None)
def test_the_facts_cited_reproduce_it(seed: int, reading: str) -> None:
    """A finding is the same when only the facts that it cites are known, and not without any one of them."""
    possible = random_partial(random.Random(seed)).possible
    findings = LAW.findings(LAW.masks(possible), reading)
    for citation, finding in findings.items():
        cited = {name: possible[name] for name in finding.because}
        if finding.status == "unknown":
            continue
        assert LAW.findings(LAW.masks(cited), reading)[citation].status == finding.status
        for name in finding.because:
            fewer = {other: values for other, values in cited.items() if other != name}
            assert LAW.findings(LAW.masks(fewer), reading)[citation].status == "unknown"


def test_the_diagram_is_reduced() -> None:
    """No two nodes of the diagram are equal, no node's edges all agree, and no class is a distinction without a node."""
    diagram = LAW.diagram
    nodes = list(zip(diagram.level, diagram.edges, strict=True))[2:]
    assert len(set(nodes)) == len(nodes)
    assert all(len(set(edges)) > 1 for _, edges in nodes)
    for level, partition in enumerate(diagram.partitions):
        columns = list(zip(*(edges for at, edges in nodes if at == level), strict=True))
        neighbours = pairwise(columns)
        assert all(a != b for a, b in neighbours) and len(columns) in (0, partition.size)


def test_compiling_again_gives_the_same() -> None:
    """The same conditions compile to the same diagram, node by node."""
    assert ruleset(conditions()).portable() == LAW.portable()
