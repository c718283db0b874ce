"""Callers that send slowly."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterable

import pytest
from gunicorn.config import Config
from levcheck.cli import pace
from levcheck.cli.connections import PacedConnection
from levcheck.cli.pace import LEAST_A_SECOND, Paced

WINDOW_S = 10.0


def taken(pieces: Iterable[bytes], apart_s: float) -> int:
    """Bytes that are read of pieces that come so far apart, before the caller is let go."""
    now, coming, came = 0.0, iter(pieces), 0

    def read() -> bytes:
        nonlocal now
        now += apart_s
        return next(coming)

    paced = Paced(read, WINDOW_S, lambda: now)
    try:
        while True:
            came += len(paced())
    except ConnectionResetError:
        return came
    except StopIteration:
        return -came  # never let go


def test_a_byte_now_and_then_is_too_slow() -> None:
    """A caller that is never silent for long, but sends next to nothing, is let go within two windows."""
    assert 0 <= taken(itertools.repeat(b"x"), 9.0) * 9.0 < 2 * WINDOW_S


def test_what_was_sent_before_buys_no_time() -> None:
    """A caller that sent a great deal at once must go on at the pace all the same."""
    pieces = itertools.chain([b"x" * 100_000_000], itertools.repeat(b"x"))
    assert 0 <= taken(pieces, 9.0) - 100_000_000 < 5


def test_who_keeps_the_pace_is_never_let_go() -> None:
    """A caller that sends as much as is asked for is read for ever, in whatever pieces it sends."""
    for apart_s in (0.01, 1.0, WINDOW_S - 1):
        piece = b"x" * (int(LEAST_A_SECOND * apart_s) + 1)
        assert taken([piece] * 1_000, apart_s) == -1_000 * len(piece)


@pytest.mark.parametrize("head", [b"", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"])
def test_head_and_body_are_held_to_the_pace(monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    """A connection reads both the head of a request and its body at the pace, a byte at a time or not."""
    monkeypatch.setattr(pace, "LEAST_A_SECOND", 1e12)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection = PacedConnection(Config(), ours, ("127.0.0.1", 1), ("127.0.0.1", 2), window_s=-1.0)  # each read ends one
        connection.init()
        connection.parser.unreader.buf.write(head)
        theirs.sendall(b"5\r\nhe")
        with pytest.raises(ConnectionResetError):
            next(connection.parser).body.read(5)
