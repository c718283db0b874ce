"""What was read of other organizations' records, and by whom: kept as it is, for as long as the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from ..records.store import Store
from ..records.tables import reads
from ..records.times import as_text, new_id
from .api_keys import Caller


def log_read(store: Store, caller: Caller, operation: str, object: str, now: datetime) -> None:
    """Write down a read before it is answered: `object` is an id, or what chose a list's page."""
    row = {
        "id": new_id(now),
        "at": as_text(now),
        "organization": caller.organization,
        "key": caller.key_id,
        "operation": operation,
        "object": object,
    }
    with store.write() as connection:
        connection.execute(insert(reads).values(**row))


def all_reads(store: Store) -> Iterator[Any]:
    """Every read, oldest first."""
    with store.read() as connection:
        yield from connection.execute(select(reads).order_by(reads.c.id))
