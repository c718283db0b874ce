"""Writes that share a commit: each is durable when it returns, and none waits for more than the commit before its own."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from .store import StoreUnavailable, failure

T = TypeVar("T")
Job = Callable[[Connection], T]
Values = Mapping[str, Any]
Insert = Callable[[Connection, Sequence[Values]], Container[str]]
"""Inserts rows, each unless its key is there already; the ids of those that are new."""


class _Write:
    """A row or a job that waits for its turn, and how it ended. `turn` is held until it has ended, or is to lead."""

    def __init__(self, job: Job[Any], row: Values | None = None) -> None:
        self.job, self.row = job, row
        self.turn = threading.Lock()
        self.turn.acquire()
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None


class _OneFailed(Exception):
    """A job failed in a transaction with others."""


class Committer:
    """Inserts rows and runs jobs in transactions, some twice. While one is committed the next ones gather, and go together
    into the next: first all rows in one statement, then the jobs."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Connection]], insert: Insert) -> None:
        self._transaction, self._insert = transaction, insert
        self._waiting: list[_Write] = []
        self._gathers, self._is_led = threading.Lock(), False

    def run(self, job: Job[T]) -> T:
        """Run a job in a transaction that is committed when this returns. What the job raises undoes that job alone."""
        value: T = self._run(_Write(job))
        return value

    def insert(self, row: Values, otherwise: Job[T]) -> T | None:
        """Insert a row: None once that is committed. Where its key is there already: what `otherwise` comes to."""
        value: T | None = self._run(_Write(otherwise, row))
        return value

    def _run(self, write: _Write) -> Any:
        with self._gathers:
            self._waiting.append(write)
            leads, self._is_led = not self._is_led, True
        if not leads:
            write.turn.acquire()
        if not write.done:
            self._lead()
        if write.error is not None:
            raise write.error
        return write.value

    def _lead(self) -> None:
        """Commit what has gathered, hand on to one of those who came meanwhile, and only then let the others go."""
        together: list[_Write] = []
        try:
            try:
                with self._transaction() as connection:
                    together = self._gathered()  # only now: it may have waited for other processes
                    self._write(connection, together)
            except _OneFailed:  # nothing is left of any: each is run again, apart from the others
                with self._transaction() as connection:
                    for write in together:
                        self._write_apart(connection, write)
        except BaseException as error:  # the transaction is lost, and everything in it
            together = together or self._gathered()
            for write in together:
                write.error = copy.copy(error)  # each thread raises its own
        self._hand_on(together)

    def _gathered(self) -> list[_Write]:
        with self._gathers:
            together, self._waiting = self._waiting, []
        return together

    def _hand_on(self, together: list[_Write]) -> None:
        for write in together:
            write.done = True
        with self._gathers:
            self._is_led = bool(self._waiting)
            following = self._waiting[:1]
        for write in (*following, *together):
            write.turn.release()

    def _write(self, connection: Connection, together: list[_Write]) -> None:
        """Write without savepoints, which cost more than a job. Raises _OneFailed where there are several."""
        try:
            self._do(connection, together)
        except Exception as error:
            if len(together) == 1 or (isinstance(error, DBAPIError) and error.connection_invalidated):
                raise
            raise _OneFailed from error

    def _do(self, connection: Connection, together: list[_Write]) -> None:
        rows = [write.row for write in together if write.row is not None]
        new = self._insert(connection, rows) if rows else ()
        _refuse_given_up(connection)
        for write in together:
            if write.row is None or write.row["id"] not in new:
                write.value = write.job(connection)
                _refuse_given_up(connection)

    def _write_apart(self, connection: Connection, write: _Write) -> None:
        part = connection.begin_nested()
        try:
            self._do(connection, [write])
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise  # the database has gone, and the whole of the transaction with it
            part.rollback()  # raises where the database gave the transaction up by itself: all of it is lost
            write.error = failure(error) if isinstance(error, DBAPIError) else error
        else:
            part.commit()


def _refuse_given_up(connection: Connection) -> None:
    """SQLite can give a transaction up by itself; what came after would be committed statement by statement."""
    if not getattr(connection.connection.dbapi_connection, "in_transaction", True):
        raise StoreUnavailable("the database gave the transaction up")
