"""Answers leave a worker whole."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from levcheck.cli.answering import Whole

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
IN_PIECES = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def line() -> Iterator[tuple[Whole, socket.socket]]:
    """A socket that answers, and one that gets each write by itself."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.settimeout(1)
    with ours, theirs:
        yield Whole(ours), theirs


def test_a_head_goes_with_its_body(line: tuple[Whole, socket.socket]) -> None:
    """Head and body are one write: no caller is left with a head alone."""
    whole, theirs = line
    whole.sendall(HEAD)
    whole.sendall(b"{")
    whole.sendall(b"}")
    assert [theirs.recv(100), theirs.recv(100)] == [HEAD + b"{", b"}"]


def test_a_head_without_a_body_is_sent(line: tuple[Whole, socket.socket]) -> None:
    """An answer of a head alone is sent once it has ended, and once only."""
    whole, theirs = line
    whole.sendall(HEAD)
    whole.rest()
    whole.rest()
    whole.sendall(b"{}")
    assert [theirs.recv(100), theirs.recv(100)] == [HEAD, b"{}"]


def test_what_comes_in_pieces_begins_at_once(line: tuple[Whole, socket.socket]) -> None:
    """The head of an answer of unknown length does not wait for the first piece."""
    whole, theirs = line
    whole.sendall(IN_PIECES)
    assert theirs.recv(100) == IN_PIECES
