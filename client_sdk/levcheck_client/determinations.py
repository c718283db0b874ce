"""What is recorded, and what a certificate proves, as frozen values. Times are RFC 3339 in UTC, as they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NoReturn, TypeAlias

from levcheck_client.results import Result, Value

Status: TypeAlias = Literal["current", "voided", "superseded"]
Standing: TypeAlias = Literal["current", "voided", "superseded", "unknown"]
Checked: TypeAlias = Literal["online", "offline"]


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """What ended a determination: `void` or `supersede`, when, why, and by which determination it was superseded."""

    event: str
    at: str
    reason: str | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Determination:
    """A check that the service recorded and signed.

    `status` is `current`, `voided` or `superseded`; `history` says when and why it ended. `request` is the transaction
    as the service received it, `certificate` a compact JWS. `supersedes` is the id of the determination that this one
    took the place of. `replayed`: an earlier call with the same idempotency key had made it already, and this is the
    answer of then; `get` knows its status of today.

    The verdict is `determination.result.verdict`; `bool(determination)` raises `TypeError`.
    """

    id: str
    reference: str | None
    status: Status
    recorded_at: str
    retain_until: str
    request: Mapping[str, Value] = field(hash=False)
    result: Result
    certificate: str
    supersedes: str | None
    history: tuple[HistoryEvent, ...]
    replayed: bool = False

    def __bool__(self) -> NoReturn:
        raise TypeError("a determination is neither true nor false: compare determination.result.verdict, or .status")


@dataclass(frozen=True, slots=True)
class ProvisionalDetermination:
    """A determination that is not recorded yet: it was evaluated here and waits in the outbox.

    `result` is provisional, `position` its place in the outbox. Once it is sent, `determine` with the same transaction and
    `idempotency_key` returns the determination, whose verdict is the one that counts. `bool()` of it raises `TypeError`.
    """

    idempotency_key: str
    result: Result
    position: int

    def __bool__(self) -> NoReturn:
        raise TypeError("a determination is neither true nor false: compare determination.result.verdict")


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of verifying a certificate.

    `valid`: a key of the service signed it and nothing was altered. That alone does not say that it still stands: see
    `status`, `None` where nobody looked (`checked` is `offline`) or the certificate is not valid, `unknown` if the
    service has no such record. `claims` are what the certificate says, `None` unless it is valid; `key` is the id of
    the key that signed it. `bool(verification)` raises `TypeError`.
    """

    valid: bool
    status: Standing | None
    reason: str | None
    claims: Mapping[str, Value] | None = field(hash=False)
    key: str | None
    history: tuple[HistoryEvent, ...]
    checked: Checked

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a certificate can be valid and voided, so a verification is neither true nor false: compare "
            "verification.valid and verification.status"
        )
