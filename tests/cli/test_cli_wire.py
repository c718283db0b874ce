"""What is told of a request that no thread has read."""

from __future__ import annotations

import pytest
from levcheck.cli.wire import is_whole

START = b"POST /v1/checks HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    "received",
    [
        START + b"\r\n",
        START + b"Content-Length: 2\r\n\r\n{}",
        START + b"content-length:2 \r\nConnection: Keep-Alive\r\n\r\n{}",
    ],
)
def test_a_plain_request_is_whole(received: bytes) -> None:
    """A plain request that came to its end is known to be whole."""
    assert is_whole(received)


@pytest.mark.parametrize(
    "received",
    [
        b"",
        START,
        START + b"Content-Length: 2\r\n\r\n{",
        START + b"Content-Length: 2\r\n\r\n{}{",
        START + b"\r\n{}",
        START + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        START + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        START + b"Transfer-Encoding: chunked\r\n\r\n",
        START + b"Content-Length: +2\r\n\r\n{}",
        START + b"Content-Length: 02\r\n\r\n{}",
        START + b"Content-Length : 2\r\n\r\n{}",
        START + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n{}",
        START + b"X: a\nContent-Length: 2\r\n\r\n",
        START + b"X: a\r\n more\r\n\r\n",
        START + b"Connection: close\r\n\r\n",
        START + b"Connection: keep-alive, close\r\n\r\n",
        START + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
        START.replace(b"1.1", b"1.0") + b"\r\n",
        START.replace(b" HTTP/1.1", b"") + b"\r\n",
    ],
)
def test_all_else_is_not(received: bytes) -> None:
    """Where there is any doubt about a request's end, or its caller lets go, it is not: the connection is then closed."""
    assert not is_whole(received)
