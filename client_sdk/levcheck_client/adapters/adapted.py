"""What an adapter makes of a message, as frozen values. A fact's name is its path in the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, TypeAlias

from levcheck_client.errors import LevcheckError

Why: TypeAlias = Literal["not_in_format", "not_in_message", "not_usable"]


class AdapterError(LevcheckError):
    """The message cannot be read at all: it is not of the format, too large, nested too deep, or holds several deals."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that the transaction does not state: the format has no member for it, the message leaves it out, or what
    the message says of it cannot be used.
    """

    fact: str
    why: Why
    text: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something in the message that cannot be right, or does not agree with the rest of it. `at`: where it stands."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something that the message says and the law does not ask, and why it is not used. `at`: where it stands."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Adapted:
    """A message as a transaction.

    `transaction` is what `Client.check` takes; what is not in it is unknown, or the contract's default. `reference` is the
    deal's own id, `None` if it has none. `missing` names the facts without a default that it does not state, `loss` every
    fact that the format cannot carry, so that the contract's default is presumed of it, if there is one. `records` is
    false for what comes before a deal: it can be checked, and there is nothing to record yet.

    `bool(adapted)` raises `TypeError`: a message that could be read may still say too little.
    """

    format: str
    transaction: Mapping[str, Any] = field(hash=False)
    reference: str | None
    missing: tuple[Missing, ...]
    contradictions: tuple[Contradiction, ...]
    ignored: tuple[Ignored, ...]
    loss: tuple[str, ...]
    records: bool

    def __bool__(self) -> NoReturn:
        raise TypeError("what was adapted is neither true nor false: see .missing and .contradictions")
