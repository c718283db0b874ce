"""The key that makes a call count once, however often it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from levcheck_client.arguments import idempotency_key
from levcheck_client.errors import LevcheckError

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"


def key_of(given: str | None) -> str:
    """The caller's key, or a new one. Raises `ValueError` for one that cannot stand in the header."""
    if given is not None:
        return idempotency_key(given)
    from uuid import uuid4

    return str(uuid4())


def replayed(headers: Mapping[str, str]) -> bool:
    """Whether an answer is that of an earlier call with the same key."""
    return (headers.get(REPLAYED) or "").strip().lower() == "true"


@contextmanager
def known_to_errors(key: str) -> Iterator[None]:
    """Whatever error leaves this block carries the key, so that the call can be taken up again."""
    try:
        yield
    except LevcheckError as error:
        error.idempotency_key = key
        raise
