"""What can be told of a request before a thread reads it."""

from __future__ import annotations

import re
import socket
from typing import Any

PEEKED = 4_096
EXPRESS = (b"GET /healthz ", b"GET /metrics ")
"""Answered also under overload: otherwise the service would be restarted, or nobody could see, just then."""
_PLAIN = re.compile(rb"[A-Z]+ [!-~]+ HTTP/1\.1(\r\n[!-9;-~]+:[^\r\n]*)*")
_FRAMING = re.compile(rb"(?i)\r\n(content-length|transfer-encoding|connection|expect):([^\r\n]*)")
_USUAL = (b"connection", b"keep-alive")


def peeked(conn: Any) -> bytes | None:
    """What has come from a caller and is not read yet; empty if it has hung up, None if it is silent."""
    try:
        received: bytes = conn.sock.recv(PEEKED, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        return b""
    return received


def read_ahead(conn: Any) -> bytes:
    """What a thread has read of the next request together with the last one: it comes before all that can be peeked at."""
    ahead: bytes = conn.parser.unreader.buf.getvalue() if conn.initialized else b""
    return ahead


def is_express(head: bytes) -> bool:
    """Whether a request is to be answered before all others: it is whole, so that it keeps no thread waiting."""
    has_no_body = all(name == b"connection" for name, _ in _framing(head))
    return head.startswith(EXPRESS) and head.endswith(b"\r\n\r\n") and has_no_body


def is_whole(received: bytes) -> bool:
    """Whether what was received is one plain request of HTTP/1.1 to its end, after which its caller may send another."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end or not _PLAIN.fullmatch(head):
        return False
    framing = [told for told in _framing(head) if told != _USUAL]
    return framing == [(b"content-length", b"%d" % len(body))] or not (framing or body)


def _framing(head: bytes) -> list[tuple[bytes, bytes]]:
    return [(name.lower(), value.strip(b" \t").lower()) for name, value in _FRAMING.findall(head)]
