"""A worker by itself: refusals that their caller does not take, and its end."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator

import pytest
from flask import Flask
from gunicorn.config import Config
from levcheck.api.overload import Answer
from levcheck.cli.connections import PacedConnection
from levcheck.cli.worker import BoundedWorker

ASKED = b"GET /v1/ruleset HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def worker(app: Flask) -> Iterator[BoundedWorker]:
    """A worker that only refuses."""
    made = BoundedWorker(0, 0, [], None, 30, Config(), None)
    made.poller = selectors.DefaultSelector()
    made.overloaded = Answer(app, "overloaded", "Too many requests wait already.")
    yield made
    made.poller.close()
    made.tmp.close()


def test_a_refusal_that_does_not_fit_is_the_last(worker: BoundedWorker) -> None:
    """Where a caller has read none of its answers and the next refusal cannot be sent whole, its connection is let go."""
    mine, its = socket.socketpair()
    with its:
        its.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
        conn, refusals = PacedConnection(worker.cfg, mine, "", "", window_s=1.0), 0
        worker.nr_conns = 1
        while not worker.leaving:
            assert (refusals := refusals + 1) < 1_000
            its.sendall(ASKED)
            worker._refuse(conn)
            if worker.keepalived_conns:
                worker.poller.unregister(worker.keepalived_conns.pop().sock)
        worker._close(worker.leaving.pop())
        its.settimeout(5)
        received = b""
        while piece := its.recv(65_536):
            received += piece
    assert received.count(b"HTTP/1.1 503") in (refusals - 1, refusals) and refusals > 1
    assert worker.nr_conns == 0


def test_it_stops_taking_once(worker: BoundedWorker) -> None:
    """Told twice to take no more connections, as where a signal comes while there are too many, it does so once."""
    worker.sockets, worker.alive = [socket.create_server(("127.0.0.1", 0))], False
    worker.sockets[0].setblocking(False)
    with socket.create_connection(worker.sockets[0].getsockname()):
        for _ in range(2):
            worker.set_accept_enabled(False)
        assert len(worker.pending_conns) == worker.nr_conns == 1
        worker._close(worker.pending_conns.pop())
