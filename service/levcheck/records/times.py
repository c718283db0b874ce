"""Times as text: UTC, RFC 3339, always of one width, so that they sort as they passed."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime

RETENTION_YEARS = 5
"""What 9VAC5-95-30 H 1 asks; a deployment may keep longer, never shorter."""


def as_text(moment: datetime) -> str:
    """The moment as `2026-11-23T08:00:00.000000Z`."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def retain_until(moment: datetime, years: int) -> str:
    """When a record made at this moment may go: the same day `years` later, or the day after where there is none."""
    try:
        later = moment.replace(year=moment.year + years)
    except ValueError:
        later = moment.replace(year=moment.year + years, month=3, day=1)
    return as_text(later)


def new_id(moment: datetime) -> str:
    """A UUID of version 7 (RFC 9562): its order is that of time, to the millisecond."""
    number = _milliseconds(moment) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=number))


def first_id(moment: datetime) -> str:
    """The least id that a record of this moment can have."""
    return str(uuid.UUID(int=_milliseconds(moment) << 80))


def last_id(moment: datetime) -> str:
    """The greatest id that a record of this moment can have."""
    return str(uuid.UUID(int=(_milliseconds(moment) + 1 << 80) - 1))


def _milliseconds(moment: datetime) -> int:
    return max(0, int(moment.timestamp() * 1000))
