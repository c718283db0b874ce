"""One request and its one answer, over `requests`, with the body bounded in size and time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import NoReturn

import requests
from requests import exceptions as failures

from levcheck_client.bounded import OutOfTime
from levcheck_client.errors import ConnectionFailed, ProtocolError

MAX_BODY = 10 * 1024 * 1024
CHUNK = 64 * 1024
# The reasons stand in urllib3's exceptions, which requests wraps; by name, as urllib3 is not our dependency.
REASONS = {
    "NameResolutionError": "the host's name could not be resolved",
    "NewConnectionError": "the connection was refused or could not be made",
    "ReadTimeoutError": "it fell silent in the middle of its answer",
    "ProtocolError": "the connection broke off",
    "IncompleteRead": "the connection broke off",
}


def new_session() -> requests.Session:
    """A session that threads may share."""
    session = requests.Session()
    # The service sets no cookies; a jar that takes none is one that threads cannot trip over.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


@dataclass(frozen=True, slots=True)
class Order:
    """What to send and where, and when the whole call ends on the client's clock."""

    method: str
    origin: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None
    request_id: str
    ends: float


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    request_id: str


class Exchange:
    """One attempt at an order."""

    def __init__(
        self,
        session: requests.Session,
        order: Order,
        *,
        auth: Callable[[requests.PreparedRequest], requests.PreparedRequest] | None,
        timeout: tuple[float, float],
        clock: Callable[[], float],
    ) -> None:
        self._session = session
        self._order = order
        self._auth = auth
        self._timeout = timeout
        self._clock = clock
        self._response: requests.Response | None = None

    def run(self) -> Reply:
        """The answer, whatever its status. Raises `ConnectionFailed`, `ProtocolError` or `OutOfTime`."""
        try:
            with self._open() as response:
                self._response = response
                # urllib3 1.26 would take an answer that breaks off for a whole one.
                response.raw.enforce_content_length = True
                request_id = response.headers.get("X-Request-Id") or self._order.request_id
                return Reply(response.status_code, response.headers, self._body(response), request_id)
        except (OSError, ValueError) as error:
            self._failed(error)

    def abandon(self) -> None:
        """Let go of an answer that is still trickling in, from another thread than `run`'s."""
        # Closing would wait for the other thread's read to end; a shutdown ends it. Older urllib3 has none.
        shutdown = getattr(getattr(self._response, "raw", None), "shutdown", None)
        if shutdown is not None:
            with contextlib.suppress(Exception):
                shutdown()

    def _open(self) -> requests.Response:
        order, session = self._order, self._session
        return session.request(
            order.method,
            order.origin + order.path,
            data=order.body,
            headers=dict(order.headers),
            auth=self._auth,
            timeout=self._timeout,
            # Said again with each request: requests lets the environment override a session's own.
            verify=None if session.verify is True else session.verify,
            proxies=dict(session.proxies),
            allow_redirects=False,
            stream=True,
        )

    def _body(self, response: requests.Response) -> bytes:
        body = bytearray()
        self._check_clock()
        for chunk in response.iter_content(CHUNK):
            self._check_clock()
            body += chunk
            if len(body) > MAX_BODY:
                text = f"the answer is longer than {MAX_BODY // 1024 // 1024} MB"
                raise ProtocolError(text, request_id=self._order.request_id)
        return bytes(body)

    def _check_clock(self) -> None:
        if self._clock() >= self._order.ends:
            raise OutOfTime

    def _failed(self, error: Exception) -> NoReturn:
        passing = isinstance(error, (failures.ConnectionError, failures.Timeout, failures.ChunkedEncodingError))
        retryable = passing and not isinstance(error, failures.SSLError)
        text = f"no answer from {self._order.origin}: {self._in_words(error)}"
        raise ConnectionFailed(text, request_id=self._order.request_id, retryable=retryable) from error

    def _in_words(self, error: Exception) -> str:
        connect, read = self._timeout
        if isinstance(error, failures.ConnectTimeout):
            return f"no connection within {connect:.3g} s"
        if isinstance(error, failures.ReadTimeout):
            return f"nothing came for {read:.3g} s"
        if isinstance(error, failures.SSLError):
            return "its TLS certificate is not trusted, or no TLS connection could be made"
        if isinstance(error, failures.ProxyError):
            return "the proxy could not be reached or would not connect"
        cause = error.args[0] if error.args else None
        reason = getattr(cause, "reason", cause)
        return REASONS.get(type(reason).__name__, "the request could not be carried through")
