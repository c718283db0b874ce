"""Hostile requests at the doors: headers, cookies and forms that nobody sends by accident, against a real service."""

from __future__ import annotations

from urllib.parse import quote
from uuid import uuid4

import pytest
from access.expected import CLOSED, OPEN, request_of
from api.hostile import BODIES, PARAMETERS, QUERIES, Body
from api.test_hostile import exchange
from api.validation import Reply, held_to_contract
from conftest import Guarded
from levcheck.web.signing_in import AFTER

pytestmark = pytest.mark.slow
KEY, SESSION = f"lvk_{'a' * 12}_{'b' * 52}", f"{'a' * 12}.{'b' * 52}"
AUTHORIZATIONS = (
    "", " ", "\t", ",", "Bearer", "Bearer ", "Bearer,", "Bearer =", "Bearer lvk_", f"Bearer {KEY[:-1]}", f"Bearer {KEY}",
    f"Bearer {KEY}{KEY}", f"Bearer {KEY.upper()}", f"bearer {KEY}", f"BEARER\t{KEY}", f"Bearer {KEY} {KEY}",
    f"Bearer  {KEY}",
    f"Bearer {KEY}, Bearer {KEY}", f"Bearer \"{KEY}\"", f"Bearer token={KEY}", f"Bearer lvk_{'%61' * 12}_{'b' * 52}",
    "Bearer null", "Bearer undefined", "Bearer [object Object]", "Bearer ' OR 1=1 --", "Bearer ${jndi:ldap://x/y}",
    "Bearer \xff\xfe", "Bearer lvk_\xe9", f"Bearer {KEY}\xa0", "Basic", "Basic ////", "Basic Og==", f"Basic {KEY}",
    "Negotiate",
    "Digest username=\"x\", realm=\"x\", nonce=\"\\\"", "AWS4-HMAC-SHA256 Credential=x",
    "a" * 8_000, f"Bearer {'a' * 8_000}",
    f"Bearer {'.' * 4_000}", f"Bearer {'lvk_' * 1_500}", ":", "=" * 100, "\x01Bearer x", "Bearer\x0b" + KEY,
)  # fmt: skip
COOKIES = (
    "", ";", "=", "=;=;" * 500, "__Host-levcheck", "__Host-levcheck=", "__Host-levcheck==", f"__Host-levcheck={SESSION}",
    f"__Host-levcheck={SESSION}; __Host-levcheck={SESSION}", f'__Host-levcheck="{SESSION}"', f"__host-levcheck={SESSION}",
    f"__Host-levcheck={SESSION.upper()}", "__Host-levcheck=%00", "__Host-levcheck=\xff\xfe", '__Host-levcheck="\\377\\000"',
    "__Host-levcheck=" + "a" * 7_000, "a=b; " * 1_500, "__Host-levcheck=.", "__Host-levcheck=' OR 1=1 --", "\x01=\x02",
    f"__Host-levcheck={'a' * 12}.", "__Host-levcheck=" + "." * 4_000, f"$Version=1; __Host-levcheck={SESSION}; $Path=/",
)  # fmt: skip
TAKEN_OR_NOT = [body for body in BODIES if body.statuses != {422}]
"""The hostile bodies, but for those that the schema refuses, as it does for a check."""
FORM = "application/x-www-form-urlencoded"
_PART = '--a\r\nContent-Disposition: form-data; name="key"%s\r\n\r\n'
FORMS: tuple[tuple[str, str | None, bytes], ...] = (
    ("nothing", FORM, b""), ("no type", None, b"key=x"), ("no key", FORM, b"next=/docs"), ("a key twice",
    FORM, b"key=a&key=b"),
    ("an empty key", FORM, b"key="), ("a long key", FORM, b"key=" + b"a" * 60_000), ("too long",
    FORM, b"key=" + b"a" * 70_000),
    ("NUL", FORM, b"key=%00&next=%00"), ("not UTF-8", FORM, b"key=%ff%fe&next=/%ff"), ("raw bytes",
    FORM, b"\xff\xfe=\x00&\x80"),
    ("surrogates", FORM, b"key=%ed%a0%80&next=/%ed%a0%80"), ("half an escape", FORM, b"key=%&next=/%zz"),
    ("5,000 fields", FORM, b"&".join(b"a%d=1" % n for n in range(5_000))), ("ampersands", FORM, b"&" * 60_000),
    ("equals", FORM, b"=" * 60_000), ("brackets", FORM, b"key[]=a&key[a]=b&__proto__[x]=1"),
    ("another charset", FORM + "; charset=utf-16", b"key=a"), ("no such charset", FORM + "; charset=none", b"key=%e9"),
    ("JSON", "application/json", b'{"key": "x"}'), ("deep JSON", "application/json", b"[" * 60_000),
    ("text", "text/plain", b"key=x"), ("parts", "multipart/form-data; boundary=a",
    (_PART % "").encode() + b"x\r\n--a--\r\n"),
    ("a file", "multipart/form-data; boundary=a", (_PART % '; filename="../../x"').encode() + b"x\r\n--a--\r\n"),
    ("no end", "multipart/form-data; boundary=a", (_PART % "").encode() + b"x"), ("no boundary",
    "multipart/form-data", b"--a"),
    ("no parts", "multipart/form-data; boundary=a", b"--a--\r\n"), ("rubbish",
    "multipart/form-data; boundary=a", b"\x00" * 500),
    ("1,500 parts", "multipart/form-data; boundary=a", b"".join([(_PART % "").encode() + b"x\r\n"] * 1_000) + b"--a--"),
    ("a long boundary", f"multipart/form-data; boundary={'a' * 4_000}", b"--" + b"a" * 4_000),
    ("a boundary of no letters", 'multipart/form-data; boundary="\\""', b"--"),
    ("other type", "application/octet-stream", b"key=x"), ("a type of stars", "*/*", b"key=x"),
    *(("where to go then", FORM, b"key=x&next=" + place) for place in (
        b"//evil.example", b"/\\evil.example", b"https://evil.example", b"javascript:alert(1)", b"/%0d%0aSet-Cookie:%20a=b",
        b"/%09/evil.example", b"\\\\evil.example", b"///evil.example", b"/" + b"a" * 60_000, b"/%22%3e%3cscript%3e",
        b"%20//evil",
    )),
)  # fmt: skip


def sent(guarded: Guarded, method: str, path: str, body: bytes | None, *headers: str) -> Reply:
    """What the service answers to a request from an address of its own."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", f"X-Forwarded-For: {uuid4()}", *headers]
    lines += [f"Content-Length: {len(body)}"] if body is not None else []
    return exchange(guarded.address, "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b""))


def as_key(guarded: Guarded, organization: str) -> str:
    """The header that shows an organization's key."""
    return f"Authorization: Bearer {guarded.keys[organization]}"


def is_sound(reply: Reply) -> bool:
    """Whether an answer is one that the service makes, with its headers, or the server's own refusal of what is no HTTP."""
    refused_by_server = reply.status in (400, 431) and "content-security-policy" not in reply.headers
    return reply.status < 500 and (refused_by_server or reply.headers["x-content-type-options"] == "nosniff")


@pytest.mark.parametrize("header", AUTHORIZATIONS, ids=lambda header: repr(header[:30]))
def test_no_header_but_a_key_opens(guarded: Guarded, header: str) -> None:
    """Whatever stands in Authorization in place of a key is refused with 401, or as no HTTP with 400."""
    for method, path in (("GET", "/v1/determinations"), ("GET", "/docs"), ("POST", "/v1/checks"), ("GET", "/metrics")):
        reply = sent(guarded, method, path, b"{}" if method == "POST" else None, f"Authorization: {header}")
        assert is_sound(reply) and reply.status in (400, 401, 431), f"{reply.status}: {reply.body[:200]!r}"


@pytest.mark.parametrize("cookie", COOKIES, ids=lambda cookie: repr(cookie[:30]))
def test_no_cookie_but_a_session_opens(guarded: Guarded, cookie: str) -> None:
    """Whatever stands in the cookie in place of a session opens nothing, and takes nothing from what is open."""
    for path, status in (("/v1/determinations", 401), ("/login", 200), ("/.well-known/jwks.json", 200)):
        reply = sent(guarded, "GET", path, None, f"Cookie: {cookie}")
        assert is_sound(reply) and reply.status in (status, 400, 431)
    reply = sent(guarded, "POST", "/logout", b"form_token=x", f"Cookie: {cookie}", f"Content-Type: {FORM}")
    assert is_sound(reply) and reply.status in (303, 403, 400, 431)
    assert sent(guarded, "GET", "/v1/ruleset", None, f"Cookie: {cookie}", as_key(guarded, "dealer")).status in (
        200,
        400,
        431,
    )


@pytest.mark.parametrize(("name", "media_type", "body"), FORMS, ids=[f"{n} {form[0]}" for n, form in enumerate(FORMS)])
def test_hostile_forms(guarded: Guarded, name: str, media_type: str | None, body: bytes) -> None:
    """Whatever is sent to the sign-in, the sign-out or the page that verifies begins no session and is no failure."""
    headers = [f"Content-Type: {media_type}"] if media_type else []
    for path in ("/login", "/logout", "/verify"):
        reply = sent(guarded, "POST", path, body, *headers)
        assert is_sound(reply), f"{path}: {reply.status}: {reply.body[:200]!r}"
        assert not reply.headers.get("set-cookie", "").startswith(f"__Host-levcheck={'' if path == '/login' else 'a'}")
        assert reply.headers.get("location", "/login") == "/login"


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/%0d%0aSet-Cookie: a=b",
        "/\t/evil",
        "\\/evil",
        "",
        "docs",
    ],
)
def test_signing_in_leads_nowhere_else(guarded: Guarded, place: str) -> None:
    """After a right key the browser is led to an address of this service, whatever the form asked for."""
    body = f"key={guarded.keys['dealer']}&next={quote(place, safe='')}".encode()
    reply = sent(guarded, "POST", "/login", body, f"Content-Type: {FORM}")
    assert (reply.status, reply.headers["location"]) == (303, AFTER)
    page = sent(guarded, "GET", f"/login?next={quote(place, safe='')}", None)
    assert page.status == 200 and b"evil" not in page.body


@pytest.mark.parametrize("operation", CLOSED + OPEN)
def test_hostile_queries(guarded: Guarded, operation: str) -> None:
    """A query string of whatever bytes opens nothing and is no failure, with a key and without."""
    method, path, _ = request_of(operation, str(uuid4()))
    for query in QUERIES:
        for headers in ([], [as_key(guarded, "board")], [as_key(guarded, "dealer")]):
            reply = sent(guarded, method, f"{path.split('?')[0]}?{query}", b"{}" if method == "POST" else None, *headers)
            assert is_sound(reply), f"{query[:40]}: {reply.status}: {reply.body[:200]!r}"
            assert headers or operation in OPEN or reply.status == 401


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter[:40])
def test_hostile_ids(guarded: Guarded, parameter: str) -> None:
    """Nothing is found under an id of whatever bytes, by whichever operation and role, and nothing fails."""
    for operation in [operation for operation in CLOSED if "<id>" in operation]:
        method, path, body = request_of(operation, parameter)
        content = b'{"reason": "x", "request": {}}' if "supersede" in path else b'{"reason": "x"}' if body else None
        for organization in ("dealer", "board"):
            headers = ["Content-Type: application/json", f"Idempotency-Key: {uuid4()}"] if content else []
            reply = held_to_contract(sent(guarded, method, path, content, as_key(guarded, organization), *headers))
            assert reply.status == (403 if content and organization == "board" else 404)


@pytest.mark.parametrize("body", TAKEN_OR_NOT, ids=lambda body: body.name.encode("ascii", "backslashreplace").decode())
def test_hostile_bodies_are_recorded_or_refused(guarded: Guarded, body: Body) -> None:
    """With a key a hostile body is recorded when it can be taken, and refused with the status of its fault when not."""
    headers = [f"{name}: {value}" for name, value in body.headers if name != "Authorization"]
    headers += [f"Content-Type: {body.content_type}"] if body.content_type is not None else []
    headers += [as_key(guarded, "dealer"), f"Idempotency-Key: {uuid4()}"]
    reply = held_to_contract(sent(guarded, "POST", "/v1/determinations", body.raw, *headers))
    assert reply.status in {201 if status == 200 else status for status in body.statuses}, reply.body[:300]
    if reply.status == 201:
        read = held_to_contract(sent(guarded, "GET", reply.headers["location"], None, as_key(guarded, "dealer")))
        assert (read.status, read.json["id"]) == (200, reply.json["id"])


def test_the_service_is_the_same_afterwards(guarded: Guarded) -> None:
    """After all of the above a key is asked for, a right one opens, and a record is made."""
    assert sent(guarded, "GET", "/v1/determinations", None).status == 401
    assert sent(guarded, "GET", "/v1/determinations", None, as_key(guarded, "dealer")).status == 200
    assert sent(guarded, "GET", "/readyz", None).status == 200
