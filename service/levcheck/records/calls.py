"""Requests that write: what identifies them, how they end, and how they can fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import canonical


class KeyReused(Exception):
    """The idempotency key was used before, for another request."""


class NoSuchDetermination(Exception):
    """No determination of this account has this id."""


class AlreadyEnded(Exception):
    """The determination was voided or superseded before."""


@dataclass(frozen=True)
class Outcome:
    """A determination as the contract tells it; `replayed` when an earlier request with the same key made it."""

    determination: dict[str, Any]
    replayed: bool = False


@dataclass(frozen=True)
class Call:
    """A request that writes: the account, its idempotency key, the decoded body as received.

    `seller` is the kind of seller that the account's organization is, if it is one.
    """

    account: str
    key: str
    body: Any
    seller: str | None = None

    def fingerprint(self, operation: str) -> str:
        """What makes two requests the same: the operation and the body, whatever the order of its members."""
        return canonical.digest(canonical.encoded([operation, self.body]))
