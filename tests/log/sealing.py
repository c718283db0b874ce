"""What the tests of the log share: a plain tree by the RFC's own definition, and sealing as a deployment seals."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from levcheck.log import state
from levcheck.log.findings import Findings
from levcheck.log.sealer import seal
from levcheck.log.tables import log_checkpoints, log_entries, log_nodes
from levcheck.log.verify import verify
from levcheck.records.records import Records
from records.keeping import clock
from sqlalchemy import select

TABLES = (log_entries, log_nodes, log_checkpoints)


class PlainTree:
    """MTH of RFC 9162, 2.1.1, word for word."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.entries = entries
        self.hash = cache(self._hash)

    def _hash(self, begin: int, end: int) -> bytes:
        if begin == end:
            return hashlib.sha256(b"").digest()
        if end - begin == 1:
            return hashlib.sha256(b"\x00" + self.entries[begin]).digest()
        k = 1
        while k * 2 < end - begin:
            k *= 2
        return hashlib.sha256(b"\x01" + self.hash(begin, begin + k) + self.hash(begin + k, end)).digest()

    def root(self, size: int) -> bytes:
        """The root over the first entries."""
        return self.hash(0, size)


def sealed(records: Records) -> int:
    """Seal everything, however old. Returns how many entries were appended."""
    return seal(records.store, records.keys, records.now, records.issuer)


def verified(records: Records, *held: str) -> Findings:
    """What a verification finds, with checkpoints that somebody kept."""
    return verify(records.store, records.keys, clock(), [(f"Kept checkpoint {n}", text) for n, text in enumerate(held)])


def checkpoint(records: Records) -> str:
    """The newest checkpoint's JWS."""
    return state.checkpoint(records.store).signed


def rows(records: Records) -> list[list[tuple[Any, ...]]]:
    """Every row of the log's tables."""
    with records.store.read() as connection:
        return [
            [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in TABLES
        ]


def entries(records: Records) -> list[str]:
    """The text of every entry."""
    return [row[2] for row in rows(records)[0]]
