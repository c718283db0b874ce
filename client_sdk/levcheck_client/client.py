"""The one object a caller needs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from levcheck_client.decoding import Node
from levcheck_client.result_json import result_of
from levcheck_client.results import Result
from levcheck_client.transport import Limits, Timing, Transport

if TYPE_CHECKING:
    from levcheck_client.transactions import Reading, TransactionRequest


class Client:
    """A levcheck service, as seen from here. Threads may share one; use it as a context manager or `close()` it.

    base_url     the service's own address; redirects are not followed
    api_key      sent as a bearer token
    timeout      seconds to connect and between two bytes, as a pair, or one number for both
    deadline     seconds for a whole call: every retry, pause and byte of the answer
    max_retries  how often to try again after a lost connection, a time-out, or a status of 408, 425, 429, 500,
                 502, 503 or 504; `Retry-After` is obeyed if it fits in the deadline, else the error is raised at once
    session      a `requests.Session` of yours (proxies, certificates, adapters); you close it, and if threads
                 share this client it must be one that threads may share
    reading      the reading for requests that name none; `None` leaves it to the service

    Raises `ValueError` for an argument that cannot be used.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8095",
        *,
        api_key: str | None = None,
        timeout: float | tuple[float, float] = (2, 5),
        deadline: float = 8,
        max_retries: int = 2,
        session: requests.Session | None = None,
        reading: Reading | None = None,
        _timing: Timing | None = None,
    ) -> None:
        connect, read = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        limits = Limits(_seconds(connect), _seconds(read), _seconds(deadline), _count(max_retries))
        origin, key = _origin(base_url), _key(api_key)
        self._reading = reading
        self._owns_session = session is None
        self._session = _new_session() if session is None else session
        self._transport = Transport(origin, self._session, api_key=key, limits=limits, timing=_timing or Timing())

    def check(self, transaction: TransactionRequest | Mapping[str, object]) -> Result:
        """Evaluate one transaction and keep no record of it (`POST /v1/checks`).

        `transaction` is any mapping in the shape of `TransactionRequest`: `reference`, `reading`, `transaction`,
        `vehicle`, `seller`, `buyer`, `destination`, `relocation`, each optional, `None` meaning unknown. Weight is
        in whole pounds, mileage in `mileage_unit` (miles by default) and exact if a `Decimal`; a date is a
        `datetime.date` or `"2025-06-01"`.

        An undetermined verdict is an answer, not an error: see `result.questions`.

        Raises `InvalidTransaction` (nothing was sent), `ProblemError` (the service refused or failed),
        `ConnectionFailed`, `DeadlineExceeded` or `ProtocolError`, all below `LevcheckError`.
        """
        document: Mapping[str, object] = transaction
        if self._reading is not None and isinstance(transaction, Mapping) and "reading" not in transaction:
            document = {**transaction, "reading": self._reading}
        reply = self._transport.request("POST", "/v1/checks", document=document)
        return result_of(Node.of(reply.body, reply.request_id))

    def close(self) -> None:
        """Close the connections kept open. A session that was passed in is left as it is."""
        if self._owns_session:
            self._session.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _new_session() -> requests.Session:
    session = requests.Session()
    # The service sets no cookies; a jar that takes none is one that threads cannot trip over.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _origin(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("base_url is the service's address, such as https://levcheck.example.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("base_url has no user, query or fragment; a key goes into api_key")
    return base_url.rstrip("/")


def _key(api_key: str | None) -> str | None:
    if api_key is not None and not (api_key and api_key.isascii() and api_key.isprintable() and " " not in api_key):
        raise ValueError("api_key is empty or has characters that cannot stand in a header")
    return api_key


def _seconds(value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value <= 0:
        raise ValueError(f"a time limit is a positive number of seconds, not {value!r}")
    return float(value)


def _count(value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"max_retries is a whole number from 0, not {value!r}")
    return value
