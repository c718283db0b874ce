"""Schemathesis: requests made from the document, right ones and wrong ones, against the real service."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from api.validation import DOCUMENT
from hypothesis import settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks, positive_data_acceptance

ONE_CONTRACT = {"sale": "sale", "purchase": "sale", "lease": "lease", "rental": "rental"}
"""The acts that happen under one contract only, which JSON Schema cannot say briefly and the document says in words."""


def _strict(document: dict[str, Any]) -> dict[str, Any]:
    """The document without its `default` responses, so that a status that an operation does not name is a failure.

    Without its keys too: a service on one's own machine asks for none.
    """
    strict = deepcopy(document)
    del strict["security"], strict["components"]["securitySchemes"]
    for item in strict["paths"].values():
        for method in ("get", "post"):
            item.get(method, {"responses": {}})["responses"].pop("default", None)
    return strict


load_all_checks()
contract = schemathesis.openapi.from_dict(_strict(DOCUMENT))
QUICK = settings(max_examples=25, derandomize=True, deadline=None, database=None)
FULL = settings(QUICK, max_examples=200)


@contract.parametrize()
@QUICK
def test_service_keeps_the_document(case: Case, server: str) -> None:
    """Whatever the document allows is accepted, whatever it does not is refused, and every answer is as documented."""
    _call(case, server)


@pytest.mark.slow
@contract.parametrize()
@FULL
def test_service_keeps_the_document_at_length(case: Case, server: str) -> None:
    """The same holds for eight times as many requests."""
    _call(case, server)


def _call(case: Case, server: str) -> None:
    if _is_right(case) and "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = uuid4().hex  # a key is for one request: the document cannot say so of two
    response = case.call(base_url=server)
    pointer = _act_against_contract(case)
    if pointer and response.status_code != 404:
        assert response.status_code == 422, "an act under a contract that it does not happen under is refused"
        assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
        case.validate_response(response, excluded_checks=[positive_data_acceptance])
    elif _names_no_day(case, response):
        case.validate_response(response, excluded_checks=[positive_data_acceptance])
    else:
        case.validate_response(response)


def _names_no_day(case: Case, response: Any) -> bool:
    """Whether a request that is otherwise right was refused for a date that is in no calendar, such as February 30."""
    if not _is_right(case) or response.status_code != 422:
        return False
    return all(error["detail"] == "No such day in the calendar" for error in response.json()["errors"])


def _is_right(case: Case) -> bool:
    """Whether the document allows the whole of a request."""
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE


def _act_against_contract(case: Case) -> str | None:
    """Where a request that is otherwise right names an act and a contract that do not go together."""
    if not _is_right(case) or not isinstance(case.body, dict):
        return None
    for place, request in (("", case.body), ("/request", case.body.get("request"))):
        transaction = (request or {}).get("transaction") or {}
        only = ONE_CONTRACT.get(transaction.get("type"))
        if only and transaction.get("contract") not in (None, only):
            return f"{place}/transaction/contract"
    return None
