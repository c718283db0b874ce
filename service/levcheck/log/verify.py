"""The log read again from its first entry: the tree, every checkpoint, and every record against its entry.

Rows are read in batches, and but for the tree's edge nothing is held that grows with the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, func, or_, select

from ..records import canonical
from ..records.keys import Keys
from ..records.store import Store
from ..records.times import as_text, first_id
from . import checkpoints, entries
from .findings import GRACE, Findings
from .merkle import leaf_hash
from .tables import log_entries, log_nodes
from .tree import BITS, Edge, Node
from .witnesses import Witnesses

BATCH = 500
Rows = Sequence[Row[Any]]
Progress = Callable[[Iterable[Rows], int], Iterable[Rows]]


def verify(
    store: Store,
    keys: Keys,
    now: datetime,
    held: Sequence[tuple[str, str]] = (),
    progress: Progress = lambda batches, _count: batches,
) -> Findings:
    """Verify the log of a store as it is now. `held` are checkpoints that somebody kept: a name for each, and its JWS.

    `progress` wraps the batches of entries, of which it is told the number.
    """
    found = Findings()
    with store.read() as connection:
        size = connection.execute(select(func.coalesce(func.max(log_entries.c.leaf_index) + 1, 0))).scalar_one()
        last = checkpoints.newest(connection)
        _count_nodes(connection.execute(select(log_nodes.c.level, func.count()).group_by(log_nodes.c.level)), size, found)
    witnesses = Witnesses(store, keys, found, held, last[0] if last else -1)
    reading = _Reading(store, found, witnesses, as_text(now))
    for batch in progress(_batches(store, size), -(-size // BATCH)):
        reading.read(batch)
    witnesses.close(reading.edge)
    latest = as_text(now - GRACE)
    sealed_until = min(witnesses.floor or latest, latest)
    for kind, table in entries.TABLES.items():
        for id in _unlogged(store, table, sealed_until):
            found.add(f"The {kind} {id} is not in the log.")
    return found


class _Reading:
    """The entries one after another, and the tree that grows over them."""

    def __init__(self, store: Store, found: Findings, witnesses: Witnesses, now: str) -> None:
        self.store, self.found, self.witnesses, self.now = store, found, witnesses, now
        self.edge = Edge()
        self.gap = 0

    def read(self, batch: Rows) -> None:
        """Read a batch of entries against the records that they speak of."""
        nodes: list[Node] = []
        with self.store.read() as connection:
            kept = entries.as_kept(connection, [row.id for row in batch])
        for row in batch:
            self.witnesses.reached(self.edge)
            if self.gap != (gap := row.leaf_index - self.edge.size):
                self.found.add(f"Entry {self.edge.size + self.gap} is missing: entry {row.leaf_index} stands in its place.")
                self.gap = gap
            self._compare(row, kept.get(row.id))
            nodes += self.edge.append(leaf_hash(row.entry.encode()))
        self.witnesses.reached(self.edge)
        self.found.entries += len(batch)
        self._compare_nodes(nodes)

    def _compare(self, row: Row[Any], kept: entries.Entry | None) -> None:
        told = _told(row.entry)
        if told is None or told["id"] != row.id:
            self.found.add(f"Entry {row.leaf_index} cannot be read, or is not of the record {row.id}.")
            return
        record = f"Entry {row.leaf_index}: the {told['kind']} {row.id}"
        if told["recorded_at"] < self.witnesses.floor:
            vouched = "a checkpoint without it was signed later than that"
            self.found.add(f"{record} says that it was recorded at {told['recorded_at']}, but {vouched}: it is back-dated.")
        if kept is not None:
            if kept.text != row.entry:
                self.found.add(f"{record} is not as it was when it was logged: it was altered.")
        elif (until := self._retained(told)) > self.now:
            self.found.add(f"{record} is gone, and had to be kept until {until}: it was removed.")

    def _retained(self, told: dict[str, str]) -> str:
        """Until when a record that is gone had to be kept: an event as long as its determination."""
        if told["kind"] == entries.DETERMINATION:
            return told["retain_until"]
        with self.store.read() as connection:
            query = select(log_entries.c.entry).where(log_entries.c.id == told["determination"])
            determination = _told(connection.execute(query).scalar() or "")
        return determination["retain_until"] if determination else "a date that the log does not tell"

    def _compare_nodes(self, nodes: list[Node]) -> None:
        with self.store.read() as connection:
            for node in nodes:
                at = log_nodes.c
                query = select(at.hash).where(at.level == node.level, at.position == node.position)
                if connection.execute(query).scalar() != node.hash.hex():
                    self.found.add(f"Node {node.position} of level {node.level} is not the hash of its entries.")


_MEMBERS = {
    entries.DETERMINATION: {"kind", "id", "recorded_at", "retain_until", "record"},
    entries.EVENT: {"kind", "id", "recorded_at", "determination", "event", "hash"},
}


def _told(text: str) -> dict[str, str] | None:
    """What an entry says; None if it is not one."""
    try:
        told: dict[str, str] = canonical.decoded(text)
        whole = set(told) == _MEMBERS[told["kind"]] and all(isinstance(value, str) for value in told.values())
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return told if whole else None


def _batches(store: Store, size: int) -> Iterator[Rows]:
    """The entries that are there at the start, a batch a transaction."""
    at = log_entries.c
    last = None
    while True:
        query = select(log_entries).where(at.leaf_index < size).order_by(at.leaf_index).limit(BATCH)
        with store.read() as connection:
            rows: Rows = connection.execute(query if last is None else query.where(at.leaf_index > last)).all()
        if not rows:
            return
        yield rows
        last = rows[-1].leaf_index


def _count_nodes(rows: Iterable[Any], size: int, found: Findings) -> None:
    for level, count in rows:
        if level < 1 or count > size >> BITS * level:
            found.add(f"Level {level} has {count:,} nodes, more than {size:,} entries make.")


def _unlogged(store: Store, table: Table, until: str) -> Iterator[str]:
    """The ids of records that the log lacks, made before `until` by their own time or by their id's."""
    at = table.c
    early = or_(at.recorded_at < until, at.id < first_id(datetime.fromisoformat(until)))
    last = ""
    while True:
        lacking = select(at.id).where(at.id > last, early, ~entries.logged(at.id)).order_by(at.id).limit(BATCH)
        with store.read() as connection:
            ids = connection.execute(lacking).scalars().all()
        yield from ids
        if len(ids) < BATCH:
            return
        last = ids[-1]
