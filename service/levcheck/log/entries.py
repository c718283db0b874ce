"""What the log holds of a record: its id, times and hash, and no VIN, reference or name, so that it may outlive it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from ..records import canonical
from ..records.tables import determinations, events
from .tables import log_entries

DETERMINATION, EVENT = "determination", "event"
TABLES = {DETERMINATION: determinations, EVENT: events}
_RECORD = [determinations.c[name] for name in ("id", "recorded_at", "retain_until", "record")]
_HASHED = ("id", "determination", "event", "reason", "by", "account", "idempotency_key", "fingerprint", "recorded_at")
"""What an event's hash is over: a column that is added later must not change the hashes of past events."""


@dataclass(frozen=True)
class Entry:
    """An entry of the log: the id that it speaks of, and its text, whose bytes are the leaf."""

    id: str
    text: str


def of_determination(row: Row[Any]) -> Entry:
    """The entry of a determination."""
    told = {name: getattr(row, name) for name in ("id", "recorded_at", "retain_until")}
    return _entry(told | {"kind": DETERMINATION, "record": canonical.digest(row.record.encode())})


def of_event(row: Row[Any]) -> Entry:
    """The entry of an event; its hash is over its row as canonical JSON."""
    told = {name: getattr(row, name) for name in ("id", "determination", "event", "recorded_at")}
    whole = {name: getattr(row, name) for name in _HASHED}
    return _entry(told | {"kind": EVENT, "hash": canonical.digest(canonical.encoded(whole))})


def _entry(told: dict[str, str]) -> Entry:
    return Entry(told["id"], canonical.encoded(told).decode())


def unsealed(connection: Connection, after: str, limit: int) -> list[Entry]:
    """Entries that the log lacks, for records whose ids are greater than `after`, in the order of the ids."""
    found = [of_determination(row) for row in connection.execute(_lacking(_RECORD, after).limit(limit))]
    found += [of_event(row) for row in connection.execute(_lacking([*events.columns], after).limit(limit))]
    return sorted(found, key=lambda entry: entry.id)[:limit]


def _lacking(columns: list[Any], after: str) -> Any:
    id = columns[0]
    return select(*columns).where(id > after, ~logged(id)).order_by(id)


def logged(id: Any, size: int | None = None) -> Any:
    """Whether the log has an entry for a record, among its first `size` if that is given.

    A subquery for each record, which PostgreSQL answers by the index on ids. A join it would plan by what it last counted,
    and for records made since then compare each with each, or read the whole log.
    """
    entry = select(log_entries.c.leaf_index).where(log_entries.c.id == id)
    return (entry if size is None else entry.where(log_entries.c.leaf_index < size)).scalar_subquery().is_not(None)


def as_kept(connection: Connection, ids: Iterable[str]) -> dict[str, Entry]:
    """For each of the ids that the store still has: the entry as it would be written today."""
    wanted = list(ids)
    rows = connection.execute(select(*_RECORD).where(determinations.c.id.in_(wanted)))
    found = {row.id: of_determination(row) for row in rows}
    return found | {row.id: of_event(row) for row in connection.execute(select(events).where(events.c.id.in_(wanted)))}
