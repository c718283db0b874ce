"""Writes in groups that share commits: each is durable when it returns, and waits at most for the group before its own."""

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
Insert = Callable[[Sequence[Values]], Container[str]]
"""Inserts rows in a transaction of their own, each unless its key is there already; the ids of those that are new."""


class _Write:
    """A row or a job that waits for its turn, and how it ended. `turn` is held until it has ended, or is to lead."""

    def __init__(self, job: Job[Any], row: Values | None = None) -> None:
        self.job, self.row = job, row
        self.id = row["id"] if row else None
        self.turn = threading.Lock()
        self.turn.acquire()
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None


class _OneFailed(Exception):
    """A job failed in a transaction with others."""


class Committer:
    """Inserts rows and runs jobs in transactions, some twice. While one is committed the next ones gather, and go together:
    first all rows in one statement, which is one transaction, then the jobs in another."""

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
        with self._gathers:
            together, self._waiting = self._waiting, []
        try:
            self._insert_all([write for write in together if write.row is not None])
            self._run_all([write for write in together if not write.done])
        except BaseException as error:  # the transaction is lost, and everything in it
            _fail(together, error)
        with self._gathers:
            self._is_led = bool(self._waiting)
            following = self._waiting[:1]
        for write in (*following, *together):
            write.turn.release()

    def _insert_all(self, writes: list[_Write]) -> None:
        """Insert rows. Those whose keys are there already are not done yet: their jobs are left."""
        if not writes:
            return
        try:
            new = self._insert([write.row for write in writes if write.row])
        except StoreUnavailable as error:
            _fail(writes, error)
        except Exception as error:  # of one of them, and nothing is left of any: each is inserted again by itself
            if len(writes) == 1:
                _fail(writes, error)
                return
            for write in writes:
                self._insert_all([write])
        else:
            for write in writes:
                write.done = write.id in new

    def _run_all(self, writes: list[_Write]) -> None:
        """Run jobs without savepoints, which cost more than a job; where one of several fails, again with them."""
        if not writes:
            return
        try:
            with self._transaction() as connection:
                for write in writes:
                    _run(connection, write, alone=len(writes) == 1)
        except _OneFailed:  # nothing is left of any: each is run again, apart from the others
            with self._transaction() as connection:
                for write in writes:
                    _run_apart(connection, write)
        for write in writes:
            write.done = True


def _fail(writes: list[_Write], error: BaseException) -> None:
    for write in writes:
        if not write.done:
            write.done, write.error = True, _own(error)


def _own(error: BaseException) -> BaseException:
    """An error for one thread to raise."""
    try:
        return copy.copy(error)
    except Exception:  # it is not made of what it tells; whoever raised it must not keep the others waiting for ever
        return error


def _run(connection: Connection, write: _Write, *, alone: bool) -> None:
    try:
        write.value = write.job(connection)
    except Exception as error:
        if alone or _is_lost(error):
            raise
        raise _OneFailed from error
    _refuse_given_up(connection)


def _run_apart(connection: Connection, write: _Write) -> None:
    part = connection.begin_nested()
    try:
        write.value = write.job(connection)
        _refuse_given_up(connection)
    except Exception as error:
        if _is_lost(error):
            raise
        part.rollback()  # raises where the database gave the transaction up by itself: all of it is lost
        write.error = failure(error) if isinstance(error, DBAPIError) else error
    else:
        part.commit()


def _is_lost(error: Exception) -> bool:
    """Whether the database has gone, and the whole of the transaction with it."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _refuse_given_up(connection: Connection) -> None:
    """SQLite can give a transaction up by itself; what came after would be committed statement by statement."""
    if not getattr(connection.connection.dbapi_connection, "in_transaction", True):
        raise StoreUnavailable("the database gave the transaction up")
