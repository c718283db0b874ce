"""The checkpoints of a verification: those of the store, and those that somebody kept elsewhere and now holds against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from ..records.keys import Keys
from ..records.store import Store
from ..records.times import as_text
from .checkpoints import Checkpoint, NotACheckpoint, read
from .findings import GRACE, Findings
from .tables import log_checkpoints
from .tree import Edge

BATCH = 500


class Witnesses:
    """Compares each checkpoint with the tree as soon as the tree has grown to its size.

    `floor` is the time before which nothing may have been recorded that comes now.
    """

    def __init__(self, store: Store, keys: Keys, found: Findings, held: Sequence[tuple[str, str]], newest: int) -> None:
        self._store, self._keys, self._found = store, keys, found
        self._floor = self._held_floor = ""
        self._expected = 0
        self._stored = self._rows(newest)
        self._next_stored = next(self._stored, None)
        self._held = sorted(self._readable(held), key=lambda named: named[1].size)
        self._unseen = {checkpoint.signed for _, checkpoint in self._held}
        self._differs_from = self._differs_until = ""

    @property
    def floor(self) -> str:
        """The latest time for which a checkpoint vouches, less the grace."""
        return max(self._floor, self._held_floor)

    def reached(self, edge: Edge) -> None:
        """Compare what is signed over this many entries."""
        while self._next_stored is not None and self._next_stored.size <= edge.size:
            self._compare_stored(self._next_stored, edge)
            self._next_stored = next(self._stored, None)
        while self._held and self._held[0][1].size <= edge.size:
            self._compare_held(*self._held.pop(0), edge)

    def close(self, edge: Edge) -> None:
        """Tell the checkpoints that are signed over more entries than there are."""
        self._tell_differing()
        while self._next_stored is not None:
            row = self._next_stored
            self._found.add(f"Checkpoint {row.number} was signed over {row.size:,} entries; there are {edge.size:,}.")
            self._next_stored = next(self._stored, None)
        for name, checkpoint in self._held:
            signed = f"was signed over {checkpoint.size:,} entries at {checkpoint.at}"
            self._found.add_first(f"{name} {signed}; there are {edge.size:,}: entries were removed.")

    def _compare_held(self, name: str, checkpoint: Checkpoint, edge: Edge) -> None:
        told = f"{name} ({checkpoint.size:,} entries at {checkpoint.at})"
        if checkpoint.root != edge.root().hex():
            self._found.add_first(f"{told} has another root: an entry before was removed, altered, added or moved.")
        elif checkpoint.signed in self._unseen:
            self._found.add_first(f"{told} is no longer among the checkpoints of the log: it was removed.")
        self._held_floor = max(self._held_floor, _floor(checkpoint.at))

    def _compare_stored(self, row: Row[Any], edge: Edge) -> None:
        self._found.checkpoints += 1
        name = f"Checkpoint {row.number}"
        if row.number != self._expected:
            self._found.add(f"Checkpoint {self._expected} is missing.")
        self._expected = row.number + 1
        self._unseen.discard(row.signed)
        try:
            signed = read(row.signed, self._keys)
        except NotACheckpoint as error:
            self._found.add(f"{name} does not verify: {error}")
            return
        if signed != Checkpoint(row.size, row.root, row.at, row.signed):
            self._found.add(f"{name} does not say what was signed.")
        if signed.size != edge.size or signed.root != edge.root().hex():
            self._differs_until = f"{name} (of {signed.size:,} entries)"
            self._differs_from = self._differs_from or self._differs_until
        else:
            self._tell_differing()
        if signed.at < self._floor:
            self._found.add(f"{name} was signed at {signed.at}, long before the one before it.")
            self._floor = ""  # told once: what follows is held to this one
        self._floor = max(self._floor, _floor(signed.at))

    def _tell_differing(self) -> None:
        """Once an entry is changed all later roots differ: one fault, told from where to where."""
        if self._differs_from:
            until = "" if self._differs_from == self._differs_until else f", and so on to {self._differs_until}"
            self._found.add(f"{self._differs_from} does not have the root of the entries{until}.")
        self._differs_from = ""

    def _rows(self, newest: int) -> Iterator[Row[Any]]:
        """The stored checkpoints that are there at the start, a batch a transaction."""
        number = log_checkpoints.c.number
        last = None
        while True:
            query = select(log_checkpoints).where(number <= newest).order_by(number).limit(BATCH)
            with self._store.read() as connection:
                rows = connection.execute(query if last is None else query.where(number > last)).all()
            if not rows:
                return
            yield from rows
            last = rows[-1].number

    def _readable(self, held: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Checkpoint]]:
        for name, signed in held:
            try:
                yield name, read(signed, self._keys)
            except NotACheckpoint as error:
                self._found.add(f"{name} does not verify: {error}")


def _floor(at: str) -> str:
    return as_text(datetime.fromisoformat(at) - GRACE)
