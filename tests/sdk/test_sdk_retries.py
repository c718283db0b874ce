"""When a call is made again, and when not. No test here waits."""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from typing import Any

import pytest
import requests
import responses
from levcheck_client import Client, ConnectionFailed, DeadlineExceeded, ProblemError
from levcheck_client.problems import retry_after_seconds

Checks = Callable[..., responses.BaseResponse]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_passing_troubles_are_tried_again(
    client: Client, checks: Checks, service: responses.RequestsMock, answer_text: str, status: int
) -> None:
    """A status that may pass is tried again, under the same request id, until the answer comes."""
    checks(status=status)
    checks(status=status)
    checks(body=answer_text)
    assert client.check({}).permitted
    assert len(service.calls) == 3
    assert len({call.request.headers["X-Request-Id"] for call in service.calls}) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 422, 501])
def test_lasting_troubles_are_not(client: Client, checks: Checks, service: responses.RequestsMock, status: int) -> None:
    """A status that will not pass is raised at once."""
    checks(status=status)
    with pytest.raises(ProblemError) as caught:
        client.check({})
    assert not caught.value.retryable
    assert len(service.calls) == 1


def test_a_call_still_in_flight_is_tried_again(client: Client, checks: Checks, answer_text: str) -> None:
    """A 409 is tried again only when its code says that the first call is still under way."""
    checks(status=409, json={"code": "idempotency_in_flight"})
    checks(body=answer_text)
    assert client.check({}).permitted


@pytest.mark.parametrize("failure", [requests.exceptions.ConnectionError("x"), requests.exceptions.ReadTimeout("x")])
def test_lost_connections_are_tried_again(client: Client, checks: Checks, answer_text: str, failure: Exception) -> None:
    """A lost connection or a read time-out is tried again."""
    checks(body=failure)
    checks(body=answer_text)
    assert client.check({}).permitted


def test_retries_come_to_an_end(client: Client, checks: Checks, service: responses.RequestsMock) -> None:
    """After max_retries further attempts the last error is raised, marked retryable."""
    checks(status=503, json={"code": "unavailable"})
    with pytest.raises(ProblemError) as caught:
        client.check({})
    assert (caught.value.retryable, caught.value.code) == (True, "unavailable")
    assert len(service.calls) == 3


def test_no_retries_if_none_are_wanted(time: Any, checks: Checks, service: responses.RequestsMock) -> None:
    """max_retries=0 makes one attempt."""
    checks(body=requests.exceptions.ConnectionError("x"))
    with pytest.raises(ConnectionFailed):
        Client("http://levcheck.test", max_retries=0, _timing=time.timing()).check({})
    assert len(service.calls) == 1


def test_pauses_grow_and_are_drawn_at_random(client: Client, checks: Checks, time: Any) -> None:
    """The pause before each retry is drawn between nothing and a bound that doubles."""
    checks(status=503)
    with pytest.raises(ProblemError):
        client.check({})
    time.draw = 0.0
    with pytest.raises(ProblemError):
        client.check({})
    assert time.slept == [0.125, 0.25, 0.0, 0.0]


def test_retry_after_is_obeyed(client: Client, checks: Checks, answer_text: str, time: Any) -> None:
    """A Retry-After that fits in the deadline is waited for, in seconds or as a date."""
    checks(status=429, headers={"Retry-After": "3"})
    checks(status=503, headers={"Retry-After": formatdate(1_750_000_000 + 5, usegmt=True)})
    checks(body=answer_text)
    assert client.check({}).permitted
    assert time.slept == [3.0, 2.0]


@pytest.mark.parametrize("header", ["8", "3600", "9" * 400, "Wed, 21 Oct 2099 07:28:00 GMT", "Wed Oct 21 07:28:00 2099"])
def test_a_retry_after_beyond_the_deadline_gives_up_at_once(
    client: Client, checks: Checks, service: responses.RequestsMock, time: Any, header: str
) -> None:
    """A Retry-After that does not fit in the deadline raises the retryable error without waiting."""
    checks(status=503, headers={"Retry-After": header})
    with pytest.raises(ProblemError) as caught:
        client.check({})
    assert caught.value.retryable
    assert caught.value.retry_after is not None and caught.value.retry_after >= 8
    assert (len(service.calls), time.slept) == (1, [])


def test_a_retry_after_that_has_passed_is_no_wait(client: Client, checks: Checks, answer_text: str, time: Any) -> None:
    """A Retry-After whose date has passed is no wait at all."""
    checks(status=503, headers={"Retry-After": formatdate(1_750_000_000 - 60, usegmt=True)})
    checks(body=answer_text)
    assert client.check({}).permitted
    assert time.slept == [0.0]


def test_a_date_without_a_zone_is_in_gmt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The HTTP date format that names no zone is read as GMT, wherever the client stands."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "EST5")
        clock.tzset()
        assert retry_after_seconds("Sun Jun 15 15:06:45 2025", 1_750_000_000) == 5
    clock.tzset()


@pytest.mark.parametrize("header", ["soon", "-5", "1.5.1", ""])
def test_a_retry_after_that_says_nothing_is_left_aside(
    client: Client, checks: Checks, answer_text: str, time: Any, header: str
) -> None:
    """A Retry-After that cannot be read gives way to the client's own pause."""
    checks(status=503, headers={"Retry-After": header})
    checks(body=answer_text)
    assert client.check({}).permitted
    assert time.slept == [0.125]


def test_a_spent_deadline_ends_the_call(client: Client, service: responses.RequestsMock, time: Any) -> None:
    """A connection that fails as the deadline passes is a DeadlineExceeded that keeps what went before as its cause."""

    def slow_failure(request: requests.PreparedRequest) -> Any:
        time.elapsed += 5
        raise requests.exceptions.ReadTimeout("x")

    service.add_callback(responses.POST, "http://levcheck.test/v1/checks", slow_failure)
    with pytest.raises(DeadlineExceeded, match=r"within 8 s \(2 attempts\)") as caught:
        client.check({})
    assert caught.value.retryable
    assert isinstance(caught.value.__cause__, ConnectionFailed)


def test_threads_may_share_a_client(client: Client, checks: Checks, service: Any, answer_text: str) -> None:
    """Calls made from many threads at once each get their answer under their own request id."""
    checks(body=answer_text)
    with ThreadPoolExecutor(8) as pool:
        ids = {result.request_id for result in pool.map(client.check, [{}] * 64)}
    assert len(ids) == 64


def test_cookies_are_not_kept(client: Client, checks: Checks, service: Any, answer_text: str) -> None:
    """A client's own session sends no cookie back, so that threads share nothing that changes."""
    checks(body=answer_text, headers={"Set-Cookie": "a=b"})
    client.check({})
    client.check({})
    assert "Cookie" not in service.calls[-1].request.headers
