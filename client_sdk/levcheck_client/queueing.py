"""Determinations while the line may be down: each is sent in its turn, or evaluated here and queued."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from levcheck_client import idempotency, line, virginia
from levcheck_client.decoding import parse
from levcheck_client.determinations import Determination, ProvisionalDetermination
from levcheck_client.encoding import encode
from levcheck_client.errors import DeadlineExceeded, LevcheckError, OutboxUnavailable
from levcheck_client.outbox import Outbox
from levcheck_client.queued import Flushed, Queued
from levcheck_client.recording import DETERMINATIONS, recorded
from levcheck_client.results import Result
from levcheck_client.transport import Transport

log = logging.getLogger("levcheck_client")
POLL = 0.05
MEMBERS = ("type", "contract", "transfer", "purpose", "state")
# A body and the error because of which it is evaluated here.
Evaluate: TypeAlias = Callable[[bytes, LevcheckError], Result]


class Queue:
    """The outbox and the line. `evaluate` is there if determinations may be provisional. Threads may share it."""

    def __init__(self, path: Path, transport: Transport, evaluate: Evaluate | None) -> None:
        virginia.zone()  # missing time zones are found out now, not in the middle of a sale
        self.outbox = Outbox(path)
        self._transport = transport
        self._evaluate = evaluate

    def determine(self, transaction: Mapping[str, object], given: str | None) -> Determination | ProvisionalDetermination:
        """Send it once those that wait are sent; queue it if that cannot be now."""
        key = idempotency.key_of(given)
        with idempotency.known_to_errors(key):
            # A call made again with its key keeps the day of the first.
            # The first attempt may be recorded and its answer lost: what is queued after it must be the very same bytes.
            before = None if given is None else self.outbox.find(given)
            body = encode(pinned(transaction, self._today() if before is None else before.date))
            ends = self._transport.deadline()
            trouble = self._catch_up(ends)
            if trouble is None:
                try:
                    return self._recorded(body, key, ends, before)
                except LevcheckError as error:
                    if self._evaluate is None or not line.is_down(error):
                        raise
                    trouble = error
            assert self._evaluate is not None
            result = self._evaluate(body, trouble)
            row = self.outbox.add(key, body, _date_of(body), self._transport.timing.now())
            log.warning("queued at position %d of the outbox (%s)", row.position, type(trouble).__name__)
            return ProvisionalDetermination(key, result, row.position)

    def _recorded(self, body: bytes, key: str, ends: float, before: Queued | None) -> Determination:
        made = recorded(self._transport, DETERMINATIONS, body, key, ends)
        if before is not None and before.status == "refused":
            # What was refused has been corrected: it is nobody's concern any more.
            self.outbox.sent(replace(before, body=body), made.id)
        return made

    def flush(self, ends: float | None = None, *, again: bool = False) -> Flushed:
        """Send what waits, in order; `again`: also what was refused before. `ends` bounds it on the client's clock."""
        sent: list[str] = []
        refused: list[Queued] = []
        stopped = None
        try:
            with self._turn(self._transport.deadline() if ends is None else ends):
                if again:
                    self.outbox.again()
                while (row := self.outbox.next()) is not None:
                    self._settle(row, ends, sent, refused)
        except OutboxUnavailable:
            raise
        except LevcheckError as error:
            stopped = error
        return Flushed(tuple(sent), tuple(refused), self.outbox.count("waiting"), stopped)

    def _settle(self, row: Queued, ends: float | None, sent: list[str], refused: list[Queued]) -> None:
        try:
            made = recorded(self._transport, DETERMINATIONS, row.body, row.idempotency_key, ends)
        except LevcheckError as error:
            if not line.refuses_the_transaction(error):
                raise
            log.error("the service refused position %d of the outbox: %s", row.position, error)
            refused.append(self.outbox.refused(row, str(error)))
        else:
            self.outbox.sent(row, made.id)
            sent.append(made.id)

    def _catch_up(self, ends: float) -> LevcheckError | None:
        """Send what waits. Why not all of it could be, if the next is to be queued behind it."""
        if self.outbox.next() is None:
            return None
        flushed = self.flush(ends)
        if not flushed.waiting or flushed.stopped is None:
            return None
        if self._evaluate is None or not (flushed.stopped.retryable or line.is_down(flushed.stopped)):
            raise flushed.stopped
        return flushed.stopped

    @contextmanager
    def _turn(self, ends: float) -> Iterator[None]:
        """Alone at sending, among all programs that share the outbox."""
        timing = self._transport.timing
        while True:
            with self.outbox.sending() as alone:
                if alone:
                    yield
                    return
            if timing.clock() + POLL >= ends:
                raise DeadlineExceeded("another program is sending what waits in the outbox", retryable=True)
            timing.sleep(POLL)

    def _today(self) -> str:
        return virginia.today(self._transport.timing.now())


def pinned(transaction: Mapping[str, object], today: str) -> Mapping[str, object]:
    """The transaction with its date, which may be sent on another day."""
    if not isinstance(transaction, Mapping):
        return transaction  # `encode` says what is wrong with it
    block = transaction.get("transaction", {})
    if block is None:
        block = dict.fromkeys(MEMBERS)
    if not isinstance(block, Mapping) or "date" in block:
        return transaction
    return {**transaction, "transaction": {**block, "date": today}}


def _date_of(body: bytes) -> str:
    document: Any = parse(body)
    return str(document["transaction"]["date"])
