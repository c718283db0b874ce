"""Schemathesis: requests made from the document, right ones and wrong ones, against the real service.

Against one on its user's own machine, which asks for no keys, and against one that does.
"""

from __future__ import annotations

import json
import os
from copy import deepcopy
from itertools import count
from typing import Any
from uuid import uuid4

import schemathesis
from api.validation import DOCUMENT
from conftest import ORGANIZATIONS, Guarded
from hypothesis import settings
from levcheck.access.permissions import TABLE, Reach
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks, negative_data_rejection, positive_data_acceptance

ONE_CONTRACT = {"sale": "sale", "purchase": "sale", "lease": "lease", "rental": "rental"}
"""The acts that happen under one contract only, which JSON Schema cannot say briefly and the document says in words."""

SCREENINGS = "/v1/screenings"
NO_DAY = ("No such day in the calendar", "Nothing lies between `from` and this")
"""What JSON Schema cannot say of dates, and the document says in words."""
_NUMBERS = count()


def _strict(document: dict[str, Any]) -> dict[str, Any]:
    """The document without its `default` responses, so that a status that an operation does not name is a failure."""
    strict = deepcopy(document)
    for item in strict["paths"].values():
        for method in ("get", "post"):
            item.get(method, {"responses": {}})["responses"].pop("default", None)
    return strict


def _without_keys(document: dict[str, Any]) -> dict[str, Any]:
    """The document as a service on one's own machine keeps it, which asks for no keys."""
    bare = deepcopy(document)
    del bare["security"], bare["components"]["securitySchemes"]
    return bare


@schemathesis.serializer("application/x-ndjson")
def one_line(_context: Any, value: Any) -> bytes:
    """A body of lines that has one."""
    return json.dumps(value).encode() + b"\n"


@schemathesis.serializer("text/csv")
def as_text(_context: Any, value: Any) -> bytes:
    """A table as it was made."""
    return str(value).encode("utf-8", "replace")


load_all_checks()
contract = schemathesis.openapi.from_dict(_without_keys(_strict(DOCUMENT)))
guarded_contract = schemathesis.openapi.from_dict(_strict(DOCUMENT))
EXAMPLES = int(os.environ.get("LEVCHECK_EXAMPLES", "30"))
"""Of each operation; `make campaign` asks for 300."""
ENOUGH = settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None)


@contract.parametrize()
@ENOUGH
def test_service_keeps_the_document(case: Case, server: str) -> None:
    """Whatever the document allows is accepted, whatever it does not is refused, and every answer is as documented."""
    _call(case, server)


@guarded_contract.parametrize()
@ENOUGH
def test_service_with_keys_keeps_the_document(case: Case, guarded: Guarded) -> None:
    """The same holds where keys are asked for, with a key of each role that may; without one the answer is 401."""
    reaches = TABLE[case.operation.label.replace("{", "<").replace("}", ">")].reach
    may = [id for id, role in ORGANIZATIONS.items() if reaches.get(role, Reach.NONE) is not Reach.NONE]
    organization = may[next(_NUMBERS) % len(may)] if may else "dmv"
    headers = {"X-Forwarded-For": str(uuid4())}
    if not _is_about_keys(case):
        headers["Authorization"] = f"Bearer {guarded.keys[organization]}"
    case.headers = {**(case.headers or {}), **headers}
    _call(case, guarded.address, headers)


def _call(case: Case, server: str, sent: dict[str, str] | None = None) -> None:
    if _is_right(case) and "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = uuid4().hex  # a key is for one request: the document cannot say so of two
    response = case.call(base_url=server, headers=sent)
    pointer = None if case.operation.path == SCREENINGS else _act_against_contract(case)
    excluded = []
    if pointer and response.status_code != 404:
        assert response.status_code == 422, "an act under a contract that it does not happen under is refused"
        assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
        excluded = [positive_data_acceptance]
    elif _names_no_day(case, response) or case.media_type == "text/csv":  # whose header the document cannot describe
        excluded = [positive_data_acceptance, negative_data_rejection]
    elif case.operation.path == SCREENINGS:  # a line at fault is answered in its place, and no refusal of the others
        excluded = [negative_data_rejection]
    case.validate_response(response, headers=sent, excluded_checks=excluded)


def _is_about_keys(case: Case) -> bool:
    """Whether a request was made to be without a right key."""
    return case.meta is not None and getattr(case.meta.phase.data, "parameter", None) == "Authorization"


def _names_no_day(case: Case, response: Any) -> bool:
    """Whether a request that is otherwise right was refused for a date in no calendar, or a period with no time in it."""
    if not _is_right(case) or response.status_code != 422:
        return False
    return all(error["detail"] in NO_DAY for error in response.json()["errors"])


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
