"""Resident memory while a store fills: `python benchmarks/memory.py [RECORDS]`, 100,000 unless told.

One process records signed determinations in a new SQLite store, one after the other, and prints its memory at each tenth.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from levcheck.evidence.registry import Registry
from levcheck.records import schema
from levcheck.records.keys import Keys
from levcheck.records.records import Call, Records
from levcheck.records.store import Store, default_url

BODY = {
    "transaction": {"type": "sale"},
    "vehicle": {"vin": "1FTEW3LP9SKE98169", "mileage": 12, "certification": {"california": False}},
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "NC"},
}


def resident() -> float:
    """This process's resident memory, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(count: int) -> None:
    """Fill a store and print."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        store = Store(default_url(data))
        schema.upgrade(store)
        now = lambda: datetime.now(UTC)  # noqa: E731
        records = Records(store, Keys.in_folder(data, now()), Registry(), reading="as_written", now=now)
        for number in range(count):
            if number % max(1, count // 10) == 0:
                print(f"{number:9,} records  {resident():6.0f} MB", flush=True)
            records.create(Call("local", str(number), BODY), BODY, date(2025, 6, 1))
        print(f"{count:9,} records  {resident():6.0f} MB", flush=True)
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
