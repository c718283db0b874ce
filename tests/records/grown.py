"""Determinations by the million, for what has to hold however many are kept: thin rows, the same ones every time.

Row `n` is a function of `n` alone. It has the columns and the indexes of a recorded determination, but a record of about
400 bytes in the place of 8,000, and a certificate that nobody signed. Three rows share a VIN and a reference; one comes
every three seconds. They are laid out for the worst that a list can be asked:

- half of all are `BUSY`'s, who is only ever permitted: its prohibited ones are sought among millions and never found;
- `undetermined` stops after the first `EARLY` rows, so that a page of them lies at the far end;
- one reference in a thousand is `REPEATED`, whosever row it is; the first row of all is the only one of `QUIET`.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from levcheck.law.current import HASH, LAW, portable
from levcheck.records import canonical
from levcheck.records.store import Store
from levcheck.records.tables import determinations, rulesets
from levcheck.records.times import RETENTION_YEARS, as_text, retain_until
from sqlalchemy import insert, select

BEGIN, APART = datetime(2026, 1, 1, tzinfo=UTC), timedelta(seconds=3)
BUSY, QUIET, ACCOUNTS = "busy", "quiet", 1_000
REPEATED, EARLY = "stock", 1_000
AT_ONCE = 50_000
COLUMNS = tuple(column.name for column in determinations.columns)
Row = tuple[Any, ...]


def moment(number: int) -> datetime:
    """When a row was recorded."""
    return BEGIN + number * APART


def id_of(number: int) -> str:
    """A row's id."""
    return _id(moment(number), _mixed(number))


def vin_of(number: int) -> str:
    """A row's VIN, which it shares with two others. Nothing but its length is as in a real one."""
    return f"GRWN{_mixed(-1 - number // 3)[:13].upper()}"


def reference_of(number: int) -> str:
    """A row's reference."""
    return REPEATED if number % 1_000 == 0 else f"deal {number // 3}"


def rows(begin: int, end: int) -> Iterator[Row]:
    """The rows of these numbers, the end excluded, as the table has its columns."""
    return map(_row, range(begin, end))


def _mixed(number: int) -> str:
    """32 hexadecimal digits that a number has for itself."""
    return hashlib.blake2b(number.to_bytes(8, signed=True), digest_size=16).hexdigest()


def _id(at: datetime, mixed: str) -> str:
    time = f"{int(at.timestamp() * 1000):012x}"
    return f"{time[:8]}-{time[8:]}-7{mixed[:3]}-8{mixed[3:6]}-{mixed[6:18]}"


def _account(number: int, mixed: str) -> str:
    if number == 0:
        return QUIET
    drawn = int(mixed[-8:], 16)
    return BUSY if drawn & 1 else f"dealer-{drawn % ACCOUNTS}"


def _verdict(number: int, account: str) -> str:
    if number < EARLY and number % 10 == 0:
        return "undetermined"
    return "permitted" if account == BUSY or number % 3 else "prohibited"


def _row(number: int) -> Row:
    at, mixed = moment(number), _mixed(number)
    id, account = _id(at, mixed), _account(number, mixed)
    reference, vin, verdict = reference_of(number), vin_of(number), _verdict(number, account)
    recorded_at, kept_until = as_text(at), retain_until(at, RETENTION_YEARS)
    record = {
        "id": id,
        "account": account,
        "recorded_at": recorded_at,
        "retain_until": kept_until,
        "supersedes": None,
        "request": {"reference": reference, "vehicle": {"vin": vin}},
        "result": {"verdict": verdict},
    }
    text = canonical.encoded(record).decode()
    return id, account, mixed, mixed * 2, reference, vin, verdict, recorded_at, kept_until, HASH, text, mixed


def add(store: Store, begin: int, end: int) -> None:
    """Add the rows of these numbers to an upgraded store, by its database's own way for many rows. Its guards stay."""
    with store.write() as connection:
        if connection.execute(select(rulesets)).first() is None:
            law = canonical.encoded(portable(LAW)).decode()
            connection.execute(insert(rulesets), {"ruleset": HASH, "law": law, "stored_at": as_text(BEGIN)})
    (_into_sqlite if store.is_sqlite else _into_postgresql)(store, rows(begin, end))


def _into_sqlite(store: Store, found: Iterator[Row]) -> None:
    with contextlib.closing(sqlite3.connect(str(store.url.database))) as connection:
        for pragma in ("synchronous=OFF", "cache_size=-2000000"):
            connection.execute(f"PRAGMA {pragma}")
        places = ", ".join("?" * len(COLUMNS))
        while lot := list(islice(found, AT_ONCE)):
            with connection:
                connection.executemany(f"INSERT INTO determinations ({', '.join(COLUMNS)}) VALUES ({places})", lot)


def _into_postgresql(store: Store, found: Iterator[Row]) -> None:
    with store.write() as connection:
        driver: Any = connection.connection.driver_connection
        with driver.cursor().copy(f"COPY determinations ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in found:
                copy.write_row(row)
