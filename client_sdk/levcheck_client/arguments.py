"""What a caller hands in, checked before anything is sent. Raises `ValueError` for what cannot be used."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeAlias
from urllib.parse import SplitResult, quote, urlsplit

KEY = re.compile(r"[!-~]{1,255}")
KEY_TEXT = re.compile(r"[!-~]+")
Moment: TypeAlias = date | datetime | str


def in_order(base_url: str, api_key: str | None) -> tuple[str, str | None]:
    """Address and key, in whichever order they came: of the two only an address has a scheme."""
    if isinstance(api_key, str) and "://" in api_key and "://" not in base_url:
        return api_key, base_url
    return base_url, api_key


def origin(base_url: str) -> str:
    """The address that paths are put behind."""
    # A line's end, as of an address that was read from a file, would make every call look like a line that is down.
    whole = isinstance(base_url, str) and base_url.isprintable() and " " not in base_url
    parts = urlsplit(base_url if whole else "")
    if parts.scheme not in ("http", "https") or not parts.hostname or not _has_port(parts):
        raise ValueError("base_url is the service's address, such as https://levcheck.example.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("base_url has no user, query or fragment; a key goes into api_key")
    return base_url.rstrip("/")


def _has_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def api_key(value: str | None) -> str | None:
    """A key that can stand in a header; the error does not repeat it."""
    if value is not None and not (isinstance(value, str) and KEY_TEXT.fullmatch(value)):
        raise ValueError("api_key is empty or has characters that cannot stand in a header")
    return value


def seconds(value: float) -> float:
    """A time limit."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value <= 0:
        raise ValueError(f"a time limit is a positive number of seconds, not {value!r}")
    return float(value)


def count(name: str, value: int, least: int = 0) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} is a whole number from {least}, not {value!r}")
    return value


def offline(value: str) -> bool:
    """Whether what the service cannot be asked is evaluated here."""
    if value not in ("fail", "provisional"):
        raise ValueError(f'offline is "fail" or "provisional", not {value!r}')
    return value == "provisional"


def idempotency_key(value: str) -> str:
    """A key of the caller's own."""
    if not isinstance(value, str) or not KEY.fullmatch(value):
        raise ValueError("an idempotency key is 1 to 255 visible ASCII characters, such as a random UUID")
    return value


def determination_path(id: str, below: str = "") -> str:
    """The path of one determination, or of something below it."""
    # Dots alone would be taken for "here" and "one up" on the way.
    if not isinstance(id, str) or id in ("", ".", ".."):
        raise ValueError(f"{id!r} is not a determination's id")
    return f"/v1/determinations/{quote(id, safe='')}{below}"


def filters(values: Mapping[str, Moment | int | None]) -> dict[str, str]:
    """A query's parameters: those that are not `None`."""
    return {name: _text(name, value) for name, value in values.items() if value is not None}


def _text(name: str, value: Moment | int) -> str:
    if not isinstance(value, date):
        return str(value)
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise ValueError(f"{name} is a time without an offset from UTC; give it a tzinfo, or send a date")
    return value.isoformat()
