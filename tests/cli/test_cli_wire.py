"""What is told of a request that no thread has read."""

from __future__ import annotations

import pytest
from levcheck.cli.wire import is_express, is_whole

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


def test_many_spaces_cost_no_more_than_other_bytes() -> None:
    """A header that is long and all spaces, which the main thread has to look at, is looked at once."""
    assert not is_whole(START + b"Connection: a" + b" " * 60_000 + b"x\r\n\r\n")
    assert is_whole(START + b"Connection:" + b" " * 60_000 + b"keep-alive" + b"\t" * 60_000 + b"\r\n\r\n")


@pytest.mark.parametrize("more", [b"", b"Connection: close\r\n", b"Accept: */*\r\nconnection: keep-alive\r\n"])
def test_a_question_about_the_service_goes_first(more: bytes) -> None:
    """Whether the service runs and what it counts is answered before all else, however the caller means to go on."""
    for path in (b"/healthz", b"/metrics"):
        for version in (b"1.0", b"1.1"):
            assert is_express(b"GET " + path + b" HTTP/" + version + b"\r\nHost: localhost\r\n" + more + b"\r\n")


@pytest.mark.parametrize(
    "head",
    [
        START + b"\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
        b"GET /healthz HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nExpect: 100-continue\r\n\r\n",
        b"GET /healthz-not HTTP/1.1\r\n\r\n",
    ],
)
def test_what_could_keep_a_thread_waiting_does_not_go_first(head: bytes) -> None:
    """A request that asks something else, has not come to its end, or tells of a body, waits for its turn."""
    assert not is_express(head)
