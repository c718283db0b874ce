"""Every answer held against `openapi.yaml`, as the author of a client reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml
from levcheck.api.problems import REGISTER
from werkzeug.test import TestResponse

ROOT = Path(__file__).parent.parent.parent
DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "openapi.yaml").read_text("utf-8"))
JSON, PROBLEM = "application/json", "application/problem+json"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
OPERATIONS = [(method, path) for path, item in DOCUMENT["paths"].items() for method in item if method in METHODS]
PAGES = ("/docs", "/openapi.json")
"""What the service answers beside the operations of the document."""


@dataclass(frozen=True)
class Reply:
    """One answer; the names of its headers are in lower case."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, numbers with a fraction as `Decimal`."""
        return json.loads(self.body, parse_float=Decimal)

    @property
    def errors(self) -> dict[str, dict[str, Any]]:
        """A problem's errors by their pointers."""
        return {error["pointer"]: error for error in self.json["errors"]}


def reply_of(response: TestResponse) -> Reply:
    """An answer of the in-process client, already held to the contract."""
    headers = {name.lower(): value for name, value in response.headers}
    return held_to_contract(
        Reply(response.request.method, response.request.path, response.status_code, headers, response.get_data())
    )


def held_to_contract(reply: Reply) -> Reply:
    """The same answer; an AssertionError if the document does not allow it."""
    name, operation = _operation(reply)
    media_type = reply.headers.get("content-type", "")
    assert reply.headers.get("x-request-id"), f"{name}: no X-Request-Id"
    if reply.status >= 400 or (operation is None and reply.path not in PAGES):
        _hold_problem(reply, name)
    if operation is not None:
        documented = operation["responses"].get(str(reply.status), operation["responses"]["default"])
        content = documented["content"]
        plain = media_type.removesuffix("; charset=utf-8") if media_type.startswith("text/") else media_type
        assert plain in content, f"{name} {reply.status}: {media_type!r} is not documented, only {list(content)}"
        if reply.method != "HEAD" and plain in (JSON, PROBLEM):
            _hold_schema(reply, name, content[plain]["schema"])
    return reply


def faults(schema: Mapping[str, Any], value: Any) -> list[str]:
    """What a schema of the document finds wrong with a value."""
    return [f"{list(error.instance_path)}: {error.message}" for error in _validator(json.dumps(schema)).iter_errors(value)]


def operations_at(path: str) -> list[str]:
    """The documented methods of a path as it is sent."""
    return [method for method, template in OPERATIONS if _pattern(template).fullmatch(path)]


def _operation(reply: Reply) -> tuple[str, dict[str, Any] | None]:
    method = "get" if reply.method == "HEAD" else reply.method.lower()
    for documented, template in OPERATIONS:
        if documented == method and _pattern(template).fullmatch(reply.path):
            return f"{reply.method} {template}", DOCUMENT["paths"][template][documented]
    return f"{reply.method} {reply.path[:80]!r}", None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{\w+\}", template)
    return re.compile(r"[^/]+".join(map(re.escape, parts)), re.DOTALL)


def _hold_schema(reply: Reply, name: str, schema: Mapping[str, Any]) -> None:
    found = faults(schema, json.loads(reply.body))
    assert not found, f"{name} {reply.status} is not as documented: {found[:5]}"


def _hold_problem(reply: Reply, name: str) -> None:
    """A problem document is of the register, and says the same as the status line and the headers."""
    assert reply.headers.get("content-type") == PROBLEM, f"{name} {reply.status}: {reply.headers.get('content-type')!r}"
    if reply.method == "HEAD":
        return
    body = reply.json
    _hold_schema(reply, name, {"$ref": "#/components/schemas/Problem"})
    kind = REGISTER[body["code"]]
    told = (body["type"], body["title"], body["status"])
    assert told == (f"urn:levcheck:problem:{kind.code}", kind.title, reply.status), f"{name}: {told}"
    assert kind.status == reply.status and body["detail"], f"{name}: {body}"
    assert body["request_id"] == reply.headers["x-request-id"]
    assert bool(body["errors"]) == (kind.code == "invalid_request"), f"{name}: {body['errors']}"


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    whole = {**json.loads(schema), "components": DOCUMENT["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
