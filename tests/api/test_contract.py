"""The contract itself: the committed document, and the habits of every address of the service."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema_rs
import pytest
from api.validation import (
    DOCUMENT,
    JSON,
    METHODS,
    OPERATIONS,
    PAGES,
    PROBLEM,
    ROOT,
    Reply,
    faults,
    held_to_contract,
    operations_at,
    reply_of,
)
from flask.testing import FlaskClient
from levcheck.api.contract import as_yaml
from levcheck.api.problems import REGISTER
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

PARAMETERS = {
    "citation": "9VAC5-95-30 B 6",
    "vin": "1FTEW3LP9SKE98169",
    "test_group": "SFMXT02.73JK",
    "id": "no-such-id",
}
"""What stands in the paths of the document: only the last has nothing behind it."""

SAMPLES = {path: path.format_map(PARAMETERS) for _, path in OPERATIONS}
"""Each path of the document, as it is sent."""

GETS = [SAMPLES[path] for method, path in OPERATIONS if method == "get" and "{id}" not in path and "/log/" not in path]
"""What answers whatever is recorded; what needs a record, or a log of some, is read in `tests/records` and `tests/log`."""
PLACES = [*SAMPLES.values(), *PAGES]
ORDINARY_METHODS = tuple(name.upper() for name in METHODS if name not in ("options", "head"))
STRANGE_METHODS = ("BREW", "CONNECT", "PROPFIND", "QUERY")
UNKNOWN = ("/v1", "/v1/", "/v2/checks", "/v1/check", "/v1/checks/", "/healthz/", "/v1/vehicles/", "/v1/..")
"""Addresses at which there is nothing."""


class TestDocument:
    def test_is_the_one_that_the_code_generates(self) -> None:
        """The committed openapi.yaml is byte for byte what the code generates."""
        assert (ROOT / "openapi.yaml").read_bytes() == as_yaml().encode("utf-8")

    def test_is_served(self, client: FlaskClient) -> None:
        """The service hands out the same document as JSON."""
        assert reply_of(client.get("/openapi.json")).json == DOCUMENT

    def test_is_openapi_3_1(self) -> None:
        """The document is valid OpenAPI 3.1."""
        assert DOCUMENT["openapi"].startswith("3.1.")
        OPENAPI_31_VALIDATOR.validate(DOCUMENT)

    @pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
    def test_schema_is_json_schema(self, name: str) -> None:
        """Every schema of the document is valid JSON Schema 2020-12, its bounds being numbers."""
        schema = DOCUMENT["components"]["schemas"][name]
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
        assert faults({"$ref": f"#/components/schemas/{name}"}, "not an object")

    @pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
    def test_no_object_is_open(self, name: str) -> None:
        """No object of the contract, sent or answered, has members that the document does not name."""
        assert DOCUMENT["components"]["schemas"][name]["additionalProperties"] is False

    def test_every_member_that_can_be_sent_is_described(self) -> None:
        """Every member of a request that is not itself an object says what it means."""
        schemas = DOCUMENT["components"]["schemas"]
        sent = ("CheckRequest", "Transaction", "Vehicle", "Certification", "Seller", "Buyer", "Destination", "Relocation")
        members = {f"{name}.{member}": shape for name in sent for member, shape in schemas[name]["properties"].items()}
        assert not [name for name, shape in members.items() if "anyOf" not in shape and not shape.get("description")]
        assert not [name for name in sent if schemas[name].get("required")]

    def test_names_every_problem(self) -> None:
        """A problem's code is one of the register's, all of which the document names."""
        assert set(DOCUMENT["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]) == set(REGISTER)

    @pytest.mark.parametrize(("method", "path"), OPERATIONS)
    def test_operation_documents_its_problems(self, method: str, path: str) -> None:
        """Every operation documents the statuses it can refuse with, all of them problem documents."""
        operation = DOCUMENT["paths"][path][method]
        expected = {"default"}
        expected |= {"404"} if "{" in path else set()
        expected |= {"400", "413", "415", "422"} if "requestBody" in operation else set()
        assert expected <= set(operation["responses"])
        problems = {status: told["content"] for status, told in operation["responses"].items() if not status.startswith("2")}
        assert len(problems) < len(operation["responses"])
        for content in problems.values():
            assert content == {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}

    @pytest.mark.parametrize("path", DOCUMENT["paths"])
    def test_path_documents_its_parameters(self, path: str) -> None:
        """Every part of a path that varies is documented under its name, with what it may be."""
        item = DOCUMENT["paths"][path]
        parameters = [
            *item.get("parameters", []),
            *(p for name in METHODS for p in item.get(name, {}).get("parameters", [])),
        ]
        told = {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "path"}
        assert set(told) == set(re.findall(r"\{(\w+)\}", path))
        assert all(parameter["required"] and parameter["schema"]["type"] == "string" for parameter in told.values())


class TestValidation:
    """The helper that holds every other answer of these tests to the document is itself able to refuse."""

    @pytest.mark.parametrize(
        "change",
        [
            {"status": 418},
            {"headers": {"content-type": "text/html", "x-request-id": "a"}},
            {"headers": {"content-type": JSON}},
            {"body": b'{"status": "ok", "version": "1"}'},
            {"body": b'{"status": "ok", "version": "1", "ruleset": "a", "more": 1}'},
            {"body": b'{"status": 1, "version": "1", "ruleset": "a"}'},
            {"path": "/health"},
        ],
        ids=["status", "media type", "no request id", "member missing", "member unknown", "type", "path"],
    )
    def test_refuses(self, change: dict[str, Any]) -> None:
        """An answer that the document does not allow fails the test that received it."""
        good = {
            "method": "GET",
            "path": "/healthz",
            "status": 200,
            "headers": {"content-type": JSON, "x-request-id": "a"},
            "body": b'{"status": "ok", "version": "1", "ruleset": "a"}',
        }
        held_to_contract(Reply(**good))  # type: ignore[arg-type]
        with pytest.raises((AssertionError, json.JSONDecodeError)):
            held_to_contract(Reply(**good | change))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", GETS)
class TestReading:
    def test_answers_as_documented(self, client: FlaskClient, path: str) -> None:
        """Every address that can be read answers 200 with exactly the documented members."""
        reply = reply_of(client.get(path))
        assert (reply.status, reply.headers["content-type"]) == (200, JSON)

    def test_head_is_get_without_the_body(self, client: FlaskClient, path: str) -> None:
        """HEAD answers with GET's status and headers and no body."""
        whole, head = reply_of(client.get(path)), reply_of(client.head(path))
        own = {"x-request-id": "", "date": ""}
        assert head.body == b""
        assert (head.status, {**head.headers, **own}) == (whole.status, {**whole.headers, **own})


@pytest.mark.parametrize("path", ["determinations/x/void", "determinations/x/supersede", "certificates/verify", "embeds"])
@pytest.mark.parametrize("value", ["left out", None, True])
def test_what_must_be_there_says_what_to_send(client: FlaskClient, path: str, value: object) -> None:
    """A member that is needed and is missing, null or of another kind is named, with what to send and not where to read."""
    address = f"/v1/{path}"
    schema = DOCUMENT["paths"][address.replace("/x/", "/{id}/")]["post"]["requestBody"]["content"][JSON]["schema"]
    needed = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["required"]
    sent = {} if value == "left out" else dict.fromkeys(needed, value)
    answer = client.post(address, json=sent, headers={"Idempotency-Key": "never"})
    assert {error["pointer"] for error in answer.json["errors"]} == {f"/{name}" for name in needed}
    assert all(error["remedy"].startswith("Send ") and "/docs" not in error["remedy"] for error in answer.json["errors"])


@pytest.mark.parametrize("path", PLACES)
class TestMethods:
    def test_options_lists_the_methods(self, client: FlaskClient, path: str) -> None:
        """OPTIONS answers with an empty body and the documented methods in Allow."""
        response = client.options(path)
        documented = {"GET"} if path in PAGES else {method.upper() for method in operations_at(path)}
        allowed = documented | {"OPTIONS"} | ({"HEAD"} if "GET" in documented else set())
        assert (response.status_code, response.get_data()) == (200, b"")
        assert set(response.headers["Allow"].split(", ")) == allowed

    @pytest.mark.parametrize("method", ORDINARY_METHODS + STRANGE_METHODS)
    def test_method_that_is_not_taken(self, client: FlaskClient, path: str, method: str) -> None:
        """A method that an address does not take is refused with the methods that it takes in Allow and in words."""
        allowed = set(client.options(path).headers["Allow"].split(", "))
        reply = reply_of(client.open(path, method=method))
        if method in allowed:
            assert reply.status != 405
            return
        assert (reply.status, reply.json["code"]) == (405, "method_not_allowed")
        assert set(reply.headers["allow"].split(", ")) == allowed
        assert set(reply.json["detail"].rstrip(".").partition(": ")[2].split(", ")) == allowed


class TestHabits:
    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    @pytest.mark.parametrize("path", UNKNOWN)
    def test_unknown_path(self, client: FlaskClient, path: str, method: str) -> None:
        """An address at which there is nothing answers 404 with a problem document, whatever the method."""
        reply = reply_of(client.open(path, method=method))
        assert (reply.status, reply.json["code"]) == (404, "not_found")

    @pytest.mark.parametrize("path", ["/healthz", "/v1/nothing", "/v1/vehicles/short", "/docs"])
    @pytest.mark.parametrize("sent", ["a", "deal-48213.2_b", "0" * 64, "A.-_z9"])
    def test_plain_request_id_is_echoed(self, client: FlaskClient, path: str, sent: str) -> None:
        """A plain X-Request-Id comes back, on answers and on problems alike."""
        assert reply_of(client.get(path, headers={"X-Request-Id": sent})).headers["x-request-id"] == sent

    @pytest.mark.parametrize("path", ["/healthz", "/v1/nothing", "/v1/vehicles/short", "/docs"])
    @pytest.mark.parametrize("sent", ["", " ", "a b", "0" * 65, "é", "a/b", "<script>", "a;b", "٣", "a,b", "%0a", "{}", '"'])
    def test_other_request_id_is_replaced(self, client: FlaskClient, path: str, sent: str) -> None:
        """Any other X-Request-Id, or none, is replaced by 16 hexadecimal digits, never twice the same."""
        replies = [reply_of(client.get(path, headers={"X-Request-Id": sent})) for _ in range(2)]
        given = [reply.headers["x-request-id"] for reply in replies]
        assert all(re.fullmatch(r"[0-9a-f]{16}", name) for name in given) and given[0] != given[1]

    @pytest.mark.parametrize("path", [*PLACES, "/v1/nothing"])
    def test_headers_of_every_answer(self, client: FlaskClient, path: str) -> None:
        """Every answer names the service's version, is not to be stored and not to be guessed at."""
        headers = reply_of(client.get(path)).headers
        assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
        assert re.fullmatch(r"\d+\.\d+\.\d+\S*", headers["levcheck-version"])

    @pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "", "application/json;q=0"])
    def test_problem_is_a_problem_document_whatever_is_accepted(self, client: FlaskClient, accept: str) -> None:
        """A problem has the content type application/problem+json whatever the caller says it accepts."""
        for path in ("/v1/nothing", "/v1/vehicles/short", "/v1/regulation/provisions/9VAC5-95-99"):
            assert reply_of(client.get(path, headers={"Accept": accept})).headers["content-type"] == PROBLEM
        assert reply_of(client.post("/v1/checks", data=b"[", content_type=JSON, headers={"Accept": accept})).status == 400


class TestPages:
    @pytest.mark.parametrize("path", PAGES)
    def test_nothing_comes_from_another_host(self, client: FlaskClient, path: str) -> None:
        """Neither the contract's page nor the document makes a browser load or follow anything from another host."""
        text = client.get(path).get_data(as_text=True)
        linked = re.findall(r"""\b(?:src|srcset|href|action|poster|data)\s*=\s*["']?([^"'\s>]*)""", text)
        linked += re.findall(r"""(?:url\(|@import|\bimport\b|fetch\()\s*["']?([^"')\s;]*)""", text)
        assert not [address for address in linked if re.match(r"(?:[a-z]+:)?//", address, re.IGNORECASE)]
        assert "https://" not in text and not re.search(r"http://(?!localhost|127\.0\.0\.1)", text)

    def test_page_shows_every_operation_and_schema(self, client: FlaskClient) -> None:
        """The contract's page shows every operation and schema of the document, and every link on it leads somewhere."""
        text = client.get("/docs").get_data(as_text=True)
        for method, path in OPERATIONS:
            assert f'<span class="method">{method.upper()}</span> <code>{path}</code>' in text
        for name in DOCUMENT["components"]["schemas"]:
            assert f'<details id="{name}">' in text
        for target in re.findall(r'href="#([^"]*)"', text):
            assert f'id="{target}"' in text
        assert not re.search(r">\s*(None|Undefined)\s*<", text)


def test_a_misspelt_filter_is_refused(client: FlaskClient) -> None:
    """An unknown member of a query is refused by name, so that a misspelt filter never lists everything."""
    answer = client.get("/v1/determinations?verdct=prohibited")
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/verdct"]
