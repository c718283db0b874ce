"""What waits in the outbox, and what became of it, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from levcheck_client.errors import LevcheckError

Standing: TypeAlias = Literal["waiting", "sent", "refused"]


@dataclass(frozen=True, slots=True)
class Queued:
    """One determination in the outbox.

    `body` are the bytes that are sent, `date` the transaction's, `created` when it was queued (RFC 3339, UTC). `status` is
    `waiting`, `sent` (`determination` is its id) or `refused` by the service (`problem` says why).
    """

    position: int
    idempotency_key: str
    body: bytes
    date: str
    created: str
    status: Standing
    determination: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Flushed:
    """What became of the outbox: the ids of the determinations that were recorded, those that the service refused and why,
    how many still wait, and the error that ended it before all were sent.
    """

    sent: tuple[str, ...]
    refused: tuple[Queued, ...]
    waiting: int
    stopped: LevcheckError | None
