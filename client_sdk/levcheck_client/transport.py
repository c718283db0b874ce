"""A call: one or more attempts under one request id and one deadline."""

from __future__ import annotations

import itertools
import logging
import os
import random
import re
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit

import requests

from levcheck_client._version import __version__
from levcheck_client.bounded import OutOfTime, within
from levcheck_client.encoding import encode
from levcheck_client.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    InvalidTransaction,
    LevcheckError,
    ProblemError,
    ProtocolError,
)
from levcheck_client.exchange import Exchange, Order, Reply
from levcheck_client.problems import problem_error, retry_after_seconds

log = logging.getLogger("levcheck_client")

BACKOFF_FIRST, BACKOFF_MOST = 0.25, 2.0
VIN = re.compile(r"\b[0-9A-Za-z]{11}([0-9A-Za-z]{6})\b")


class Timing(NamedTuple):
    """Time and chance, for tests to replace: a monotonic clock, Unix time, sleep, a number in [0, 1)."""

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random


class Limits(NamedTuple):
    """Seconds to connect, between bytes, and for the whole call; how many times to try again."""

    connect: float
    read: float
    deadline: float
    max_retries: int


class Bearer:
    """Puts the key on a request. As `auth`, because requests lets a .netrc entry override a mere header."""

    def __init__(self, api_key: str) -> None:
        self._api_key = api_key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._api_key}"
        return request


class Transport:
    """Sends calls to one service. Holds nothing that changes, so threads may share it."""

    def __init__(
        self, origin: str, session: requests.Session, *, api_key: str | None, limits: Limits, timing: Timing
    ) -> None:
        self._origin = origin
        self._session = session
        self._auth = Bearer(api_key) if api_key is not None else None
        self._limits = limits
        self.timing = timing

    def request(
        self,
        method: str,
        path: str,
        *,
        document: Mapping[str, object] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        ends: float | None = None,
    ) -> Reply:
        """The 2xx answer to a call that may safely be repeated. Raises what stands below `LevcheckError`.

        `document` is sent as JSON, or is the very bytes to send; `ends` is when the call ends, if not at its deadline.
        """
        order = self._order(method, path, document, headers or {}, self.deadline() if ends is None else ends)
        last: LevcheckError | None = None
        for attempt in itertools.count(1):
            try:
                return self._attempt(order)
            except OutOfTime:
                raise self._too_late(order, attempt) from last
            except LevcheckError as error:
                last = error
                pause = self._pause(error, attempt, order)
                if pause is None:
                    raise
            _log_retry(order, last, attempt, pause)
            self.timing.sleep(pause)
        raise AssertionError("unreachable")

    def deadline(self) -> float:
        """When a call that begins now ends, on the client's clock."""
        return self.timing.clock() + self._limits.deadline

    def _order(
        self, method: str, path: str, document: Mapping[str, object] | bytes | None, headers: Mapping[str, str], ends: float
    ) -> Order:
        request_id = os.urandom(16).hex()
        own = {
            "Accept": "application/json, application/problem+json",
            "User-Agent": f"levcheck-client/{__version__} {requests.utils.default_user_agent()}",
            "X-Request-Id": request_id,
        }
        body = None
        if method == "POST":
            own["Content-Type"] = "application/json"
            body = document if isinstance(document, bytes) else _encoded(document, request_id)
        return Order(method, self._origin, path, {**own, **headers}, body, request_id, ends)

    def _attempt(self, order: Order) -> Reply:
        left = order.ends - self.timing.clock()
        if left <= 0:
            raise OutOfTime
        timeout = (min(self._limits.connect, left), min(self._limits.read, left))
        exchange = Exchange(self._session, order, auth=self._auth, timeout=timeout, clock=self.timing.clock)
        try:
            reply = within(left, exchange.run)
        except OutOfTime:
            exchange.abandon()
            raise
        except ConnectionFailed as error:
            if self.timing.clock() >= order.ends:
                raise OutOfTime from error
            raise
        return self._accepted(reply)

    def _accepted(self, reply: Reply) -> Reply:
        log.debug("answered %d (request %s)", reply.status, reply.request_id)
        if reply.status >= HTTPStatus.BAD_REQUEST:
            wait = retry_after_seconds(reply.headers.get("Retry-After"), self.timing.now())
            raise problem_error(reply.status, reply.body, request_id=reply.request_id, retry_after=wait)
        if reply.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise ProtocolError(_redirected(reply), request_id=reply.request_id)
        return reply

    def _pause(self, error: LevcheckError, attempt: int, order: Order) -> float | None:
        """Seconds to wait before the next attempt; `None` if there shall be none."""
        if not error.retryable or attempt > self._limits.max_retries:
            return None
        wait = error.retry_after if isinstance(error, ProblemError) else None
        if wait is None:
            most = min(BACKOFF_MOST, BACKOFF_FIRST * 2 ** min(attempt - 1, 10))
            wait = self.timing.random() * most
        return wait if wait < order.ends - self.timing.clock() else None

    def _too_late(self, order: Order, attempt: int) -> DeadlineExceeded:
        tries = f"{attempt} attempts" if attempt > 1 else "1 attempt"
        text = f"no whole answer from {order.origin} within {self._limits.deadline:g} s ({tries})"
        return DeadlineExceeded(text, request_id=order.request_id, retryable=True)


def _encoded(document: Mapping[str, object] | None, request_id: str) -> bytes:
    try:
        return encode(document)
    except InvalidTransaction as error:
        error.request_id = request_id
        raise


def _redirected(reply: Reply) -> str:
    to = urlsplit(reply.headers.get("Location") or "")
    where = f"{to.scheme}://{to.hostname}" if to.hostname else "elsewhere"
    return f"the service redirects ({reply.status}) to {where}; this is not followed, base_url must be its own address"


def _log_retry(order: Order, error: LevcheckError, attempt: int, pause: float) -> None:
    what = f"status {error.status}" if isinstance(error, ProblemError) else type(error).__name__
    # A query may name a customer's deal.
    path = VIN.sub(r"\1", order.path.partition("?")[0])
    log.warning(
        "%s %s: attempt %d came to %s, trying again in %.2f s (request %s)",
        order.method, path, attempt, what, pause, order.request_id,
    )  # fmt: skip
