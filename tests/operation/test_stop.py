"""A service that is told to stop: what it has taken it finishes, and it takes no longer than that."""

from __future__ import annotations

import http.client
import os
import signal
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.running import PATIENCE
from gunicorn.config import Config
from levcheck.cli.worker import BoundedWorker
from operation.callers import THREADS, Line, Service, service
from records.serving import until

pytestmark = pytest.mark.slow
CLIENTS = 24
LONGEST_STOP_S = 8.0  # the longest wait for the store (5 s), the 2 s for callers that may be sending, and one more
ENDS = pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Service]:
    """A service with one worker."""
    with service(tmp_path) as started:
        yield started


class Clerk(threading.Thread):
    """A client that records one sale after the other on a kept connection until the service is gone."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.acknowledged: list[str] = []
        self.wrong: list[str] = []

    def run(self) -> None:
        line: Line | None = None
        while True:
            key = uuid.uuid4().hex
            try:
                line = line or Line(self.port)
            except OSError:
                return
            try:
                reply = line.record(key).answer()
            except http.client.RemoteDisconnected:  # closed before a byte of the answer
                line.socket.close()
                line = None
                continue
            except ConnectionError:
                line.socket.close()
                line = None
                continue
            except http.client.HTTPException as error:
                self.wrong.append(f"half an answer: {error!r}")
                return
            if reply.status == 201:
                self.acknowledged.append(key)
            elif reply.json["code"] != "overloaded":
                self.wrong.append(f"{reply.status} {reply.json['code']}")
            if reply.headers.get("connection") == "close":
                line.socket.close()
                line = None


@ENDS
def test_it_stops_under_load(running: Service, sent: signal.Signals) -> None:
    """Told to stop under load it ends soon, answers nothing by half, and has acknowledged exactly what it recorded."""
    clerks = [Clerk(running.port) for _ in range(CLIENTS)]
    for clerk in clerks:
        clerk.start()
    while sum(len(clerk.acknowledged) for clerk in clerks) < 200:
        time.sleep(0.01)
    running.process.send_signal(sent)
    told = time.monotonic()
    running.process.wait(PATIENCE)
    took = time.monotonic() - told
    for clerk in clerks:
        clerk.join()
    with sqlite3.connect(running.data / "levcheck.sqlite3") as store:
        kept = {key for (key,) in store.execute("SELECT idempotency_key FROM determinations")}
    store.close()
    assert [wrong for clerk in clerks for wrong in clerk.wrong] == []
    assert kept == {key for clerk in clerks for key in clerk.acknowledged}
    assert running.process.returncode == 0
    assert took < LONGEST_STOP_S


def is_refused(port: int) -> bool:
    """Whether nobody listens there."""
    try:
        Line(port).socket.close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # it was being closed just now
        pass
    return False


@ENDS
def test_it_finishes_what_it_has_taken(running: Service, sent: signal.Signals) -> None:
    """Requests that it has taken are answered, also on kept connections; who comes later is refused at once."""
    kept = running.line().ask("GET", "/healthz")
    assert kept.answer().headers["connection"] == "keep-alive"
    with running.held() as held:
        waiting = running.line().check()
        idle = running.line()
        assert kept.ask("GET", "/healthz").answer().status == 200
        running.process.send_signal(sent)
        until(lambda: is_refused(running.port), "the port is closed")
        last = kept.ask("GET", "/healthz").answer()
        assert (last.status, last.headers["connection"], kept.is_closed()) == (200, "close", True)
    for line in held:
        assert (line.answer().status, line.is_closed()) == (201, True)
    assert waiting.answer().status in (200, 503)
    assert idle.is_closed()
    assert running.process.wait(PATIENCE) == 0


def test_it_stops_with_idle_callers(running: Service) -> None:
    """Callers that keep connections open and ask nothing do not keep it from ending soon."""
    silent = [running.line() for _ in range(20)]
    for line in (idle := [running.line() for _ in range(20)]):
        assert line.ask("GET", "/healthz").answer().status == 200
    told = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(PATIENCE) == 0
    assert time.monotonic() - told < LONGEST_STOP_S
    assert all(line.is_closed() for line in silent + idle)


def test_a_signal_finds_no_lock() -> None:
    """A signal that comes while a request is handed to the threads ends the worker: it takes no lock that this holds."""
    worker = BoundedWorker(1, os.getpid(), [], None, 30, Config(), None)
    worker.method_queue.init()
    worker.tpool = worker.get_thread_pool()
    ending = threading.Thread(target=worker.handle_quit, args=[signal.SIGQUIT, None], daemon=True)
    with worker.tpool._shutdown_lock:
        ending.start()
        ending.join(PATIENCE)
        assert not ending.is_alive()
    assert not worker.alive
    worker.method_queue.close()
    worker.tmp.close()


def test_a_second_signal_changes_nothing(running: Service) -> None:
    """Interrupted again while it finishes its work, it still finishes it."""
    with running.held() as held:
        for _ in range(3):
            running.process.send_signal(signal.SIGINT)
            time.sleep(0.2)
    assert [line.answer().status for line in held] == [201] * THREADS
    assert running.process.wait(PATIENCE) == 0
