"""The database: SQLite in the data folder, or PostgreSQL by URL. One write is one transaction, durable when it returns."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from . import sqlite
from .tables import determinations, probe

IN_FLIGHT_MS = 2_000
DATABASE_FILE = "levcheck.sqlite3"
DRIVERS = {
    "sqlite": "sqlite",
    **dict.fromkeys(("postgres", "postgresql", "postgresql+psycopg"), "postgresql+psycopg"),
}
"""The databases that a URL may name."""

_POSTGRESQL: dict[str, Any] = {
    "connect_args": {"options": f"-c lock_timeout={IN_FLIGHT_MS} -c synchronous_commit=on", "connect_timeout": 3},
    "pool_timeout": 5,
    "hide_parameters": True,
}
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


class _Lost(Exception):
    """The connection is lost, and perhaps the answer to a statement that was carried out."""


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


class Prepared(NamedTuple):
    """A statement over texts, compiled once: what SQLAlchemy does for each execution costs as much as the insert."""

    sql: str
    names: list[str] | None

    def given(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        return values if self.names is None else tuple([values[name] for name in self.names])


class Store:
    """Connections to one database. Threads may share it; processes each need their own. Raises NotADatabase."""

    def __init__(self, url: str) -> None:
        self.url = _read(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.failed: Callable[[], None] = lambda: None  # told of every failure
        self.engine = self._engine()
        self._lone = self._lone_engine()
        self._driver_error: Any = self.engine.dialect.loaded_dbapi.Error
        # PostgreSQL shows each statement another moment unless it is told otherwise; SQLite shows a transaction one moment.
        one_moment = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reading = self.engine.execution_options(**one_moment)
        self._writing = self.engine.execution_options(levcheck_writes=True)

    def _engine(self) -> Engine:
        if not self.is_sqlite:
            return create_engine(self.url, pool_pre_ping=True, **_POSTGRESQL)
        engine = sqlite.engine_of(self.url)
        event.listen(engine, "begin", sqlite.begin)
        return engine

    def _lone_engine(self) -> Engine:
        """One connection for what is a transaction by itself. It is not pinged first: `alone` replaces one that is lost."""
        one: dict[str, Any] = {"pool_size": 1, "max_overflow": 0, "pool_reset_on_return": None}
        if self.is_sqlite:
            return sqlite.engine_of(self.url, busy_ms=0, **one)
        return create_engine(self.url, isolation_level="AUTOCOMMIT", **one, **_POSTGRESQL)

    @property
    def is_missing(self) -> bool:
        """Whether it is SQLite's and its file is not there."""
        return self.is_sqlite and not Path(self.url.database or "").exists()

    def make(self) -> None:
        """Have SQLite's file, empty where there is none. Raises StoreUnavailable."""
        if self.is_missing:
            try:
                Path(self.url.database or "").touch(0o600)
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

    def alone(self, statement: Prepared, values: Mapping[str, Any]) -> int:
        """Run one statement as a transaction by itself, durable when this returns; how many rows it wrote.

        It may be run twice, if the connection is lost.
        """
        with self._guarded():
            try:
                return self._alone(statement, values)
            except _Lost:  # perhaps long ago, when the database was restarted
                return self._alone(statement, values)

    def _alone(self, statement: Prepared, values: Mapping[str, Any]) -> int:
        given = statement.given(values)
        connection = self._lone.raw_connection()
        try:
            cursor = connection.cursor()
            if self.is_sqlite:
                sqlite.patiently(lambda: cursor.execute(statement.sql, given))
            else:
                cursor.execute(statement.sql, given)
            return cursor.rowcount
        except self._driver_error as error:
            if self._lone.dialect.is_disconnect(error, connection.dbapi_connection, None):
                connection.invalidate(error)
                raise _Lost(str(error)) from error
            raise
        finally:
            connection.close()

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout as error:
            self.failed()
            raise StoreUnavailable("every connection is in use") from error
        except (DBAPIError, self._driver_error, _Lost) as error:
            told = failure(error)
            if isinstance(told, StoreUnavailable):
                self.failed()
            raise told from error

    def prepared(self, statement: Any) -> Prepared:
        """A statement of this database."""
        compiled = statement.compile(dialect=self.engine.dialect)
        return Prepared(str(compiled), compiled.positiontup)

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
        self._lone.dispose()


def failure(error: Exception) -> StoreUnavailable | InFlight:
    """What an error of the database means to who wrote. A deadlock is two requests that wait for each other's keys."""
    own = getattr(error, "orig", error)
    if type(own).__name__ in ("LockNotAvailable", "DeadlockDetected"):
        return InFlight()
    return StoreUnavailable(" ".join(str(own).split())[:200])
