"""The worked cases that prove the law's code, as a reader finds them: by file, by the provision they test, by name."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from ..api.json_in import decode

LEFT_OUT = "<absent>"
"""What a change says of a member that it leaves out."""
_FINDINGS = ("holds", "fails", "unknown")


@dataclass(frozen=True)
class Case:
    """One request, what the law has to make of it and why, and the paths at which it departs from its file's norm.

    `expect` holds `verdict` and `basis`, and what else the case is about: citations under `holds`, `fails` and `unknown`,
    the facts asked under `questions`, verdicts by reading under `readings`, `facts` and their `sources`.
    """

    slug: str
    name: str
    why: str
    changes: Sequence[str]
    request: Mapping[str, Any]
    expect: Mapping[str, Any]

    def sets(self, path: str) -> bool:
        """Whether what stands at a path of the request sets the case apart."""
        return any(path == change or path.startswith(f"{change}.") for change in self.changes)

    @property
    def citations(self) -> frozenset[str]:
        """The provisions that it tests."""
        return frozenset(citation for word in _FINDINGS for citation in self.expect.get(word, ()))


@dataclass(frozen=True)
class CaseFile:
    """Cases about one thing. The first is the norm, which each of the others changes in one point."""

    title: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Row:
    """One thing that a case expects, and what was found. `kind` says of what: verdict, finding, reading, fact ..."""

    kind: str
    name: str
    expected: Any
    found: Any

    @property
    def agrees(self) -> bool:
        """Whether it came out as expected."""
        return bool(self.expected == self.found)


@cache
def files() -> tuple[CaseFile, ...]:
    """Every case, file by file."""
    documents = decode(resources.files(__package__).joinpath("data/cases.json").read_bytes())
    return tuple(CaseFile(document["title"], tuple(_cases(document))) for document in documents)


def _cases(document: Mapping[str, Any]) -> Iterator[Case]:
    norm = document["norm"]
    yield Case(f"{_slug(document['name'])}-norm", document["title"], "", (), norm, document["expect"])
    for case in document["cases"]:
        slug = _slug(f"{document['name']} {case['name']}")
        yield Case(slug, case["name"], case["why"], tuple(case["change"]), changed(norm, case["change"]), case["expect"])


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def changed(norm: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """A request with other values at some paths; a block on the way that is null or absent is made."""
    request = copy.deepcopy(dict(norm))
    for path, value in change.items():
        *blocks, last = path.split(".")
        block = request
        for name in blocks:
            if block.get(name) is None:
                block[name] = {}
            block = block[name]
        if value == LEFT_OUT:
            block.pop(last, None)
        else:
            block[last] = value
    return request


def testing(citation: str) -> tuple[CaseFile, ...]:
    """The cases that test a provision, file by file."""
    kept = (CaseFile(file.title, tuple(case for case in file.cases if citation in case.citations)) for file in files())
    return tuple(file for file in kept if file.cases)


@cache
def counts() -> Mapping[str, int]:
    """How many cases test each provision."""
    return Counter(citation for file in files() for case in file.cases for citation in case.citations)


@cache
def by_slug() -> Mapping[str, tuple[CaseFile, Case]]:
    """Each case and its file, by its name in addresses."""
    return {case.slug: (file, case) for file in files() for case in file.cases}


def compared(case: Case, result: Mapping[str, Any]) -> list[Row]:
    """What a case expects beside a result of the contract, thing by thing."""
    expect, facts = case.expect, {fact["fact"]: fact for fact in result["facts"]}
    status = {finding["provision"]: finding["status"] for finding in result["findings"]}
    asked = sorted(question["fact"] for question in result["questions"])
    return [
        *(Row(name, "", expect[name], result[name]) for name in ("verdict", "basis")),
        Row("questions", "", sorted(expect.get("questions", ())), asked),
        *(Row("finding", citation, word, status[citation]) for word in _FINDINGS for citation in expect.get(word, ())),
        *(Row("reading", name, verdict, result["readings"][name]) for name, verdict in expect.get("readings", {}).items()),
        *(Row("source", name, source, facts[name]["source"]) for name, source in expect.get("sources", {}).items()),
        *(Row("fact", name, facts[name] | wanted, facts[name]) for name, wanted in expect.get("facts", {}).items()),
    ]
