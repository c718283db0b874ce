"""The listening side of the contrary proxy: one thread for each connection, one new connection to the service a request."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from levcheck_client.testing.answers import ALTERED, altered
from levcheck_client.testing.fates import Fate

HOP_BY_HOP = frozenset({"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"})
JSON_TYPES = ("application/json", "application/problem+json")
SERVICE_ANSWERS_WITHIN_S = 60.0
SILENT_S = 60.0
# Windows declares the two members of `linger` as short.
RESET_ON_CLOSE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
TITLES = {
    "not_ready": (HTTPStatus.SERVICE_UNAVAILABLE, "The service cannot answer at the moment"),
    "overloaded": (HTTPStatus.SERVICE_UNAVAILABLE, "The service has more to do than it can"),
    "idempotency_in_flight": (HTTPStatus.CONFLICT, "A request with this Idempotency-Key is still being answered"),
}


class Answer(NamedTuple):
    """An answer on its way to the client."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes


class Listener(ThreadingHTTPServer):
    """Takes connections until it is closed; closing ends them all."""

    request_queue_size = 128

    def __init__(self, target: tuple[str, int], next_fate: Callable[[], Fate], count: Callable[[str], None]) -> None:
        self.target, self.next_fate, self.count = target, next_fate, count
        self.ending = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Relay)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, and serve it in a thread."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """End every connection: a shutdown wakes the thread that waits for its next request."""
        self.ending.set()
        with self._lock:
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Relay(BaseHTTPRequestHandler):
    """One connection: each request meets its fate."""

    server: Listener
    protocol_version = "HTTP/1.1"
    timeout = SILENT_S
    disable_nagle_algorithm = True

    def relay(self) -> None:
        """Read one request, and answer it or not."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.close_connection = True
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
            return
        body = self.rfile.read(int(length))
        met = self.server.next_fate()
        if met.pause_s:
            self.server.count("delayed")
            self.server.ending.wait(met.pause_s)
        self._meet(met, body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = relay

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: `counts` tell."""

    def _meet(self, met: Fate, body: bytes) -> None:
        fault = met.fault
        if fault == "in_flight" and "Idempotency-Key" not in self.headers:
            fault = None
        if fault is not None:
            self.server.count(fault)
        if fault == "unavailable":
            self._send(self._problem(met.chance.choice(["not_ready", "overloaded"]), met.chance.choice([1, 2])))
        elif fault == "in_flight":
            self._send(self._problem("idempotency_in_flight", 1))
        elif fault == "reset_before":
            self._reset()
        else:
            self._pass(met, body)

    def _pass(self, met: Fate, body: bytes) -> None:
        try:
            answer = self._answer(body)
        except (OSError, HTTPException):
            self.server.count("unreachable")
            self._send(Answer(HTTPStatus.BAD_GATEWAY, "Bad Gateway", [], b""))
            return
        if met.fault == "reset_after":
            self._reset()
        elif met.fault == "truncated":
            self._send(answer, cut=met.chance.random())
        else:
            if met.fault == "stalled":
                self.server.ending.wait(met.stall_s)
            self._send(self._altered(answer, met))

    def _answer(self, body: bytes) -> Answer:
        """The service's own. Raises `OSError` or `HTTPException` if it gives none."""
        connection = HTTPConnection(*self.server.target, timeout=SERVICE_ANSWERS_WITHIN_S)
        with contextlib.closing(connection):
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in _end_to_end(self.headers.items()):
                connection.putheader(name, value)
            connection.putheader("Connection", "close")
            connection.endheaders(body)
            response = connection.getresponse()
            headers = _end_to_end(response.getheaders())
            return Answer(response.status, response.reason, headers, response.read())

    def _altered(self, answer: Answer, met: Fate) -> Answer:
        told = {name.lower(): value for name, value in answer.headers}
        is_json = told.get("content-type", "").partition(";")[0] in JSON_TYPES and "content-encoding" not in told
        if not (met.reordered or met.extended) or not (is_json and answer.body and self.path.startswith(ALTERED)):
            return answer
        for what in ("reordered", "extended"):
            if getattr(met, what):
                self.server.count(what)
        body = altered(answer.body, reordered=met.reordered, extended=met.extended, chance=met.chance)
        return answer._replace(body=body)

    def _problem(self, code: str, retry_after: int) -> Answer:
        status, title = TITLES[code]
        request_id = self.headers.get("X-Request-Id") or "contrary"
        body = {
            "type": f"urn:levcheck:problem:{code}", "title": title, "status": status,
            "detail": "Send the same request again in a moment.", "code": code, "request_id": request_id, "errors": [],
        }  # fmt: skip
        told = {"Content-Type": JSON_TYPES[1], "Retry-After": str(retry_after), "X-Request-Id": request_id}
        return Answer(status, status.phrase, list(told.items()), json.dumps(body).encode())

    def _send(self, answer: Answer, cut: float = 1.0) -> None:
        """The answer; with `cut` below 1, only that part of its body, and then the end of the connection."""
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.headers:
            if name.lower() != "content-length" or self.command == "HEAD":
                self.send_header(name, value)
        if self.command != "HEAD" and answer.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            self.send_header("Content-Length", str(len(answer.body)))
        if cut < 1:
            self.close_connection = True
        self.end_headers()
        self.wfile.write(answer.body[: int(len(answer.body) * cut)] if cut < 1 else answer.body)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        # Only when the reader is closed too does the socket close, here and not after an orderly end.
        self.rfile.close()
        self.connection.close()


def _end_to_end(headers: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]
