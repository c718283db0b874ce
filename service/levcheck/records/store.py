"""The database: SQLite in the data folder, or PostgreSQL by URL. One write is one transaction, durable when it returns."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, CursorResult, Engine, create_engine, event, func, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from .tables import determinations, probe

BUSY_MS = 5_000
_AGAIN_S = 0.001
_BEGIN = "BEGIN IMMEDIATE"
IN_FLIGHT_MS = 2_000
DATABASE_FILE = "levcheck.sqlite3"
DRIVERS = {
    "sqlite": "sqlite",
    **dict.fromkeys(("postgres", "postgresql", "postgresql+psycopg"), "postgresql+psycopg"),
}
"""The databases that a URL may name."""

# On a full disk PostgreSQL still finds room for the probe in pages that it has, and none for a record. A result of 256 kB,
# which the given memory does not hold, goes through a file beside the tables, which is gone again at once.
_SPILLING = select(func.set_config("work_mem", "64kB", True), func.set_config("temp_tablespaces", "", True))
_SPILLED = text("SELECT count(*) FROM generate_series(1, 8000)")


class StoreUnavailable(Exception):
    """The database cannot be written or read at the moment; the same call may go through later."""


class NotADatabase(ValueError):
    """The URL is none, or of a database that the records cannot be kept in."""


class InFlight(Exception):
    """Another request with the same idempotency key has not finished."""


def default_url(data: Path) -> str:
    """The embedded database of a data folder."""
    return f"sqlite:///{quote(str(data / DATABASE_FILE))}"


def _read(text: str) -> URL:
    try:
        url = make_url(text)
        url = url.set(drivername=DRIVERS[url.drivername])
    except (ArgumentError, ValueError, KeyError) as error:
        raise NotADatabase("it is not the URL of a PostgreSQL, such as postgresql://user@host/levcheck") from error
    if not url.database and url.drivername == "sqlite":
        raise NotADatabase("it names no file: what is in memory only is not kept")
    return url


class Store:
    """Connections to one database. Threads may share it; processes each need their own. Raises NotADatabase."""

    def __init__(self, url: str) -> None:
        self.url = _read(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.failed: Callable[[], None] = lambda: None  # told of every failure
        self.engine = self._engine()
        # PostgreSQL shows each statement another moment unless it is told otherwise; SQLite shows a transaction one moment.
        one_moment = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reading = self.engine.execution_options(**one_moment)
        self._writing = self.engine.execution_options(levcheck_writes=True)

    def _engine(self) -> Engine:
        if not self.is_sqlite:
            settings = {"options": f"-c lock_timeout={IN_FLIGHT_MS} -c synchronous_commit=on", "connect_timeout": 3}
            return create_engine(self.url, pool_pre_ping=True, pool_timeout=5, connect_args=settings, hide_parameters=True)
        # Only `make` makes the file: where one is gone, an empty one in its place would be written to as if it were it.
        path = Path(self.url.database or "").absolute()
        existing = self.url.set(database=f"file:{quote(str(path))}", query={"mode": "rw", "uri": "true"})
        engine = create_engine(existing, connect_args={"timeout": BUSY_MS / 1000}, pool_timeout=5, hide_parameters=True)
        event.listen(engine, "connect", partial(_configure_sqlite, path))
        event.listen(engine, "checkout", partial(_refuse_another_file, path))
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @property
    def is_missing(self) -> bool:
        """Whether it is SQLite's and its file is not there."""
        return self.is_sqlite and not Path(self.url.database or "").exists()

    def make(self) -> None:
        """Have SQLite's file, empty where there is none. Raises StoreUnavailable."""
        if self.is_missing:
            try:
                Path(self.url.database or "").touch()
            except OSError as error:
                raise StoreUnavailable(f"the database's file cannot be made: {error.strerror}") from error

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that writes: committed when the block ends, durable when this returns."""
        with self._guarded(), self._writing.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that reads one moment of the database."""
        with self._guarded(), self._reading.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout as error:
            self.failed()
            raise StoreUnavailable("every connection is in use") from error
        except DBAPIError as error:
            told = failure(error)
            if isinstance(told, StoreUnavailable):
                self.failed()
            raise told from error

    def prepared(self, statement: Any) -> Callable[[Connection, Mapping[str, Any]], CursorResult[Any]]:
        """A statement over texts, compiled once: what SQLAlchemy does for each execution costs as much as the insert."""
        compiled = statement.compile(dialect=self.engine.dialect)
        sql, names = str(compiled), compiled.positiontup

        def execute(connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
            given = dict(values) if names is None else tuple([values[name] for name in names])
            return connection.exec_driver_sql(sql, given)

        return execute

    def check(self, at: str) -> None:
        """Raise StoreUnavailable unless the schema is there and a write is durable."""
        try:
            with self.write() as connection:
                connection.execute(update(probe).values(at=at))
                connection.execute(select(determinations.c.id).limit(1))
                if not self.is_sqlite:
                    connection.execute(_SPILLING)
                    connection.execute(_SPILLED)
        except InFlight as error:
            raise StoreUnavailable("a write waits for another one too long") from error

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def failure(error: DBAPIError) -> StoreUnavailable | InFlight:
    """What an error of the database means to who wrote. A deadlock is two requests that wait for each other's keys."""
    if type(error.orig).__name__ in ("LockNotAvailable", "DeadlockDetected"):
        return InFlight()
    return StoreUnavailable(" ".join(str(error.orig).split())[:200])


def _configure_sqlite(path: Path, connection: Any, record: Any) -> None:
    record.info["file"] = _file(path)
    connection.isolation_level = None  # the driver must not begin transactions by itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
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


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a transaction that reads first and then writes can fail without a retry."""
    if not connection.get_execution_options().get("levcheck_writes"):
        connection.exec_driver_sql("BEGIN")
        return
    end = time.monotonic() + BUSY_MS / 1000
    _be_patient(connection, 0)
    try:
        while not _began(connection):  # SQLite's own wait sleeps ever longer, up to 100 ms: the lock is another's each time
            if time.monotonic() > end:
                connection.exec_driver_sql(_BEGIN)  # raises
                return
            time.sleep(_AGAIN_S)
    finally:
        _be_patient(connection, BUSY_MS)


def _began(connection: Connection) -> bool:
    """Whether the write lock was to be had."""
    try:
        connection.connection.cursor().execute(_BEGIN)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            connection.exec_driver_sql(_BEGIN)  # raises, as SQLAlchemy tells it
            return True
        return False
    return True


def _be_patient(connection: Connection, milliseconds: int) -> None:
    connection.connection.cursor().execute(f"PRAGMA busy_timeout={milliseconds}")
