"""JSON in, strictly: what other parsers let pass in silence (duplicate members, NaN, lone surrogates) is refused aloud."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

from .problems import Problem

LONGEST_NUMBER = 60
_LARGEST_EXPONENT = 400  # every double that another language writes is read: they end at 1.8e308 and 4.9e-324


def decode(raw: bytes) -> Any:
    """The value of a JSON text in UTF-8; numbers with a fraction or exponent as `Decimal`. Raises Problem."""
    try:
        text = raw.decode("utf-8")
        value = _DECODER.decode(text)
        if "\\u" in text:
            _refuse_unprintable(value)
    except UnicodeDecodeError as error:
        raise _malformed(f"The body is not UTF-8: byte {error.start} ({raw[error.start]:#04x}) cannot be read.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _malformed(_explained(raw, error.msg, where)) from None
    except RecursionError:
        raise _malformed("The body is nested too deeply: no request of the contract is deeper than 3 levels.") from None
    return value


def _malformed(detail: str) -> Problem:
    return Problem("malformed_json", detail)


def _explained(raw: bytes, message: str, where: str) -> str:
    if not raw.strip():
        return "The body is empty: send a JSON object."
    if raw.startswith(b"\xef\xbb\xbf"):
        return "The body begins with a byte order mark: send UTF-8 without one."
    return f"The body is not JSON: {message} at {where}."


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise _malformed(f"The member {twice[:64]!r} stands twice in one object: send it once.")
    return members


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise _malformed(f"A number has {len(digits):,} digits: send at most {LONGEST_NUMBER}.")
    return int(digits)


def _decimal(digits: str) -> Decimal | int:
    if len(digits) > LONGEST_NUMBER:
        raise _malformed(f"A number has {len(digits):,} characters: send at most {LONGEST_NUMBER}.")
    try:
        number = Decimal(digits)
    except InvalidOperation:  # an exponent of twenty digits
        raise _malformed(f"The number {digits} is beyond what any fact takes.") from None
    if abs(number.as_tuple().exponent) > _LARGEST_EXPONENT or abs(number.adjusted()) > _LARGEST_EXPONENT:  # type: ignore[arg-type]
        raise _malformed(f"The number {digits} is beyond what any fact takes.")
    return number


def _constant(name: str) -> None:
    raise _malformed(f"{name} is not a JSON number: send a number, or null for unknown.")


def _refuse_unprintable(value: Any) -> None:
    """Lone surrogates and NUL can stand in a JSON text only as escapes, and cannot be kept or shown."""
    match value:
        case str():
            if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
                raise _malformed("A string holds a NUL or half of a surrogate pair: leave it out.")
        case dict():
            for name, member in value.items():
                _refuse_unprintable(name)
                _refuse_unprintable(member)
        case list():
            for item in value:
                _refuse_unprintable(item)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole, parse_float=_decimal, parse_constant=_constant)
