"""What the log proves, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from ..records.store import Store
from ..records.times import first_id
from . import checkpoints
from .checkpoints import Checkpoint
from .entries import TABLES, logged
from .merkle import consistency_path, inclusion_path
from .tables import log_entries
from .tree import Kept

WINDOW = timedelta(minutes=1)


class NotSealedYet(Exception):
    """The record, or the log itself, waits for its first checkpoint: a second or so."""


class NoSuchSize(Exception):
    """The log has no checkpoint of this size that would do; the message says why."""


@dataclass(frozen=True)
class Lag:
    """How far the log has come: its signed size, and the age in seconds of the oldest record that is not in it (0: none)."""

    size: int
    seconds: float


def checkpoint(store: Store, size: int | None = None) -> Checkpoint:
    """The newest checkpoint, or the first of a size. Raises NotSealedYet, NoSuchSize."""
    with store.read() as connection:
        return _checkpoint(connection, size)


def _checkpoint(connection: Connection, size: int | None) -> Checkpoint:
    last = checkpoints.newest(connection)
    if last is None:
        raise NotSealedYet
    if size is None:
        return last[1]
    found = checkpoints.of_size(connection, size)
    if found is None:
        raise NoSuchSize(f"No checkpoint has the size {size:,}; the newest has {last[1].size:,}.")
    return found


def inclusion(store: Store, id: str, size: int | None = None) -> dict[str, Any]:
    """The proof that a record's entry is under a checkpoint, as the contract tells it. Raises NotSealedYet, NoSuchSize."""
    with store.read() as connection:
        row = connection.execute(select(log_entries).where(log_entries.c.id == id)).first()
        last = checkpoints.newest(connection)
        if row is None or last is None or row.leaf_index >= last[1].size:
            raise NotSealedYet
        under = _checkpoint(connection, size)
        if row.leaf_index >= under.size:
            raise NoSuchSize(f"The record's entry has the index {row.leaf_index:,}: it came after that checkpoint.")
        tree = Kept(connection, under.size)
        path = [tree.hash(span).hex() for span in inclusion_path(row.leaf_index, under.size)]
    return {
        "entry": row.entry,
        "index": row.leaf_index,
        "size": under.size,
        "inclusion": path,
        "checkpoint": under.told(),
    }


def consistency(store: Store, first: int, second: int | None = None) -> dict[str, Any]:
    """The proof that the log of `first` entries is the beginning of that of `second` (default: of the newest checkpoint).

    Raises NotSealedYet, NoSuchSize.
    """
    with store.read() as connection:
        size = _checkpoint(connection, None).size
        second = size if second is None else second
        if not 0 < first <= second <= size:
            raise NoSuchSize(f"Sizes go up: 0 < first <= second <= {size:,}, the size of the newest checkpoint.")
        tree = Kept(connection, size)
        path = [tree.hash(span).hex() for span in consistency_path(first, second)]
    return {"first": first, "second": second, "proof": path}


def lag(store: Store, now: datetime) -> Lag:
    """How far the log has come. Looks no further back than a minute before the newest checkpoint, so that it stays cheap."""
    with store.read() as connection:
        last = checkpoints.newest(connection)
        size, after = 0, ""
        if last:
            size, after = last[1].size, first_id(min(datetime.fromisoformat(last[1].at), now) - WINDOW)
        oldest = [at for at in (_oldest(connection, table, after, size) for table in TABLES.values()) if at]
    waits = (now - datetime.fromisoformat(min(oldest))).total_seconds() if oldest else 0.0
    return Lag(size, max(0.0, waits))


def _oldest(connection: Connection, table: Any, after: str, size: int) -> str | None:
    """When the first record that no checkpoint covers was made."""
    at = table.c
    query = select(at.recorded_at).where(at.id > after, ~logged(at.id, size)).order_by(at.id).limit(1)
    found: str | None = connection.execute(query).scalar()
    return found
