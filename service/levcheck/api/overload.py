"""The problem documents that the server answers by itself, made once and sent without running the application."""

from __future__ import annotations

import random
import re
import secrets

from flask import Flask, g

from .problems import Problem

_REQUEST_ID = re.compile(rb"\r\n[Xx]-[Rr]equest-[Ii]d:[ \t]*([A-Za-z0-9._-]{1,64})[ \t]*\r\n")
_MARK = "request-id-goes-here"
RETRY_AFTER_S = (1, 3)
"""Whoever is refused comes back after a time of its own, so that not all come back at once."""


class Answer:
    """A problem document as bytes, with the headers of every answer; the connection is closed after it, unless `keeps`."""

    def __init__(self, app: Flask, code: str, detail: str) -> None:
        with app.test_request_context("/", base_url="http://localhost"):
            g.request_id = _MARK
            response = app.process_response(Problem(code, detail).response())
        lines = [f"HTTP/1.1 {response.status}"]
        lines += [f"{name}: {value}" for name, value in response.headers if name != "Content-Length"]
        self.body = response.get_data().split(_MARK.encode())
        self.head = "\r\n".join(lines).encode().split(_MARK.encode())
        self.status = response.status_code

    def to(self, received: bytes, request_id: bytes = b"", *, keeps: bool = False) -> bytes:
        """The answer to what was received of a request, under the given id, or the one that the request names."""
        if not request_id:
            named = _REQUEST_ID.search(received)
            request_id = named[1] if named else secrets.token_hex(8).encode()
        body = request_id.join(self.body)
        more = b"Connection: %s\r\nContent-Length: %d\r\n" % (b"keep-alive" if keeps else b"close", len(body))
        if self.status == 503:
            more += b"Retry-After: %d\r\n" % random.randint(*RETRY_AFTER_S)
        head = request_id.join(self.head) + b"\r\n" + more + b"\r\n"
        return head if received.startswith(b"HEAD ") else head + body
