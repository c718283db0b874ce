"""New databases of either kind, and how much of the disk they take."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from levcheck.records.store import default_url
from records.postgres import Postgres

POSTGRESQL = ("shared_buffers=1GB", "max_wal_size=2GB")
"""More than PostgreSQL's own 128 MB and 1 GB, as on any machine that is given to it. Commits are durable."""


@dataclass(frozen=True)
class Place:
    """A new database, the data folder beside it, the bytes that the database takes, and what it does when it has time."""

    url: str
    data: Path
    size: Callable[[], int]
    tidy: Callable[[], object] = lambda: None


@contextlib.contextmanager
def sqlite() -> Iterator[Callable[[], Place]]:
    """Makes files in folders that are removed in the end."""
    with contextlib.ExitStack() as ending:

        def place() -> Place:
            folder = _folder(ending)
            return Place(default_url(folder), folder, lambda: sum(file.stat().st_size for file in folder.glob("*.sqlite3*")))

        yield place


@contextlib.contextmanager
def postgresql() -> Iterator[Callable[[], Place]]:
    """Makes databases of one server, whose commits are durable and which is removed in the end."""
    with contextlib.ExitStack() as ending:
        server = Postgres(settings=POSTGRESQL)
        ending.callback(server.remove)
        server.start()

        def place() -> Place:
            url = server.fresh()
            connection = ending.enter_context(psycopg.connect(url, autocommit=True))

            def size() -> int:
                return int(connection.execute("SELECT pg_database_size(current_database())").fetchone()[0])

            return Place(url, _folder(ending), size, lambda: connection.execute("VACUUM ANALYZE"))

        yield place


def _folder(ending: contextlib.ExitStack) -> Path:
    return Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="levcheck-growth-")))


STORES = {"sqlite": sqlite, "postgresql": postgresql}
