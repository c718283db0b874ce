"""A mapping into the bytes of a request, with every number exactly as given."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from levcheck_client.errors import InvalidTransaction

MAX_DEPTH = 16


def encode(document: object) -> bytes:
    """The document as JSON in UTF-8. Raises `InvalidTransaction`, naming the member that cannot be written."""
    if not isinstance(document, Mapping):
        raise InvalidTransaction(f"a transaction is a mapping, not {_a(document)}")
    return _value(document, "", 0).encode("utf-8")


def pointer_to(parent: str, key: str | int) -> str:
    """The JSON pointer (RFC 6901) of a member of `parent`."""
    return f"{parent}/{str(key).replace('~', '~0').replace('/', '~1')}"


def _value(value: object, at: str, depth: int) -> str:
    # json.dumps cannot write a Decimal as a number, and writes NaN; hence this walk.
    if depth > MAX_DEPTH:
        raise _refused(at, "is nested too deep")
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return _string(value, at)
    if isinstance(value, (int, float, Decimal)):
        return _number(value, at)
    if isinstance(value, Mapping):
        return _object(value, at, depth)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_value(item, pointer_to(at, i), depth + 1) for i, item in enumerate(value)) + "]"
    if isinstance(value, date) and not isinstance(value, datetime):
        return f'"{value.isoformat()}"'
    hint = "; a date has no time of day, send .date()" if isinstance(value, datetime) else ""
    raise _refused(at, f"is {_a(value)}, which cannot be sent{hint}")


def _object(value: Mapping[object, object], at: str, depth: int) -> str:
    members = []
    for key, member in value.items():
        if not isinstance(key, str):
            raise _refused(at, f"has {_a(key)} as a member's name; names are strings")
        below = pointer_to(at, key)
        members.append(f"{_string(key, below)}:{_value(member, below, depth + 1)}")
    return "{" + ",".join(members) + "}"


def _string(value: str, at: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise _refused(at, "holds half a character (a lone surrogate)") from None
    return json.dumps(value, ensure_ascii=False)


def _number(value: int | float | Decimal, at: str) -> str:
    finite = value.is_finite() if isinstance(value, Decimal) else isinstance(value, int) or math.isfinite(value)
    if not finite:
        raise _refused(at, "is not a finite number; leave it out or send None if it is unknown")
    if isinstance(value, Decimal):
        return Decimal.__str__(value)
    if isinstance(value, float):
        return float.__repr__(value)
    try:
        return int.__repr__(value)
    except ValueError:
        raise _refused(at, "is a number of too many digits") from None


def _refused(at: str, text: str) -> InvalidTransaction:
    return InvalidTransaction(f"not sent: {at or 'the transaction'} {text}", pointer=at)


def _a(value: object) -> str:
    name = type(value).__name__
    return f"an {name}" if name[:1] in "aeiou" else f"a {name}"
