"""A real service that asks for keys: two processes, headers as they come over the wire, and its log."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from access.expected import CLOSED, OPEN, request_of
from cli.running import is_error, levcheck
from conftest import Guarded, initialized, organized, serving
from levcheck.access.api_keys import ApiKeys
from levcheck.access.organizations import Organizations
from levcheck.access.secret import AccessSecret
from levcheck.api.callers import COOKIE
from levcheck.records.store import Store, default_url
from records.keeping import SALE

pytestmark = pytest.mark.slow
BELIEVED_FOR_S = 5.0
REQUESTS = 24
"""On connections of their own: both processes get some, but for one time in eight million."""
RATE = 12


class Answer:
    """What came back: status, headers in lower case, body."""

    def __init__(self, address: str, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> None:
        target = urlsplit(address)
        connection = HTTPConnection(str(target.hostname), target.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            self.status, self.body = response.status, response.read()
            self.headers = {name.lower(): value for name, value in response.getheaders()}
        finally:
            connection.close()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(address: str, method: str, path: str, key: str | None = None, body: Any = None, **headers: str) -> Answer:
    """One request on a connection of its own, through a proxy that names another address each time."""
    sent = {"X-Forwarded-For": str(uuid4()), "Idempotency-Key": uuid4().hex}
    sent |= {"Authorization": f"Bearer {key}"} if key else {}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    content = None
    if body is not None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent.setdefault("Content-Type", "application/json")
    return Answer(address, method, path, content, sent)


@pytest.fixture(scope="module")
def slow_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A service with a small quota and no proxy in front of it."""
    data = initialized(tmp_path_factory.mktemp("slow"))
    keys = organized(data)
    with serving(data, "--rate", str(RATE)) as address:
        yield Guarded(address, data, keys, data)


@pytest.mark.parametrize("operation", CLOSED)
def test_without_dev_a_key_is_asked_for(guarded: Guarded, operation: str) -> None:
    """`serve` without --dev answers no closed operation without a key, nor with one that is none."""
    method, path, _ = request_of(operation, str(uuid4()))
    assert [ask(guarded.address, method, path, key).status for key in (None, "lvk_x")] == [401, 401]


@pytest.mark.parametrize("operation", [operation for operation in OPEN if operation.startswith("GET ")])
def test_without_dev_what_is_open_is_open(guarded: Guarded, operation: str) -> None:
    """Health, the public keys and the pages that need no key answer without one."""
    method, path, _ = request_of(operation, "")
    answer = ask(guarded.address, method, path)
    assert answer.status == 200
    assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    assert "gunicorn/" not in answer.headers.get("server", "")


def _keys(guarded: Guarded) -> ApiKeys:
    return ApiKeys(Store(default_url(guarded.data)), AccessSecret.in_folder(guarded.data), lambda: datetime.now(UTC))


def _statuses(guarded: Guarded, key: str) -> set[int]:
    return {ask(guarded.address, "GET", "/v1/determinations?limit=1", key).status for _ in range(REQUESTS)}


def test_keys_end_within_five_seconds_everywhere(guarded: Guarded) -> None:
    """A revoked key and the keys of a closed organization open nothing after five seconds, in any process, and a session
    of such a key nothing at once; keys are exchanged meanwhile without a request refused."""
    keys = _keys(guarded)
    Organizations(keys.store, keys.now).add("closing", "Closing", "dealer")
    tomorrow = keys.now() + timedelta(days=1)
    old, _ = keys.make("dealer-2", tomorrow)
    closing, _ = keys.make("closing", tomorrow)
    browser = ask(
        guarded.address, "POST", "/login", body=f"key={closing}".encode(), Content_Type="application/x-www-form-urlencoded"
    )
    cookie = browser.headers["set-cookie"].split(";")[0]
    assert browser.status == 303 and ask(guarded.address, "GET", "/v1/ruleset", Cookie=cookie).status == 200
    assert _statuses(guarded, old) == _statuses(guarded, closing) == {200}
    revoked = levcheck("key", "revoke", old.split("_")[1], "--data", guarded.data)
    closed = levcheck("org", "close", "closing", "--data", guarded.data)
    assert (revoked.returncode, closed.returncode) == (0, 0)
    ended = time.monotonic()
    assert ask(guarded.address, "GET", "/v1/ruleset", Cookie=cookie).status == 401
    new, _ = keys.make("dealer-2", tomorrow)
    while time.monotonic() < ended + BELIEVED_FOR_S:
        assert ask(guarded.address, "GET", "/v1/determinations?limit=1", new).status == 200
        assert ask(guarded.address, "GET", "/v1/determinations?limit=1", guarded.keys["dealer-2"]).status == 200
        ask(guarded.address, "GET", "/v1/determinations?limit=1", old)  # who goes on asking does not keep it alive
    assert _statuses(guarded, old) == _statuses(guarded, closing) == {401}
    keys.revoke(new.split("_")[1])
    keys.store.close()


def test_a_new_key_opens_at_once_everywhere(guarded: Guarded) -> None:
    """A key works in every process from the moment that it was made, also where it was refused just before."""
    keys = _keys(guarded)
    key, kept = keys.make("agency", keys.now() + timedelta(days=1))
    assert _statuses(guarded, key) == {200}
    keys.revoke(kept.id)
    keys.store.close()


def test_processes_share_a_quota(slow_one: Guarded) -> None:
    """Both processes together let a key's quota through and what grew back meanwhile, and no more; another key of the
    same organization has its own."""
    keys = _keys(slow_one)
    second, _ = keys.make("dealer", keys.now() + timedelta(days=1))
    keys.store.close()
    for key in (slow_one.keys["dealer"], second):
        start = time.monotonic()
        answers = [ask(slow_one.address, "GET", "/v1/regulation/provisions/9VAC5-95-10", key) for _ in range(3 * RATE)]
        grown = int((time.monotonic() - start) * RATE / 60) + 1
        passed = [answer.status for answer in answers].count(200)
        assert RATE <= passed <= RATE + grown
        refused = [answer for answer in answers if answer.status == 429]
        assert len(refused) == len(answers) - passed
        assert all(1 <= int(answer.headers["retry-after"]) <= 60 / RATE for answer in refused)
        assert {answer.headers["ratelimit-policy"] for answer in answers} == {f'"key";q={RATE};w=60'}


def test_guessing_from_one_address_keeps_nobody_out(slow_one: Guarded) -> None:
    """However many wrong keys an address sends, by whichever door, it gets 429; a right key from there passes."""
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    wrong = [ask(slow_one.address, "GET", "/v1/ruleset", f"lvk_{n:a>12}_{'b' * 52}").status for n in range(30)]
    wrong += [ask(slow_one.address, "POST", "/login", body=b"key=lvk_x", **form).status for _ in range(150)]
    assert wrong.count(401) <= 20 + 20 and set(wrong[-100:]) <= {401, 429} and 429 in wrong
    assert ask(slow_one.address, "GET", "/v1/regulation", slow_one.keys["agency"]).status == 200
    right = f"key={slow_one.keys['agency']}".encode()
    assert ask(slow_one.address, "POST", "/login", body=right, **form).status == 303


def test_an_address_that_no_proxy_told_is_not_believed(slow_one: Guarded) -> None:
    """Without --proxies X-Forwarded-For names nobody: wrong keys are counted where they come from."""
    statuses = {
        ask(
            slow_one.address, "GET", "/v1/ruleset", "lvk_x", X_Forwarded_For=f"198.51.100.{n}", Forwarded=f"for=192.0.2.{n}"
        ).status
        for n in range(60)
    }
    assert 429 in statuses


def test_only_the_nearest_address_is_believed(guarded: Guarded) -> None:
    """With one proxy the last address of X-Forwarded-For counts, which the proxy wrote; what the caller wrote does not."""
    statuses = [
        ask(guarded.address, "GET", "/v1/ruleset", "lvk_x", X_Forwarded_For=f"198.51.100.{n}, 203.0.113.77").status
        for n in range(40)
    ]
    assert 429 in statuses


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCRIPT_NAME", "/x"), ("SCRIPT_NAME", "/v1"), ("PATH_INFO", "/healthz"), ("REMOTE_USER", "board"),
        ("REMOTE_ADDR", "127.0.0.1"), ("X-Forwarded-Prefix", "/x"), ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "gopher"), ("X-Forwarded-Ssl", "on"), ("X-Forwarded-Protocol", "ssl"),
        ("X-Script-Name", "/v1"),
    ],
)  # fmt: skip
def test_no_header_names_the_path_or_the_caller(guarded: Guarded, name: str, value: str) -> None:
    """What only a server in front may say, said by a caller of this very machine, changes neither path nor caller."""
    for key, status in ((None, 401), (guarded.keys["dealer"], 200)):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        assert Answer(guarded.address, "GET", "/v1/ruleset", None, headers | {name: value}).status == status
        assert Answer(guarded.address, "GET", "/v1/v1/ruleset", None, headers | {name: value}).status == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", "127.0.0.1.example.com", "2130706433", ""])
def test_dev_is_for_one_machine(tmp_path: Path, host: str) -> None:
    """`serve --dev` takes no host that another machine could reach."""
    done = levcheck("serve", "--dev", "--host", host, "--data", tmp_path / "data")
    is_error(done, 64, "--dev asks for no keys")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200), ("127.0.0.1:1", 200), ("localhost", 200), ("localhost:8095", 200), ("[::1]:8095", 200),
        ("127.0.0.2", 200), ("[::1", 400), ("[fe80::1]", 400), ("127.1", 400), ("a b", 400), (" ", 400),
        ("evil.example", 400), ("evil.example:8095", 400), ("127.0.0.1.evil.example", 400), ("localhost.evil.example", 400),
        ("evil.localhost", 400), ("127.0.0.1@evil.example", 400), ("0.0.0.0", 400), ("169.254.169.254", 400), (".", 400),
    ],
)  # fmt: skip
def test_dev_answers_to_its_own_name_only(server: str, host: str, status: int) -> None:
    """A page that made its own name point to this machine is refused: the Host header is still that page's."""
    for method, path, body in (("GET", "/v1/determinations", None), ("POST", "/v1/checks", SALE)):
        assert ask(server, method, path, body=body, Host=host).status == status


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 201), ("none", 201)])
def test_dev_refuses_what_other_sites_send(server: str, site: str, status: int) -> None:
    """A page of another site records nothing on one's own machine."""
    assert ask(server, "POST", "/v1/determinations", body=SALE, Sec_Fetch_Site=site).status == status


def test_a_service_that_asks_for_keys_is_made_ready_first(tmp_path: Path) -> None:
    """Without --dev nothing is served from a database that lacks this version's schema."""
    is_error(levcheck("serve", "--data", tmp_path, "--port", "1"), 69, "levcheck db upgrade")


def test_logs_hold_no_key(guarded: Guarded) -> None:
    """Whatever place a key or a session is sent in, right or wrong, no line of the log holds it."""
    key, wrong = guarded.keys["dealer"], f"lvk_{'q' * 12}_{'z' * 52}"
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    token = ask(guarded.address, "POST", "/login", body=f"key={key}".encode(), **form).headers["set-cookie"]
    token = token.split(";")[0].removeprefix(f"{COOKIE}=")
    for shown in (key, wrong, token):
        ask(guarded.address, "GET", f"/v1/ruleset?key={shown}", shown, Cookie=f"{COOKIE}={shown}", Referer=shown)
        ask(guarded.address, "GET", f"/v1/vehicles/{shown}", guarded.keys["dealer"], X_Request_Id=shown.replace("lvk", "id"))
        ask(guarded.address, "GET", f"/{shown}", Authorization=f"Basic {shown}")
        ask(guarded.address, "POST", "/login", body=f"key={shown}&next=/{shown}".encode(), **form)
        ask(guarded.address, "POST", "/v1/checks", guarded.keys["dealer"], body={"reference": shown, shown: 1})
        for line in (
            f"Authorization Bearer {shown}",
            f"Authorization : {shown}",
            f"{shown}: x",
            f"Authorization: {shown}\0",
        ):
            _raw(guarded.address, f"GET /v1/ruleset HTTP/1.1\r\nHost: x\r\n{line}\r\n\r\n")
        _raw(guarded.address, f"GET /{shown} {shown} HTTP/1.1\r\nHost: x\r\n\r\n")
        _raw(guarded.address, f"{shown} / HTTP/1.1\r\nHost: x\r\n\r\n")
    log = guarded.log.read_text("utf-8", "replace")
    assert '"event":"request"' in log and '"event":"key refused"' in log
    for shown in (key, wrong, token):
        for secret in re.findall(r"[a-z2-7]{52}", shown):
            assert secret not in log.replace("X-Request-Id", "")


def test_who_was_let_in_and_who_was_not_is_logged(guarded: Guarded) -> None:
    """A line tells by the request's id who signed in, who was refused for want of leave, and whence a wrong key came."""
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    signed, refused, wrong = (f"{name}-{uuid4().hex[:8]}" for name in ("signed", "refused", "wrong"))
    ask(guarded.address, "POST", "/login", body=f"key={guarded.keys['agency']}".encode(), X_Request_Id=signed, **form)
    ask(guarded.address, "GET", "/metrics", guarded.keys["agency"], X_Request_Id=refused)
    ask(guarded.address, "GET", "/metrics", "lvk_x", X_Request_Id=wrong, X_Forwarded_For="203.0.113.50")
    lines = [json.loads(line) for line in guarded.log.read_text().splitlines() if line.startswith("{")]
    told = {id: [line for line in lines if line.get("request_id") == id] for id in (signed, refused, wrong)}
    key = guarded.keys["agency"].split("_")[1]
    for id, status, problem in ((signed, 303, None), (refused, 403, "not_permitted")):
        (line,) = told[id]
        assert (line["organization"], line["key"], line["status"], line["problem"]) == ("agency", key, status, problem)
    assert {line["event"]: line.get("address") for line in told[wrong]} == {"key refused": "203.0.113.50", "request": None}
    assert all(re.fullmatch(r"\d{4}-.*(Z|\+00:00)", line["timestamp"]) for found in told.values() for line in found)


def _raw(address: str, text: str) -> None:
    import socket

    target = urlsplit(address)
    with socket.create_connection((str(target.hostname), target.port or 0), timeout=10) as connection:
        connection.sendall(text.encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass


def test_the_command_line_shows_no_secret(tmp_path: Path) -> None:
    """The secrets of a deployment are taken from the environment: no help offers an option, where others could read it."""
    for command in (("serve",), ("key", "add"), ("keys", "rotate")):
        done = subprocess.run(
            [sys.executable, "-m", "levcheck", *command, "--help"], capture_output=True, text=True, check=True
        )
        assert "--access-secret" not in done.stdout and "--keys" not in done.stdout
