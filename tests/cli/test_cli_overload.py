"""`levcheck serve` when more is asked of it than it can do, or by callers who ask nothing."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import psutil
import pytest
from levcheck.cli.connections import SILENCE_S
from levcheck.cli.worker import MOST_CONNECTIONS, MOST_WAITING
from operation.callers import CHECK, THREADS, Service, service
from records.serving import until

REFUSALS = "levcheck_overload_refusals_total"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with one worker."""
    with service(tmp_path_factory.mktemp("data")) as started:
        yield started


@pytest.fixture
def busy(running: Service) -> Iterator[Service]:
    """A service whose threads can be held, and to which nobody is connected."""
    yield running
    running.close()


def test_what_waits_too_long_is_refused(busy: Service) -> None:
    """With every thread held a request is refused in words, its caller told when to come back; the held ones go through."""
    with busy.held() as held:
        reply = busy.line().ask("POST", "/v1/checks", CHECK, X_Request_Id="deal-48213").answer()
        assert (reply.status, reply.json["code"]) == (503, "overloaded")
        assert reply.headers["retry-after"] in ("1", "2", "3")
        assert reply.headers["x-request-id"] == reply.json["request_id"] == "deal-48213"
        assert not any(line.is_answered() for line in held)
    assert [line.answer().status for line in held] == [201] * THREADS
    assert busy.line().check().answer().status == 200


def test_it_says_that_it_lives(busy: Service) -> None:
    """With every thread held the service still answers that it runs, and shows its metrics."""
    with busy.held():
        assert busy.get("/healthz").status == 200
        before = busy.metric(REFUSALS)
        assert busy.line().check().answer().status == 503
        assert busy.metric(REFUSALS) == before + 1
        assert busy.metric("levcheck_store_up") == 0
    assert busy.metric("levcheck_store_up") == 1


def test_more_than_may_wait_are_refused_before_those_that_wait(busy: Service) -> None:
    """As many as may wait do; whoever comes after them is refused first."""
    with busy.held():
        waiting = [busy.line().check() for _ in range(MOST_WAITING)]
        late = [busy.line().check() for _ in range(8)]
        assert [line.answer().status for line in late] == [503] * 8
        assert not waiting[-1].is_answered()
        assert [line.answer().status for line in waiting] == [503] * MOST_WAITING


def test_a_refusal_reaches_who_is_still_sending(busy: Service) -> None:
    """Whoever is refused in the middle of a long body reads the refusal, not a reset connection."""
    with busy.held():
        [busy.line().check() for _ in range(MOST_WAITING)]
        for size in (60_000, 900_000):
            line = busy.line().ask("POST", "/v1/checks", b" " * size)
            reply = line.answer()
            assert (reply.status, reply.json["code"]) == (503, "overloaded")
            assert line.is_closed()


def test_a_refusal_of_head_has_no_body(busy: Service) -> None:
    """HEAD is refused with headers alone."""
    with busy.held():
        line = busy.line().ask("HEAD", "/v1/ruleset", Connection="close")
        assert (line.answer().status, line.is_closed()) == (503, True)


def test_whoever_is_refused_may_ask_again_there(busy: Service) -> None:
    """A connection outlives a refusal, whether it is new or was used before, and its next request is served."""
    with busy.held() as held:
        new, used = busy.line(), busy.line().ask("GET", "/healthz")
        assert used.answer().status == 200
        for line in (new, used):
            reply = line.check().answer()
            assert (reply.status, reply.json["code"], reply.headers["connection"]) == (503, "overloaded", "keep-alive")
    assert [line.answer().status for line in held] == [201] * THREADS
    assert [line.check().answer().status for line in (new, used)] == [200, 200]


@pytest.mark.parametrize("more", [0, 1])
def test_whoever_sends_ahead_is_let_go(busy: Service, more: int) -> None:
    """Of requests that were sent before the answers came, the one that waits is refused in words and the connection closed:
    what is answered there next would be taken for another's answer.
    """
    with busy.held() as held:
        ahead = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        line = busy.line()
        line.socket.sendall(
            ahead + ahead.replace(b"/healthz", b"/v1/ruleset").replace(b"Host", b"X-Request-Id: second\r\nHost")
        )
        line.asked = ("GET", "/healthz")
        assert line.answer().status == 200
        for _ in range(more):
            line.check()
        line.asked = ("GET", "/v1/ruleset")
        reply = line.answer()
        assert (reply.status, reply.headers["connection"], reply.json["request_id"]) == (503, "close", "second")
        assert line.is_closed()
    assert [line.answer().status for line in held] == [201] * THREADS


def test_silent_callers_keep_nobody_waiting(busy: Service) -> None:
    """Callers who connect and say nothing hold no thread; each is let go in the end."""
    silent = [busy.line() for _ in range(5 * THREADS)]
    assert busy.line().check().answer().status == 200
    until(lambda: all(line.is_answered() for line in silent), "the silent ones are let go", SILENCE_S + 5)


def test_idle_connections_give_way(busy: Service) -> None:
    """More connections than may be open keep nobody out: the oldest idle ones are closed instead."""
    silent = [busy.line() for _ in range(MOST_CONNECTIONS + 50)]
    assert busy.line().check().answer().status == 200
    assert sum(line.is_answered() for line in silent) >= 50
    assert not silent[-1].is_answered()


def test_idle_connections_that_give_way_as_they_ask(busy: Service) -> None:
    """Where old connections ask something at the moment in which new ones need their room, the worker stays the same."""
    (worker,) = psutil.Process(busy.process.pid).children()
    kept = [busy.line().ask("GET", "/healthz") for _ in range(MOST_CONNECTIONS - 1)]
    assert {line.answer().status for line in kept} == {200}
    worker.suspend()  # so that it finds everything at once: first the new connections, then what the old ones ask
    new = [busy.line().ask("GET", "/healthz") for _ in range(64)]
    for line in kept:
        with contextlib.suppress(ConnectionError):  # some have given way before
            line.ask("GET", "/healthz")
    worker.resume()
    assert {line.answer().status for line in new} == {200}
    assert psutil.Process(busy.process.pid).children() == [worker]


def test_requests_that_came_while_it_was_held_up(busy: Service) -> None:
    """A request that came in time is answered, though the worker finds it when the time of its connection is over."""
    (worker,) = psutil.Process(busy.process.pid).children()
    for _ in range(3):
        kept = [busy.line().ask("GET", "/healthz") for _ in range(MOST_WAITING)]
        assert {line.answer().status for line in kept} == {200}
        worker.suspend()
        for line in kept:
            line.check()
        time.sleep(2.2)  # gunicorn keeps an idle connection for 2 s
        worker.resume()
        assert {line.answer().status for line in kept} <= {200, 503}


def test_callers_that_do_not_hang_up_stop_nothing(busy: Service) -> None:
    """A caller that keeps its end open after its last answer holds nothing up."""
    for _ in range(3 * THREADS):
        assert busy.line().ask("GET", "/healthz", Connection="close").answer().status == 200
    with contextlib.closing(busy.line().socket):
        assert busy.line().check().answer().status == 200
