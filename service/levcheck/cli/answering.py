"""Answers that are sent whole: gunicorn sends a head and its body apart.

A worker that is killed between the two leaves its caller half an answer, which no proxy can ask another replica for again.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

_IN_PIECES = b"\r\nTransfer-Encoding: chunked\r\n"


class Whole:
    """A socket that keeps the head of an answer until its body comes, unless that comes in pieces, each when it is ready.

    `rest` sends a head that no body followed.
    """

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._head = b""
        self._has_begun = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def sendall(self, data: bytes) -> None:
        """Send what is kept together with what follows it."""
        if not self._has_begun and _IN_PIECES not in data:
            self._head = data
        else:
            head, self._head = self._head, b""
            self._sock.sendall(head + data)
        self._has_begun = True

    def sendfile(self, *args: Any, **kwargs: Any) -> Any:
        """Send a file after its head."""
        self.rest()
        return self._sock.sendfile(*args, **kwargs)

    def rest(self) -> None:
        """Send what is still kept."""
        if self._head:
            head, self._head = self._head, b""
            self._sock.sendall(head)


def answered_whole(conn: Any) -> Any:
    """A connection as gunicorn's `handle_request` wants it, whose socket is a `Whole`."""
    return SimpleNamespace(sock=Whole(conn.sock), client=conn.client, server=conn.server)
