"""The worked cases, through three doors: the library, HTTP and the SDK."""

from __future__ import annotations

import pytest
import requests
from conftest import TODAY
from law.cases import CASES, Case, mistakes
from levcheck.api.json_in import decode
from levcheck.api.json_out import json_bytes
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.check import check
from levcheck.evidence.registry import Registry
from levcheck_client import Client

ALL = pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])


def test_there_are_enough_cases() -> None:
    """At least 120 worked cases stand, each with a name of its own."""
    assert len({case.id for case in CASES}) == len(CASES) >= 120


@ALL
def test_library(case: Case, registry: Registry) -> None:
    """Asked in Python, a worked case comes to what the law makes of it."""
    request = CheckRequestSchema().load(decode(json_bytes(case.request)))
    assert mistakes(check(request, today=TODAY, registry=registry), case.expect) == []


@ALL
def test_http(case: Case, server: str) -> None:
    """Asked over HTTP, a worked case comes to what the law makes of it."""
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{server}/v1/checks", data=json_bytes(case.request), headers=headers, timeout=10)
    assert answer.status_code == 200, answer.text
    assert mistakes(decode(answer.content), case.expect) == []


@ALL
def test_sdk(case: Case, server: str) -> None:
    """Asked through the SDK, a worked case comes to what the law makes of it."""
    with Client(server) as client:
        result = client.check(case.request)
    assert (result.verdict, result.basis) == (case.expect["verdict"], case.expect["basis"])
    assert sorted(question.fact for question in result.questions) == sorted(case.expect.get("questions", []))
    status = {finding.provision: finding.status for finding in result.findings}
    for word in ("holds", "fails", "unknown"):
        assert [c for c in case.expect.get(word, []) if status[c] != word] == []
    assert case.expect.get("readings", {}).items() <= result.readings.items()
