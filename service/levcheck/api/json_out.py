"""JSON out: decimals are written digit by digit, as they came."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson


def json_bytes(value: Any) -> bytes:
    """A value as compact JSON in UTF-8. `Decimal` becomes a JSON number, exactly."""
    return orjson.dumps(value, default=_other)


def _other(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no JSON form here")
