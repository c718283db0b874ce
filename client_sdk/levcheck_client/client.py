"""The one object a caller needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import requests

from levcheck_client import arguments, certificates, idempotency, jwks, line
from levcheck_client.decoding import Node
from levcheck_client.determination_json import determination_of, verification_of
from levcheck_client.determinations import Determination, ProvisionalDetermination, Verification
from levcheck_client.encoding import encode
from levcheck_client.errors import LevcheckError
from levcheck_client.exchange import new_session
from levcheck_client.fallback import Fallback
from levcheck_client.listing import Listing
from levcheck_client.queued import Flushed, Queued, Standing
from levcheck_client.recording import DETERMINATIONS, recorded
from levcheck_client.result_json import result_of
from levcheck_client.results import Result, Ruleset, Value, Verdict
from levcheck_client.screening import Screened, screen
from levcheck_client.transport import Limits, Timing, Transport

if TYPE_CHECKING:
    from levcheck_client.queueing import Queue
    from levcheck_client.transactions import Reading, TransactionRequest

Transaction: TypeAlias = "TransactionRequest | Mapping[str, object]"


class Client:
    """A levcheck service, as seen from here. Threads may share one; use it as a context manager or `close()` it.

    base_url     the service's own address; redirects are not followed
    api_key      sent as a bearer token. Address and key may also be given in the other order
    timeout      seconds to connect and between two bytes, as a pair, or one number for both
    deadline     seconds for a whole call: every retry, pause and byte of the answer
    max_retries  how often to try again after a lost connection, a time-out, a status of 408, 425, 429, 500, 502, 503
                 or 504, or a 409 of a call in flight; `Retry-After` is obeyed if it fits in the deadline, else the
                 error is raised at once
    session      a `requests.Session` of yours (proxies, certificates, adapters); you close it, and if threads
                 share this client it must be one that threads may share
    reading      the reading for requests that name none; `None` leaves it to the service
    jwks_path    a file in which `keys()` keeps the service's public keys, for `verify(..., online=False)` and the ruleset;
                 whoever can write to it decides which are valid. By default beside `ruleset_path`, if there is one
    ruleset_path a file in which `ruleset()` keeps the signed ruleset, for when the service cannot be reached
    offline      `"fail"`: a line that is down is an error. `"provisional"`: `check`, and with an outbox `determine`,
                 evaluate by the kept ruleset instead
    outbox       a file in which determinations wait for the line; on a disk of this machine

    Raises `ValueError` for an argument that cannot be used, `OutboxUnavailable` for an outbox.
    """

    def __init__(  # noqa: PLR0913  # keywords, each with a default
        self,
        base_url: str = "http://127.0.0.1:8095",
        api_key: str | None = None,
        *,
        timeout: float | tuple[float, float] = (2, 5),
        deadline: float = 8,
        max_retries: int = 2,
        session: requests.Session | None = None,
        reading: Reading | None = None,
        jwks_path: str | PathLike[str] | None = None,
        ruleset_path: str | PathLike[str] | None = None,
        offline: Literal["fail", "provisional"] = "fail",
        outbox: str | PathLike[str] | None = None,
        _timing: Timing | None = None,
    ) -> None:
        connect, read = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        seconds = arguments.seconds
        limits = Limits(seconds(connect), seconds(read), seconds(deadline), arguments.count("max_retries", max_retries))
        address, key = arguments.in_order(base_url, api_key)
        origin, key = arguments.origin(address), arguments.api_key(key)
        self._reading = reading
        self._owns_session = session is None
        self._session = new_session() if session is None else session
        timing = _timing or Timing()
        kept = None if ruleset_path is None else Path(ruleset_path)
        beside = None if kept is None else kept.with_name(f"{kept.name}.jwks")
        self._keys = jwks.KeyCache(beside if jwks_path is None else Path(jwks_path))
        self._transport = Transport(origin, self._session, api_key=key, limits=limits, timing=timing)
        self._fallback = Fallback(kept, self._keys.keys, timing.now)
        self._provisional = arguments.offline(offline)
        self._queue: Queue | None = None
        if outbox is not None:
            from levcheck_client.queueing import Queue

            self._queue = Queue(Path(outbox), self._transport, self._fallback.evaluated if self._provisional else None)

    def check(self, transaction: Transaction) -> Result:
        """Evaluate one transaction and keep no record of it (`POST /v1/checks`).

        `transaction` is any mapping in the shape of `TransactionRequest`: `reference`, `reading`, `transaction`,
        `vehicle`, `seller`, `buyer`, `destination`, `relocation`, each optional, `None` meaning unknown. Weight is
        in whole pounds, mileage in `mileage_unit` (miles by default) and exact if a `Decimal`; a date is a
        `datetime.date` or `"2025-06-01"`.

        An undetermined verdict is an answer, not an error: see `result.questions`.

        Raises `InvalidTransaction` (nothing was sent), `ProblemError` (the service refused or failed),
        `ConnectionFailed`, `DeadlineExceeded` or `ProtocolError`, all below `LevcheckError`.
        """
        document = self._with_reading(transaction)
        try:
            reply = self._transport.request("POST", "/v1/checks", document=document)
        except LevcheckError as error:
            if not self._provisional or not line.is_down(error):
                raise
            return self._fallback.evaluated(encode(document), error)
        return result_of(Node.of(reply.body, reply.request_id))

    def screen(self, transactions: Iterable[Transaction]) -> Iterator[Screened]:
        """Check many: each transaction's result, or the error that is its own (`ProblemError`, `InvalidTransaction`).

        In order, a few at a time, read as the loop goes on. What is no single transaction's fault raises as in `check`.
        """
        return screen(self.check, transactions)

    def determine(
        self, transaction: Transaction, *, idempotency_key: str | None = None
    ) -> Determination | ProvisionalDetermination:
        """Evaluate one transaction, sign the answer and record it (`POST /v1/determinations`). It is durable on return.

        However often the call is sent, the determination is made once: every attempt carries the same idempotency
        key, a new UUID or yours. After an error, the same transaction sent again with `error.idempotency_key` gets the
        determination that was made, or makes it. With another transaction that key is refused (422, or as an
        `InvalidTransaction` if the first is in the outbox). To outlive a crash of your own, keep a key of yours beside the
        deal. Raises as `check` does.

        With `outbox`, what waits there is sent first, and `transaction.date` is today's in Virginia if there is none. With
        `offline="provisional"` too, a line that is down makes it a `ProvisionalDetermination`, which waits there.
        """
        document = self._with_reading(transaction)
        if self._queue is not None:
            return self._queue.determine(document, idempotency_key)
        return recorded(self._transport, DETERMINATIONS, document, idempotency.key_of(idempotency_key))

    def flush(self, *, again: bool = False) -> Flushed:
        """Send what waits in the outbox, in order, each with a deadline of its own; `again`: also what was refused.

        Raises nothing because of the line: see `Flushed.stopped`. `ValueError` without an outbox, `OutboxUnavailable`.
        """
        return self._outbox().flush(again=again)

    def queued(self, status: Standing = "waiting") -> tuple[Queued, ...]:
        """What is in the outbox: `waiting`, `sent` or `refused`. Raises as `flush` does."""
        return self._outbox().outbox.rows(status)

    def ruleset(self) -> Ruleset:
        """Fetch the signed ruleset, and the keys if none are kept, and keep it for `offline="provisional"`.

        Call it at the start and once a day; each copy lasts 30 days. Raises `RulesetRefused` for one that is forged, expired
        or older than one accepted before, `OfflineUnavailable` without the extra; else as `check` does.
        """
        reply = self._transport.request("GET", "/v1/ruleset")
        if not self._keys.has_any():
            self.keys()
        return self._fallback.keep(reply.body)

    def get(self, id: str) -> Determination:
        """One determination (`GET /v1/determinations/{id}`); `ProblemError` 404 if there is none."""
        reply = self._transport.request("GET", arguments.determination_path(id))
        return determination_of(Node.of(reply.body, reply.request_id))

    def list(
        self,
        *,
        vin: str | None = None,
        reference: str | None = None,
        verdict: Verdict | None = None,
        from_: arguments.Moment | None = None,
        to: arguments.Moment | None = None,
        page_size: int | None = None,
    ) -> Iterator[Determination]:
        """Determinations, the newest first (`GET /v1/determinations`), each page fetched when it is reached.

        `from_` and `to` are days in Virginia, the last one included, or times with an offset, the last one excluded.
        Retries and the deadline are each page's own; after an error, `next()` asks for the same page again.
        """
        limit = None if page_size is None else arguments.count("page_size", page_size, 1)
        wanted = {"vin": vin, "reference": reference, "verdict": verdict, "from": from_, "to": to, "limit": limit}
        return Listing(self._transport, arguments.filters(wanted))

    def void(self, id: str, reason: str, *, idempotency_key: str | None = None) -> Determination:
        """Mark a determination as voided, the deal being unwound; the record stays. The key is as in `determine`.

        `ProblemError` 409 `already_ended` if it was voided or superseded before.
        """
        path = arguments.determination_path(id, "/void")
        return recorded(self._transport, path, {"reason": reason}, idempotency.key_of(idempotency_key))

    def supersede(
        self,
        id: str,
        transaction: Transaction,
        *,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> Determination:
        """Record a corrected transaction, whole, in the place of a determination; returns the new one. See `void`."""
        path = arguments.determination_path(id, "/supersede")
        document = {"reason": reason, "request": self._with_reading(transaction)}
        return recorded(self._transport, path, document, idempotency.key_of(idempotency_key))

    def certificate(self, id: str, format: certificates.Form = "html") -> bytes:
        """A determination's certificate: a page that prints, a PDF, or the compact JWS itself."""
        wanted = certificates.media_type(format)
        path = arguments.determination_path(id, "/certificate")
        headers = {"Accept": f"{wanted}, application/problem+json;q=0.1"}
        return certificates.of_type(wanted, self._transport.request("GET", path, headers=headers))

    def embed(self, vin: str, origin: str) -> str:
        """A token for `<levcheck-check>`, for 15 minutes (`POST /v1/embeds`): this vehicle, on pages of this origin.

        `origin` is the scheme and host of your own pages, such as `https://dms.example`. Raises as `check` does.
        """
        reply = self._transport.request("POST", "/v1/embeds", document={"vin": vin, "origin": origin})
        return Node.of(reply.body, reply.request_id).get("token").text()

    def verify(self, certificate: str | bytes, *, online: bool = True) -> Verification:
        """Whether a certificate (a compact JWS) is valid and, online, whether its determination still stands.

        Offline it says whether the signature holds, by the keys that `keys()` fetched last, and sends nothing; it needs
        `levcheck-client[offline]` and raises `OfflineUnavailable` without it or without keys. Online, a service that
        cannot be reached raises as in `check`: the one never stands in for the other.
        """
        text = certificates.as_ascii(certificate)
        if not online:
            from levcheck_client.offline import verify_offline

            return verify_offline(text, self._keys.keys)
        reply = self._transport.request("POST", "/v1/certificates/verify", document={"certificate": text})
        return verification_of(Node.of(reply.body, reply.request_id))

    def keys(self) -> dict[str, Value]:
        """The service's public keys, as a JWK set, fetched and kept for `verify(..., online=False)`."""
        reply = self._transport.request("GET", "/.well-known/jwks.json")
        node = Node.of(reply.body, reply.request_id)
        self._keys.keep(reply.body, jwks.public_keys(node))
        return cast("dict[str, Value]", node.value)

    def close(self) -> None:
        """Close the connections kept open. A session that was passed in is left as it is."""
        if self._owns_session:
            self._session.close()

    def _outbox(self) -> Queue:
        if self._queue is None:
            raise ValueError("this client was made without an outbox")
        return self._queue

    def _with_reading(self, transaction: Transaction) -> Mapping[str, object]:
        if self._reading is None or not isinstance(transaction, Mapping) or "reading" in transaction:
            return transaction
        return {**transaction, "reading": self._reading}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
