"""The clock: read here and given to the rooms below, which have none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIRGINIA_TIME = ZoneInfo("America/New_York")


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def today_in_virginia() -> date:
    """The date in America/New_York."""
    return datetime.now(VIRGINIA_TIME).date()
