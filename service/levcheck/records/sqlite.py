"""Connections to a SQLite file: durable, to that very file, and patient with other writers."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

BUSY_MS = 5_000
_AGAIN_S = 0.001


def engine_of(url: URL, busy_ms: int = BUSY_MS, **chosen: Any) -> Engine:
    """Connections to the file of a URL, where it is there, which wait for a lock by themselves for `busy_ms`."""
    # Only `Store.make` makes the file: where one is gone, an empty one in its place would be written to as if it were it.
    path = Path(url.database or "").absolute()
    existing = url.set(database=f"file:{quote(str(path))}", query={"mode": "rw", "uri": "true"})
    waits = {"timeout": BUSY_MS / 1000}
    engine = create_engine(existing, connect_args=waits, pool_timeout=5, hide_parameters=True, **chosen)
    event.listen(engine, "connect", partial(_configure, path, busy_ms))
    event.listen(engine, "checkout", partial(_refuse_another_file, path))
    return engine


def _configure(path: Path, busy_ms: int, connection: Any, record: Any) -> None:
    record.info["file"] = _file(path)
    connection.isolation_level = None  # the driver must not begin transactions by itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={busy_ms}"):
        connection.execute(f"PRAGMA {pragma}")


def _refuse_another_file(path: Path, _connection: Any, record: Any, _proxy: Any) -> None:
    """A file that was moved away or deleted still takes writes, and nobody would find them again: another is opened."""
    if record.info["file"] != _file(path):
        raise DisconnectionError


def _file(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def begin(connection: Connection) -> None:
    """Take the write lock at once: a transaction that reads first and then writes can fail without a retry."""
    cursor = connection.connection.cursor()
    if not connection.get_execution_options().get("levcheck_writes"):
        cursor.execute("BEGIN")
        return
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        patiently(lambda: cursor.execute("BEGIN IMMEDIATE"))
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")


def patiently(attempt: Callable[[], object]) -> None:
    """Try until the write lock is to be had. SQLite's own wait sleeps ever longer: the lock is another's each time."""
    end = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            attempt()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(_AGAIN_S)
