"""The worked cases of `tests/cases/*.yaml`: each one flip from its file's norm."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from levcheck.web.cases import changed

FOLDER = Path(__file__).parent.parent / "cases"


class _ExactLoader(yaml.SafeLoader):
    """YAML whose decimals stay decimals."""


_ExactLoader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(loader.construct_scalar(node)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Case:
    """One request and what the law makes of it."""

    id: str
    request: dict[str, Any]
    expect: dict[str, Any]


def _documents() -> dict[str, Any]:
    return {path.stem: yaml.load(path.read_text("utf-8"), _ExactLoader) for path in sorted(FOLDER.glob("*.yaml"))}


def _load() -> list[Case]:
    cases = []
    for file, document in DOCUMENTS.items():
        cases.append(Case(f"{file}: norm", document["norm"], document["expect"]))
        for case in document["cases"]:
            request = changed(document["norm"], case["change"])
            cases.append(Case(f"{file}: {case['name']}", request, case["expect"]))
    return cases


DOCUMENTS = _documents()
"""The files as they are written, by name."""
CASES = _load()


def mistakes(result: dict[str, Any], expect: dict[str, Any]) -> list[str]:
    """How a result differs from what a case expects; nothing if it does not."""
    status = {finding["provision"]: finding["status"] for finding in result["findings"]}
    facts = {fact["fact"]: fact for fact in result["facts"]}
    wrong = [f"{n}: {result[n]!r}, expected {expect[n]!r}" for n in ("verdict", "basis") if result[n] != expect[n]]
    for word in ("holds", "fails", "unknown"):
        wrong += [f"{c}: {status[c]}, expected {word}" for c in expect.get(word, []) if status[c] != word]
    asked = [question["fact"] for question in result["questions"]]
    if sorted(asked) != sorted(expect.get("questions", [])):
        wrong.append(f"questions: {asked}, expected {expect.get('questions', [])}")
    for name, verdict in expect.get("readings", {}).items():
        if result["readings"][name] != verdict:
            wrong.append(f"reading {name}: {result['readings'][name]}, expected {verdict}")
    for name, source in expect.get("sources", {}).items():
        if facts[name]["source"] != source:
            wrong.append(f"source of {name}: {facts[name]['source']}, expected {source}")
    for name, wanted in expect.get("facts", {}).items():
        got = {member: facts[name][member] for member in wanted}
        if got != wanted:
            wrong.append(f"{name}: {got}, expected {wanted}")
    return wrong
