"""The two stores, each new and of its own, and how much of the disk they take."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from levcheck.records.store import Store, default_url
from records.postgres import Postgres

POSTGRESQL = ("shared_buffers=1GB", "max_wal_size=2GB")
"""More than PostgreSQL's own 128 MB and 1 GB, as on any machine that is given to it. Commits are durable."""


@dataclass(frozen=True)
class Place:
    """A new database, the data folder beside it, the bytes that the database takes, and what it does when it has time."""

    url: str
    data: Path
    size: Callable[[], int]
    tidy: Callable[[], None] = lambda: None


@contextlib.contextmanager
def sqlite() -> Iterator[Place]:
    """A file in a folder that is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="levcheck-growth-") as name:
        folder = Path(name)
        yield Place(default_url(folder), folder, lambda: sum(file.stat().st_size for file in folder.glob("*.sqlite3*")))


@contextlib.contextmanager
def postgresql() -> Iterator[Place]:
    """A server with durable commits, removed in the end."""
    with tempfile.TemporaryDirectory(prefix="levcheck-growth-") as name, contextlib.ExitStack() as ending:
        server = Postgres(settings=POSTGRESQL)
        ending.callback(server.remove)
        server.start()
        url = server.fresh()
        store = Store(url)
        ending.callback(store.close)

        def size() -> int:
            with store.read() as connection:
                return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())

        def tidy() -> None:
            with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")

        yield Place(url, Path(name), size, tidy)


STORES = {"sqlite": sqlite, "postgresql": postgresql}
