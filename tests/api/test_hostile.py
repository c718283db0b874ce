"""Hostile requests against the real service: it refuses them in words, and is the same afterwards."""

from __future__ import annotations

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPResponse
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from api.hostile import BODIES, PARAMETERS, QUERIES, SLASHES, WIRES, Body, Wire
from api.validation import JSON, Reply, held_to_contract

GETS = ("/healthz", "/readyz", "/v1/regulation", "/v1/ruleset", "/v1/vehicles/1FTEW3LP9SKE98169", "/docs", "/openapi.json")
PREFIXES = {"/v1/vehicles/": {422}, "/v1/certifications/": {404, 422}, "/v1/regulation/provisions/": {404}}
ORDINARY = Body(
    "an ordinary sale",
    b'{"transaction": {"type": "sale", "date": "2025-06-01"}, "vehicle": {"vin": "1FTEW3LP9SKE98169", "mileage": 12, '
    b'"certification": {"california": true}}, "seller": {"type": "dealer"}, "buyer": {"type": "individual"}, '
    b'"destination": {"state": "VA"}}',
    frozenset({200}),
)
CALLERS = 8  # as many as the two workers have threads
GROWTH_KB = 6 * 1024


def exchange(server: str, raw: bytes, *, half_close: bool = False) -> Reply:
    """Send bytes, read one whole answer."""
    method, path = [*raw.split(b" ", 2), b""][:2]
    address = urlsplit(server)
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=30) as connection:
        try:
            connection.sendall(raw)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent: the answer is there to be read
        response = HTTPResponse(connection, method=method.decode("latin-1"))
        response.begin()
        body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(method.decode("latin-1"), urlsplit(path.decode("latin-1")).path, response.status, headers, body)


def request(method: str, path: str, body: Body | None = None) -> bytes:
    """A request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    if body is not None:
        lines += [f"Content-Type: {body.content_type}"] if body.content_type is not None else []
        lines += [f"{name}: {value}" for name, value in body.headers]
        lines += [f"Content-Length: {len(body.raw)}"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body.raw if body is not None else b"")


def check_body(server: str, body: Body) -> None:
    reply = held_to_contract(exchange(server, request("POST", "/v1/checks", body)))
    assert reply.status in body.statuses, f"{reply.status}: {reply.body[:300]!r}"
    if reply.status == 400:
        assert reply.json["code"] == "malformed_json"


def _content(reply: Reply) -> Any:
    """What an answer says, but for the moment at which it was signed."""
    if reply.headers["content-type"] != JSON:
        return reply.body
    return {name: value for name, value in reply.json.items() if name not in ("issued", "expires", "signature")}


def check_wire(server: str, wire: Wire) -> None:
    reply = exchange(server, wire.raw, half_close=wire.half_close)
    assert reply.status in wire.statuses, f"{reply.status}: {reply.body[:300]!r}"
    if not (wire.by_server and "x-request-id" not in reply.headers):
        held_to_contract(reply)


def check_parameter(server: str, prefix: str, parameter: str) -> None:
    reply = held_to_contract(exchange(server, request("GET", prefix + parameter)))
    assert reply.status in PREFIXES[prefix], f"{reply.status}: {reply.body[:300]!r}"


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.name.encode("ascii", "backslashreplace").decode())
def test_hostile_body(server: str, body: Body) -> None:
    """A body that cannot be taken is refused with the status of its fault in a problem document; none is ever a failure."""
    check_body(server, body)


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
def test_hostile_bytes(server: str, wire: Wire) -> None:
    """Bytes that are not HTTP, or only just, are refused with a status of 4xx and never half understood."""
    check_wire(server, wire)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter[:40])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_hostile_address(server: str, prefix: str, parameter: str) -> None:
    """Nothing is found under a name that is no VIN, test group or citation, and the answer says so in a problem document."""
    check_parameter(server, prefix, parameter)


@pytest.mark.parametrize("parameter", SLASHES)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_hostile_address_with_slashes(server: str, prefix: str, parameter: str) -> None:
    """No name leads out of its place in the address."""
    assert held_to_contract(exchange(server, request("GET", prefix + parameter))).status == 404


@pytest.mark.parametrize("path", GETS)
@pytest.mark.slow
def test_hostile_bodies_where_none_is_read(server: str, path: str) -> None:
    """An address that reads no body answers as ever whatever body it is sent, and takes none by POST."""
    usual = exchange(server, request("GET", path))
    wrong = []
    for body in BODIES:
        reply = exchange(server, request("GET", path, body))
        refused = held_to_contract(exchange(server, request("POST", path, body)))
        if (reply.status, _content(reply), refused.status) != (200, _content(usual), 405):
            wrong.append((body.name, reply.status, refused.status))
    assert wrong == []


@pytest.mark.parametrize("path", GETS)
def test_hostile_queries(server: str, path: str) -> None:
    """A query string, of whatever bytes, changes no answer."""
    usual = exchange(server, request("GET", path))
    replies = {query: exchange(server, request("GET", f"{path}?{query}")) for query in QUERIES}
    assert [query[:40] for query, reply in replies.items() if _content(reply) != _content(usual)] == []


def test_hostile_queries_on_checks(server: str) -> None:
    """A query string, of whatever bytes, is refused in words where it names anything but `include`, and else is nothing."""
    replies = [held_to_contract(exchange(server, request("POST", f"/v1/checks?{query}", ORDINARY))) for query in QUERIES]
    assert {(reply.status, reply.json.get("verdict")) for reply in replies} == {(200, "permitted"), (422, None)}


def test_requests_on_one_connection_stay_apart(server: str) -> None:
    """What is left of a body that was not read is never taken for the next request: that is answered, or the line closed."""
    smuggled = b"GET /v1/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    address = urlsplit(server)
    ordinary = request("GET", "/healthz")
    for length in (len(smuggled), 70_000):
        first = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % length + smuggled.ljust(length)
        with socket.create_connection((str(address.hostname), address.port or 0), timeout=30) as connection:
            connection.sendall(first + ordinary)
            received = b"".join(iter(lambda: connection.recv(65_536), b""))
        assert received.count(b"HTTP/1.1 ") == received.count(b"HTTP/1.1 200 ") >= 1


@pytest.mark.slow
def test_memory_and_workers_stay(server: str) -> None:
    """After the whole corpus three times over the same workers run, no more than a few MB larger, and check as ever."""
    before = _warmed_up(server)
    assert len(before) == 2
    for _ in range(3):
        _everything(server)
    after = {pid: _resident_kb(pid) for pid in _workers(server)}
    assert set(after) == set(before), "a worker ended and was replaced"
    grown = {pid: after[pid] - before[pid] for pid in before}
    assert max(grown.values()) < GROWTH_KB, grown
    reply = held_to_contract(exchange(server, request("POST", "/v1/checks", ORDINARY)))
    assert (reply.status, reply.json["verdict"]) == (200, "permitted")


def _warmed_up(server: str) -> dict[int, int]:
    """The most memory in KB that each worker kept while every thread of it met the largest requests."""
    most: dict[int, int] = {}
    with ThreadPoolExecutor(CALLERS) as pool:
        for _ in range(2):
            list(pool.map(_everything, [server] * CALLERS))
            most = {pid: max(most.get(pid, 0), _resident_kb(pid)) for pid in _workers(server)}
    return most


def _everything(server: str) -> None:
    for body in BODIES:
        check_body(server, body)
    for wire in WIRES:
        check_wire(server, wire)
    for prefix, parameter in product(PREFIXES, PARAMETERS):
        check_parameter(server, prefix, parameter)


def _workers(server: str) -> list[int]:
    """The service's worker processes: those that serve this port and are children of another one that does."""
    serving = {int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _serves(entry, server)}
    return sorted(pid for pid in serving if _parent(pid) in serving)


def _serves(process: Path, server: str) -> bool:
    try:
        arguments = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"serve" in arguments and server.rsplit(":", 1)[1].encode() in arguments


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _resident_kb(pid: int) -> int:
    """The resident memory of a process in KB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
