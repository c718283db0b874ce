"""Rows as the contract tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Select, select

from . import canonical
from .tables import determinations, events

CURRENT, VOIDED, SUPERSEDED = "current", "voided", "superseded"
STATUS = {None: CURRENT, "void": VOIDED, "supersede": SUPERSEDED}


def row_told(row: Row[Any]) -> dict[str, Any]:
    """A row of `joined` as the contract tells it."""
    return told(canonical.decoded(row.record), row.certificate, STATUS[row.event], history(row))


def history(row: Row[Any]) -> list[dict[str, Any]]:
    """What became of a determination, from a row of `joined`."""
    return [{"event": row.event, "at": row.ended_at, "reason": row.reason, "by": row.by}] if row.event else []


def joined() -> Select[Any]:
    """The query for determinations, each with the event that ended it."""
    ended = events.c.recorded_at.label("ended_at")
    return select(determinations, events.c.event, events.c.reason, events.c.by, ended).select_from(
        determinations.outerjoin(events, events.c.determination == determinations.c.id)
    )


def told(kept: Mapping[str, Any], certificate: str, status: str, history: list[dict[str, Any]]) -> dict[str, Any]:
    """A determination as the contract tells it; `kept` is its record."""
    return {
        "id": kept["id"],
        "reference": (kept["request"] or {}).get("reference"),
        "status": status,
        "recorded_at": kept["recorded_at"],
        "retain_until": kept["retain_until"],
        "request": kept["request"],
        "result": kept["result"],
        "certificate": certificate,
        "supersedes": kept["supersedes"],
        "history": history,
    }
