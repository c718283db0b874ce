"""The sealer: appends what was recorded to the log, in batches, off the path of those who record.

Ids are made before their rows are committed, so rows can appear late and out of order: each pass looks back over a window of
ids before the newest checkpoint, and wider now and then. A checkpoint is signed only when a pass has found everything that
its window holds; what comes to light after it was made before it, by more than the grace of `log.verify`, is back-dated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select

from ..records.keys import Keys
from ..records.store import Store
from ..records.times import first_id
from . import checkpoints, entries
from .merkle import leaf_hash
from .tables import log_checkpoints, log_entries, log_nodes
from .tree import Edge, Kept, Node

BATCH = 256
HEARTBEAT = timedelta(hours=1)
"""A quiet log is signed again after this, so that nothing can be dated back into the quiet."""
_LOCK = int.from_bytes(b"levcheck")


class Outrun(Exception):
    """Another sealer is at work, or was: nothing was written."""


@dataclass(frozen=True)
class _Batch:
    """What one transaction writes, and the ends of the log that it was made for."""

    ends: tuple[int, int]
    entries: list[entries.Entry]
    nodes: list[Node]
    checkpoint: checkpoints.Checkpoint | None


def seal(
    store: Store,
    keys: Keys,
    now: Callable[[], datetime],
    issuer: str,
    after: str = "",
    ended: Callable[[], bool] = lambda: False,
    apart: timedelta = timedelta(0),
) -> int:
    """Append every record that the log lacks, of those with ids greater than `after`, and sign a checkpoint.

    With `apart` a checkpoint that is younger than that counts as another sealer's work.
    Returns how many were appended. Stops early once `ended`; nothing is lost. Raises Outrun, StoreUnavailable, InFlight.
    """
    appended = 0
    while not ended() and (batch := _prepared(store, keys, now, issuer, after, apart)):
        _write(store, batch)
        appended += len(batch.entries)
        if batch.checkpoint:
            break
        after = batch.entries[-1].id
    return appended


def reaching_back(store: Store, now: datetime, window: timedelta) -> str:
    """The id after which a pass looks: `window` before the newest checkpoint; the beginning if there is none."""
    with store.read() as connection:
        last = checkpoints.newest(connection)
    return first_id(min(datetime.fromisoformat(last[1].at), now) - window) if last else ""


def _prepared(
    store: Store, keys: Keys, now: Callable[[], datetime], issuer: str, after: str, apart: timedelta
) -> _Batch | None:
    """The next batch, read and hashed before anything is locked; None if there is nothing to append or to sign."""
    with store.read() as connection:
        last, moment = checkpoints.newest(connection), now()
        if last and timedelta(0) <= moment - datetime.fromisoformat(last[1].at) < apart:
            raise Outrun
        found = entries.unsealed(connection, after, BATCH)
        ends = _ends(connection)
        if not found and not _is_due(ends[0], last and last[1], moment):
            return None
        edge = Kept(connection, ends[0]).edge()
    nodes = [node for entry in found for node in edge.append(leaf_hash(entry.text.encode()))]
    return _Batch(ends, found, nodes, _signed(edge, keys, now, issuer) if len(found) < BATCH else None)


def _is_due(size: int, last: checkpoints.Checkpoint | None, now: datetime) -> bool:
    if last is None or last.size < size:  # entries were appended by a sealer that did not come to sign
        return size > 0
    return abs(now - datetime.fromisoformat(last.at)) >= HEARTBEAT  # one of the future was signed by a wrong clock


def _signed(edge: Edge, keys: Keys, now: Callable[[], datetime], issuer: str) -> checkpoints.Checkpoint:
    return checkpoints.made(edge.size, edge.root(), now(), issuer, keys)


def _ends(connection: Connection) -> tuple[int, int]:
    """The index and the number that the next entry and the next checkpoint get."""
    indexes = select(func.coalesce(func.max(log_entries.c.leaf_index) + 1, 0))
    numbers = select(func.coalesce(func.max(log_checkpoints.c.number) + 1, 0))
    return connection.execute(indexes).scalar_one(), connection.execute(numbers).scalar_one()


def _write(store: Store, batch: _Batch) -> None:
    """Write a batch where the log still ends as it did. Raises Outrun."""
    with store.write() as connection:  # in SQLite nobody else writes meanwhile
        if not store.is_sqlite and not connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK))).scalar_one():
            raise Outrun
        if _ends(connection) != batch.ends:
            raise Outrun
        index, number = batch.ends
        if batch.entries:
            rows = [{"leaf_index": at, "id": entry.id, "entry": entry.text} for at, entry in enumerate(batch.entries, index)]
            connection.execute(insert(log_entries), rows)
        if batch.nodes:
            connection.execute(insert(log_nodes), [{**asdict(node), "hash": node.hash.hex()} for node in batch.nodes])
        if batch.checkpoint:
            connection.execute(insert(log_checkpoints), {"number": number, **batch.checkpoint.told()})
