"""What was done for a request before it was left to Flask (see `direct`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..access.limits import Spent

_PLACE = "levcheck.tried"  # no caller can write there: what a caller sends is named HTTP_...


@dataclass
class Tried:
    """When the request began, what was spent on it, and what it ended in: raised again where Flask would read the body."""

    began: float
    spent: Spent | None = None
    error: Exception | None = None


def leave(environ: dict[str, Any], tried: Tried) -> None:
    """Have Flask know what was done."""
    environ[_PLACE] = tried


def of(environ: Mapping[str, Any]) -> Tried | None:
    """What was done; None if Flask is the first to see the request."""
    found: Tried | None = environ.get(_PLACE)
    return found
