"""OWASP API Security Top 10 (2023): one class a risk, each test one that fails when the defence is gone.

What is proven at length elsewhere is named in the docstrings.
"""

from __future__ import annotations

import ast
import base64
import json
import re
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from access.expected import CLOSED, ON_ONE, PAGES, REACH, SCOPE, VALUES, request_of
from access.house import ORGANIZATIONS, House, furnished
from api.validation import DOCUMENT, ROOT
from levcheck.access.permissions import PAGES as PAGES_OF_PEOPLE
from levcheck.access.permissions import TABLE
from levcheck.api import checks
from levcheck.evidence.imports import UnreadableFile, read_file
from levcheck.records.certificates import NotACertificate, verify
from log.sealing import sealed
from records.keeping import SALE, sale

SERVICE = ROOT / "service" / "levcheck"
TOLD_OF_ANYONE = {"claims", "history", "key", "reason", "status", "valid"}
STREAMED = "POST /v1/screenings"
pytestmark = pytest.mark.slow


class TestApi1BrokenObjectLevelAuthorization:
    """Each object belongs to the organization that made it. At length: test_matrix.py."""

    @pytest.mark.parametrize("operation", ON_ONE)
    def test_an_id_is_no_key(self, house: House, operation: str) -> None:
        """Knowing the id of another dealer's determination opens nothing, by any operation."""
        method, path, sent = request_of(operation, house.record("dealer"))
        answer = house.ask(method, path, house.keys["dealer-2"], **sent)
        assert answer.status_code == 404
        assert operation in PAGES or answer.json["code"] == "no_such_determination"

    def test_an_account_cannot_be_named(self, house: House) -> None:
        """No member of a body, parameter of a query, header or cookie makes the caller another organization."""
        id = house.record("dealer")
        headers = {
            "X-Organization": "dealer",
            "X-Account": "dealer",
            "X-Forwarded-User": "dealer",
            "Cookie": "account=dealer",
        }
        path = f"/v1/determinations/{id}?account=dealer&organization=dealer"
        assert house.ask("GET", path, house.keys["dealer-2"], headers=headers).status_code == 404
        listed = house.ask("GET", "/v1/determinations?account=dealer", house.keys["dealer-2"])
        assert (listed.status_code, listed.json["code"]) == (422, "invalid_request")


class TestApi2BrokenAuthentication:
    """Keys are random, kept as keyed hashes, ended at once. At length: test_api_keys.py, test_limits.py."""

    def test_nothing_but_a_key_of_this_service_opens(self, house: House) -> None:
        """Other schemes, other places for the key, a token that signs itself: none is a key."""
        key = house.keys["dealer"]
        forged = "eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4ifQ."
        for header in (f"Basic {key}", f"Token {key}", key, f"Bearer {forged}", f"Bearer {key}, Bearer {key}", "Bearer"):
            answer = house.ask("GET", "/v1/ruleset", headers={"Authorization": header})
            assert (answer.status_code, answer.json["code"]) == (401, "key_refused"), header
        for headers in ({"X-Api-Key": key}, {"Cookie": f"key={key}"}, {"Proxy-Authorization": f"Bearer {key}"}):
            answer = house.ask("GET", f"/v1/ruleset?key={key}&access_token={key}", headers=headers)
            assert (answer.status_code, answer.json["code"]) == (401, "key_missing")

    def test_guessing_is_throttled(self, house: House) -> None:
        """The twenty-first wrong key from an address is not even looked at for an answer of its own: 429."""
        environ = {"REMOTE_ADDR": "203.0.113.9"}
        statuses = [house.ask("GET", "/docs", f"wrong{n}", environ=environ).status_code for n in range(21)]
        assert statuses == [401] * 20 + [429]


class TestApi3BrokenObjectPropertyLevelAuthorization:
    """A request sets only what it may, an answer tells only what it should."""

    @pytest.mark.parametrize(
        "member", ["account", "id", "issuer", "recorded_at", "retain_until", "status", "supersedes", "verdict", "result"]
    )
    def test_no_member_beyond_the_contract_is_taken(self, house: House, member: str) -> None:
        """A member that only the service sets is refused in a body, and nothing is recorded."""
        before = len(house.ask("GET", "/v1/determinations?limit=200", house.keys["dealer"]).json["items"])
        answer = house.ask("POST", "/v1/determinations", house.keys["dealer"], json={**SALE, member: "dealer-2"})
        assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, [f"/{member}"])
        after = len(house.ask("GET", "/v1/determinations?limit=200", house.keys["dealer"]).json["items"])
        assert before == after

    def test_a_verifier_learns_the_standing_and_nothing_else(self, house: House) -> None:
        """A DMV that verifies a certificate gets its claims and its status: no request, no reference, no reason."""
        made = house.ask("POST", "/v1/determinations", house.keys["dealer"], json=sale(reference="deal of Jane Roe")).json
        void = {"reason": "Jane Roe withdrew"}
        house.ask("POST", f"/v1/determinations/{made['id']}/void", house.keys["dealer"], json=void)
        for key in (house.keys["dmv"], None):
            answer = house.ask("POST", "/v1/certificates/verify", key, json={"certificate": made["certificate"]})
            assert set(answer.json) == TOLD_OF_ANYONE
            assert "Jane Roe" not in answer.text and "dealer-2" not in answer.text


class TestApi4UnrestrictedResourceConsumption:
    """Bodies, addresses, pages and rates are bounded. At length: test_limits.py, tests/api/test_hostile.py."""

    @pytest.mark.parametrize("operation", [o for o in SCOPE if o.startswith("POST /v1/") and o != STREAMED])
    def test_bodies_are_bounded(self, house: House, operation: str) -> None:
        """A body of more than 64 KiB is refused, whoever sends it; of a screening each line is (test_screenings.py)."""
        _, path, _ = request_of(operation, str(uuid4()))
        answer = house.ask("POST", path, house.keys["dealer"], data=b" " * 65_537, content_type="application/json")
        assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")

    @pytest.mark.parametrize(("limit", "status"), [(1, 200), (200, 200), (201, 422), (0, 422), (10**9, 422)])
    def test_pages_are_bounded(self, house: House, limit: int, status: int) -> None:
        """A page holds at most 200 determinations."""
        answer = house.ask("GET", f"/v1/determinations?limit={limit}", house.keys["dealer"])
        assert answer.status_code == status

    def test_every_operation_has_a_quota(self, house: House) -> None:
        """Every operation that does work tells the quota that it is counted against."""
        for operation in set(TABLE) - {"GET /healthz", "GET /readyz", "POST /login"}:
            method, path, sent = request_of(operation, str(uuid4()))
            for key, policy in ((house.keys["dealer"], '"key";q=1000000;w=60'), (None, '"address";q=120;w=60')):
                if key or TABLE[operation].is_open:
                    assert house.ask(method, path, key, **sent).headers["RateLimit-Policy"] == policy, operation


class TestApi5BrokenFunctionLevelAuthorization:
    """What a role may do stands in one table. At length: test_matrix.py."""

    @pytest.mark.parametrize("organization", [id for id in ORGANIZATIONS if id != "admin"])
    def test_only_the_operator_reads_metrics(self, house: House, organization: str) -> None:
        """The operator's page is closed to every other role."""
        answer = house.ask("GET", "/metrics", house.keys[organization])
        assert (answer.status_code, answer.json["code"]) == (403, "not_permitted")
        assert house.ask("GET", "/metrics", house.keys["admin"]).status_code == 200

    @pytest.mark.parametrize("trick", ["X-HTTP-Method-Override", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL"])
    def test_no_header_makes_another_operation(self, house: House, trick: str) -> None:
        """Method and path are those of the request line: the board cannot void, and nobody reads metrics, by a header."""
        id = house.record("dealer")
        value = "/metrics" if trick.endswith("URL") else "POST"
        answer = house.ask("GET", f"/v1/determinations/{id}", house.keys["board"], headers={trick: value})
        assert answer.json["status"] == "current"

    def test_the_operator_reads_no_records(self, house: House) -> None:
        """Running the service is no reason to read what it keeps."""
        assert house.ask("GET", "/v1/determinations", house.keys["admin"]).status_code == 403


class TestApi6UnrestrictedAccessToSensitiveBusinessFlows:
    """The flow worth abusing is recording: certificates by the thousand, or one for whatever comes out well."""

    def test_recording_is_counted_and_named(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        """A key records no faster than its quota, and nothing is recorded without an Idempotency-Key."""
        with furnished(tmp_path_factory.mktemp("slow"), rate=3) as house:
            nameless = {"Idempotency-Key": ""}
            refused = house.ask("POST", "/v1/determinations", house.keys["dealer"], json=SALE, headers=nameless)
            assert (refused.status_code, refused.json["code"]) == (400, "idempotency_key_missing")
            statuses = [
                house.ask("POST", "/v1/determinations", house.keys["dealer"], json=SALE).status_code for _ in range(4)
            ]
            assert statuses == [201, 201, 429, 429]

    def test_what_was_recorded_stays(self, house: House) -> None:
        """A dealer that asks until it likes the answer leaves every attempt on the record; none can be taken back."""
        id = house.record("dealer")
        for method in ("DELETE", "PUT", "PATCH"):
            assert house.ask(method, f"/v1/determinations/{id}", house.keys["dealer"], json=SALE).status_code == 405
        house.ask("POST", f"/v1/determinations/{id}/void", house.keys["dealer"], json={"reason": "second thoughts"})
        assert house.ask("GET", f"/v1/determinations/{id}", house.keys["dealer"]).json["status"] == "voided"


@pytest.fixture
def connections() -> Iterator[list[Any]]:
    """What this process connects to or looks up while the test runs."""
    seen: list[Any] = []
    watching = [True]

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"):
            seen.append((event, arguments))

    sys.addaudithook(watch)
    yield seen
    watching.clear()


class TestApi7ServerSideRequestForgery:
    """The service asks no one anything."""

    @pytest.mark.parametrize("operation", sorted(SCOPE))
    def test_no_operation_connects_anywhere(self, house: House, connections: list[Any], operation: str) -> None:
        """Whatever addresses a request holds, the process looks up no name and connects to nothing."""
        target = "http://169.254.169.254/latest/meta-data"
        body = sale(reference=target)
        id = house.record("dealer", reference=target)
        method, path, sent = request_of(operation, id, target, house.keys["dealer"])
        if sent.get("json") == SALE:
            sent = {"json": body}
        headers = {"Referer": target, "Origin": target, "X-Forwarded-Host": "169.254.169.254", "Forwarded": "host=evil"}
        answer = house.ask(method, f"{path}{'&' if '?' in path else '?'}", house.keys["dealer"], headers=headers, **sent)
        assert answer.status_code < 500
        assert connections == []


class TestApi8SecurityMisconfiguration:
    """Headers on every answer, no other site let in, no error that tells of the inside."""

    def _answers(self, house: House) -> Iterator[Any]:
        for operation in sorted(SCOPE):
            method, path, sent = request_of(operation, str(uuid4()), "x", "wrong")
            for key in (None, "wrong", house.keys["dealer"], house.keys["board"]):
                yield house.ask(method, path, key, **sent)
        yield house.ask("GET", "/nowhere")
        yield house.ask("TRACE", "/v1/checks")
        yield house.ask("GET", "/docs", headers={"Accept": "text/html"})

    def test_every_answer_has_its_headers(self, house: House) -> None:
        """Whatever is answered to whomever: HSTS, no sniffing, no referrer, no frame, no store, a policy that allows
        nothing of another host and nothing inline, and no leave for another site to read it."""
        for answer in self._answers(house):
            headers = answer.headers
            assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
            policy = headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; ")
            assert "base-uri 'none'" in policy and "frame-ancestors 'none'" in policy and "form-action " in policy
            assert not re.search(r"unsafe|\*|https?:", policy)
            assert "Permissions-Policy" in headers and headers["X-Request-Id"]
            assert not [name for name, _ in headers if name.startswith("Access-Control-")]
            if not answer.request.path.startswith("/assets/"):
                assert headers["Cache-Control"] == "no-store"
            assert "Server" not in headers and "Traceback" not in answer.text

    def test_a_failure_tells_nothing_of_the_inside(
        self, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An unexpected failure is answered with an id and nothing else, and the next request as ever."""

        def fail(*_arguments: Any) -> None:
            raise RuntimeError("secret")

        monkeypatch.setattr(checks, "made", fail)
        with furnished(tmp_path_factory.mktemp("broken")) as house:
            answer = house.ask("POST", "/v1/checks", house.keys["dealer"], json=SALE)
            assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
            assert "secret" not in answer.text and "File" not in answer.text
            assert house.ask("GET", "/v1/ruleset", house.keys["dealer"]).status_code == 200

    def test_a_store_that_fails_lets_nobody_in(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        """When keys cannot be looked up the answer is 503, for every operation that needs one, and never an open door."""
        with furnished(tmp_path_factory.mktemp("gone")) as house:
            with house.records.store.engine.begin() as connection:
                connection.exec_driver_sql("ALTER TABLE api_keys RENAME TO lost")
            for operation in CLOSED:
                method, path, sent = request_of(operation, str(uuid4()))
                answer = house.ask(method, path, house.keys["dealer"], **sent)
                assert answer.status_code == 503, operation

    def test_nothing_is_open_by_default(self, house: House) -> None:
        """Debugging is off, there are no files to browse, and no operation is open but those of the table."""
        assert not house.app.debug and not house.app.testing and house.app.static_folder is None
        for path in ("/.git/config", "/.env", "/static/", "/assets/", "/assets/..%2f__init__.py", "/console", "/admin"):
            assert house.ask("GET", path, house.keys["admin"]).status_code == 404

    def test_a_download_is_named_by_the_service(self, house: House) -> None:
        """The name of a saved certificate is made of its id, whatever the record holds."""
        id = house.record("dealer", reference='"; filename="evil.exe')
        headers = {"Accept": "application/pdf"}
        answer = house.ask("GET", f"/v1/determinations/{id}/certificate", house.keys["dealer"], headers=headers)
        assert answer.headers["Content-Disposition"] == f'inline; filename="levcheck-{id}.pdf"'

    def test_no_text_becomes_code(self) -> None:
        """The service evaluates no text, loads no objects from one, runs no shell and makes no template of one; its
        scripts make no markup of text, and keep nothing in the browser beyond the tab's own life."""
        for file in sorted(SERVICE.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
                assert name not in ("eval", "exec", "system", "popen", "render_template_string"), file
                if isinstance(node, ast.Import | ast.ImportFrom):
                    named = {getattr(node, "module", None), *(alias.name for alias in node.names)}
                    assert not named & {"pickle", "marshal", "shelve"}, file
                if isinstance(node, ast.keyword):
                    assert node.arg != "shell", file
        for file in sorted(SERVICE.rglob("*.js")):
            forbidden = (
                r"eval\(|innerHTML|outerHTML|insertAdjacentHTML|document\.(write|cookie)|Function\(|localStorage|indexedDB"
            )
            assert not re.search(forbidden, file.read_text("utf-8")), file


class TestApi9ImproperInventoryManagement:
    """What is served is written down, and what is written down is served."""

    def test_every_operation_is_documented_or_a_page(self, house: House) -> None:
        """Each operation of the API is in openapi.yaml with its security, and the rest are the pages and metrics."""
        documented = {
            f"{method.upper()} {path.replace('{', '<').replace('}', '>')}": operation
            for path, item in DOCUMENT["paths"].items()
            for method, operation in item.items()
            if method in ("get", "post")
        }
        assert set(documented) <= set(TABLE)
        others = set(TABLE) - set(documented)
        assert not [operation for operation in others if " /v1/" in operation]
        assert others >= PAGES_OF_PEOPLE
        for name, operation in documented.items():
            assert (operation.get("security", DOCUMENT["security"]) == []) == TABLE[name].is_open, name

    def test_old_and_other_versions_are_not_there(self, house: House) -> None:
        """There is one version of the contract."""
        for path in ("/v0/checks", "/v2/checks", "/checks", "/api/v1/checks", "/v1beta/checks", "/internal/checks"):
            assert house.ask("POST", path, house.keys["admin"], json=SALE).status_code == 404


class TestApi10UnsafeConsumptionOfApis:
    """What comes from elsewhere (EPA's list, certificates, checkpoints) is read as strictly as what callers send."""

    def test_a_list_that_is_no_list_is_refused_whole(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        """A file that is not EPA's list imports nothing. At length: tests/evidence/test_imports.py."""
        for content in (b"", b"PK\x03\x04rubbish", b"<html>Sign in</html>", b"a,b\n=cmd(),2\n"):
            file = tmp_path_factory.mktemp("list") / "list.xlsx"
            file.write_bytes(content)
            with pytest.raises(UnreadableFile):
                read_file(file)

    def test_a_signature_is_of_this_service_or_none(self, house: House) -> None:
        """A token without a signature, with its own key or an address of one, or of another kind is no certificate."""
        records = house.records
        id = house.record("dealer")
        genuine = house.ask("GET", f"/v1/determinations/{id}", house.keys["dealer"]).json["certificate"]
        _, claims, signature = genuine.split(".")
        assert verify(genuine, records.keys).claims["jti"] == id
        for header in ({"alg": "none"}, {"alg": "HS256"}, {"alg": "EdDSA", "jku": "https://evil.example/jwks.json"}):
            with pytest.raises(NotACertificate):
                verify(f"{_encoded(header)}.{claims}.{signature}", records.keys)
            with pytest.raises(NotACertificate):
                verify(f"{_encoded(header)}.{claims}.", records.keys)
        sealed(records)
        checkpoint = house.ask("GET", "/v1/log/checkpoint", house.keys["dealer"]).json
        answer = house.ask("POST", "/v1/certificates/verify", json={"certificate": _jws(checkpoint)})
        assert answer.json["valid"] is False


def _encoded(header: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")


def _jws(told: dict[str, Any]) -> str:
    """The signed text in a checkpoint as it is told."""
    (signed,) = [value for value in told.values() if isinstance(value, str) and value.count(".") == 2]
    return signed


def test_each_operation_can_be_asked() -> None:
    """The tests above know a right request for every operation of the table."""
    assert set(REACH) == set(TABLE)
    assert set(re.findall(r"<\w+>", " ".join(TABLE))) == {*VALUES, "<id>"}
