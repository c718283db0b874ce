"""Records as bytes: JSON with sorted members and decimals digit by digit, so that one record has one hash."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import orjson


def encoded(value: Any) -> bytes:
    """The value's one spelling as JSON in UTF-8."""
    return orjson.dumps(value, default=_decimal, option=orjson.OPT_SORT_KEYS)


def _decimal(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no place in a record")


def decoded(text: str) -> Any:
    """A record read back, decimals exact."""
    return json.loads(text, parse_float=Decimal)


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
