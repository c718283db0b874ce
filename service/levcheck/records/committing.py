"""Writes that share a commit: each is durable when it returns, and none waits for more than the commit before its own."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from .store import StoreUnavailable, failure

T = TypeVar("T")
Job = Callable[[Connection], T]


class _Write:
    """A job that waits for its turn, and how it ended."""

    def __init__(self, job: Job[Any]) -> None:
        self.job = job
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None


class _OneFailed(Exception):
    """A job failed in a transaction with others."""


class Committer:
    """Runs jobs in transactions, some twice. While one is committed the next ones gather, and go together into the next."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._transaction = transaction
        self._waiting: list[_Write] = []
        self._gathers, self._leads = threading.Lock(), threading.Lock()

    def run(self, job: Job[T]) -> T:
        """Run a job in a transaction that is committed when this returns. What the job raises undoes that job alone."""
        write = _Write(job)
        with self._gathers:
            self._waiting.append(write)
        with self._leads:
            if not write.done:  # else the one that led before took it along
                self._lead()
        if write.error is not None:
            raise write.error
        value: T = write.value
        return value

    def _lead(self) -> None:
        with self._gathers:
            together, self._waiting = self._waiting, []
        try:
            try:
                with self._transaction() as connection:
                    for write in together:
                        self._run(connection, write, alone=len(together) == 1)
            except _OneFailed:  # nothing is left of any: each is run again, apart from the others
                with self._transaction() as connection:
                    for write in together:
                        self._run_apart(connection, write)
        except BaseException as error:  # the transaction is lost, and everything in it
            for write in together:
                write.error = copy.copy(error)  # each thread raises its own
        for write in together:
            write.done = True

    @staticmethod
    def _run(connection: Connection, write: _Write, *, alone: bool) -> None:
        """Run a job without a savepoint, which costs more than the job. Raises _OneFailed where there are others."""
        try:
            write.value = write.job(connection)
        except Exception as error:
            if alone or (isinstance(error, DBAPIError) and error.connection_invalidated):
                raise
            raise _OneFailed from error
        if not getattr(connection.connection.dbapi_connection, "in_transaction", True):  # SQLite can give it up by itself
            raise StoreUnavailable("the database gave the transaction up")

    @staticmethod
    def _run_apart(connection: Connection, write: _Write) -> None:
        part = connection.begin_nested()
        try:
            write.value = write.job(connection)
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise  # the database has gone, and the whole of the transaction with it
            part.rollback()  # raises where the database gave the transaction up by itself: all of it is lost
            write.error = failure(error) if isinstance(error, DBAPIError) else error
        else:
            part.commit()
