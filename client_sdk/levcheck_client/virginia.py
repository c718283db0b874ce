"""The date where the law applies."""

from __future__ import annotations

from datetime import datetime, timezone, tzinfo

from levcheck_client.errors import OfflineUnavailable


def zone() -> tzinfo:
    """America/New_York. Raises `OfflineUnavailable` on a machine without time zones, such as Windows without `tzdata`."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo("America/New_York")
    except ZoneInfoNotFoundError as error:
        raise OfflineUnavailable("this machine has no time zones: pip install tzdata") from error


def today(now: float) -> str:
    """The date in Virginia at a Unix time, as `2025-06-01`."""
    return datetime.fromtimestamp(now, timezone.utc).astimezone(zone()).date().isoformat()
