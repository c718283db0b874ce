"""Determinations that wait for the line: a queue in one SQLite file, durable before a call returns (WAL, synchronous=FULL).

Programs may share the file; it must lie on a disk of this machine. One sends at a time: it holds a lock on a second file,
which the system lets go of when a process ends, however it ends.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from levcheck_client.errors import InvalidTransaction, OutboxUnavailable
from levcheck_client.queued import Queued, Standing

VERSION = 1
PATIENCE = 5.0  # seconds; another program writes for milliseconds
TABLE = """
CREATE TABLE determinations (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  idempotency_key TEXT NOT NULL UNIQUE,
  body BLOB NOT NULL,
  date TEXT NOT NULL,
  created TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'sent', 'refused')),
  determination TEXT,
  problem TEXT
)
"""
STATE = "SELECT user_version, (SELECT count(*) FROM sqlite_master) FROM pragma_user_version"
COLUMNS = "position, idempotency_key, body, date, created, status, determination, problem"


class Outbox:
    """The queue in one file, made if it is not there. Raises `OutboxUnavailable`. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        with self._connection() as connection:
            version, tables = connection.execute(STATE).fetchone()
            if version not in (0, VERSION):
                raise OutboxUnavailable(f"{self.path} is an outbox of another version of this library ({version})")
            if version == 0 and tables:
                raise OutboxUnavailable(f"{self.path} is another program's database")
            if version == 0:
                self._set_up(connection)

    def _set_up(self, connection: sqlite3.Connection) -> None:
        # What waits in it are customers' deals: the file, and those that SQLite makes beside it, are for their owner alone.
        with contextlib.suppress(OSError):
            self.path.chmod(0o600)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                # Not waited for by SQLite itself while another program does the same.
                connection.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
        with _transaction(connection):
            if connection.execute(STATE).fetchone() == (0, 0):  # not set up by another program meanwhile
                connection.execute(TABLE)
                connection.execute(f"PRAGMA user_version = {VERSION}")

    def add(self, key: str, body: bytes, date: str, now: float) -> Queued:
        """Queue a determination; it is durable on return. One that waits under its key already stays where it is.

        One that was refused waits again, as it is now: nothing was recorded under its key. Raises `InvalidTransaction` if
        the key was used for another one.
        """
        with self._connection() as connection, _transaction(connection):
            connection.execute(
                "INSERT INTO determinations (idempotency_key, body, date, created) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (idempotency_key) DO UPDATE"
                " SET body = excluded.body, date = excluded.date, status = 'waiting', problem = NULL"
                " WHERE status = 'refused'",
                (key, body, date, datetime.fromtimestamp(now, timezone.utc).isoformat(timespec="milliseconds")),
            )
            row = self._one(connection, "WHERE idempotency_key = ?", key)
        assert row is not None
        if row.body != body:
            raise InvalidTransaction("this idempotency key was used for another transaction, which is in the outbox")
        return row

    def find(self, key: str) -> Queued | None:
        """The determination queued under a key."""
        with self._connection() as connection:
            return self._one(connection, "WHERE idempotency_key = ?", key)

    def next(self) -> Queued | None:
        """The first that waits."""
        with self._connection() as connection:
            return self._one(connection, "WHERE status = 'waiting' ORDER BY position LIMIT 1")

    def rows(self, status: Standing) -> tuple[Queued, ...]:
        """All of one status, in order."""
        query = f"SELECT {COLUMNS} FROM determinations WHERE status = ? ORDER BY position"
        with self._connection() as connection:
            return tuple(Queued(*row) for row in connection.execute(query, (status,)))

    def count(self, status: Standing) -> int:
        """How many have a status."""
        with self._connection() as connection:
            found: int = connection.execute("SELECT count(*) FROM determinations WHERE status = ?", (status,)).fetchone()[0]
            return found

    def sent(self, row: Queued, determination: str) -> None:
        """Mark one as recorded by the service."""
        self._settle(replace(row, status="sent", determination=determination, problem=None))

    def refused(self, row: Queued, problem: str) -> Queued:
        """Mark one as refused for good."""
        return self._settle(replace(row, status="refused", problem=problem))

    def again(self) -> None:
        """Let those that were refused wait again, at their old places."""
        with self._connection() as connection, _transaction(connection):
            connection.execute("UPDATE determinations SET status = 'waiting', problem = NULL WHERE status = 'refused'")

    @contextlib.contextmanager
    def sending(self) -> Iterator[bool]:
        """Whether this is now the only one to send; let go of at the end."""
        lock: sqlite3.Connection | None = None
        try:
            with _told(self.path):
                lock = sqlite3.connect(f"{self.path}.lock", timeout=0, isolation_level=None)
                held = _locked(lock)
            yield held
        finally:
            if lock is not None:
                lock.close()

    def _settle(self, row: Queued) -> Queued:
        change = "UPDATE determinations SET body = ?, status = ?, determination = ?, problem = ? WHERE position = ?"
        with self._connection() as connection, _transaction(connection):
            connection.execute(change, (row.body, row.status, row.determination, row.problem, row.position))
        return row

    def _one(self, connection: sqlite3.Connection, which: str, *values: str) -> Queued | None:
        row = connection.execute(f"SELECT {COLUMNS} FROM determinations {which}", values).fetchone()
        return None if row is None else Queued(*row)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # One for each call: none is carried into another thread, or across a fork.
        with _told(self.path):
            connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            try:
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
            finally:
                connection.close()


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # SQLite may have rolled back by itself.
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise OutboxUnavailable(f"the outbox {path} cannot be used: {error}") from error


def _locked(lock: sqlite3.Connection) -> bool:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return False
        raise
    return True
