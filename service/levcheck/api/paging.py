"""Pages of determinations: the cursor, and the period that a query asks for."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ..records.times import as_text

VIRGINIA = ZoneInfo("America/New_York")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def cursor_of(before: str) -> str:
    """Where the next page begins, as an opaque word: an id's 16 bytes."""
    return base64.urlsafe_b64encode(uuid.UUID(before).bytes).decode().rstrip("=")


def read_cursor(cursor: str) -> str:
    """What `cursor_of` made, which every cursor of the contract's form can have."""
    return str(uuid.UUID(bytes=base64.urlsafe_b64decode(cursor + "==")))


def wanted(query: Mapping[str, Any]) -> dict[str, str]:
    """The filters of a query as the records take them. Raises ValueError for a time that is none."""
    filters = {name: query[name] for name in ("vin", "reference", "verdict") if name in query}
    if "vin" in filters:
        filters["vin"] = filters["vin"].upper()
    for name, member, days in (("from", "from_", 0), ("to", "to", 1)):
        if member in query:
            filters[name] = as_text(moment(query[member], days))
    return filters


def moment(text: str, days: int = 0) -> datetime:
    """A time as it is; a date as its beginning in Virginia, or `days` later. Raises ValueError for anything else."""
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text) + timedelta(days=days)
            return datetime.combine(day, time(), VIRGINIA).astimezone(UTC)
        read = datetime.fromisoformat(text)
        if read.tzinfo is not None:
            return read.astimezone(UTC)
    except (OverflowError, ValueError):
        pass
    raise ValueError(f"{text} is neither a date (YYYY-MM-DD) nor a time with its offset (2026-01-31T12:00:00Z)")
