"""Writes that share a commit, on either database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from levcheck.records import schema
from levcheck.records.committing import Committer, Values
from levcheck.records.store import InFlight, Store, StoreUnavailable
from levcheck.records.tables import organizations
from sqlalchemy import Connection, event, insert, select, text

WRITERS = 6


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty database, ready."""
    store = Store(store_url)
    schema.upgrade(store)
    yield store
    store.close()


def _added(id: str) -> Callable[[Connection], str]:
    def job(connection: Connection) -> str:
        row = {"id": id, "name": id, "role": "dealer", "opened_at": "now"}
        connection.execute(insert(organizations).values(**row))
        return id

    return job


def _committer(store: Store, transaction: Any = None) -> Committer:
    """A committer that inserts organizations, as the records insert determinations."""
    one = text("INSERT INTO organizations VALUES (:id, :id, 'dealer', 'now', NULL) ON CONFLICT DO NOTHING RETURNING id")

    def insert(rows: Sequence[Values]) -> set[str]:
        with store.write() as connection:
            return {id for row in rows for id in connection.execute(one, dict(row)).scalars()}

    return Committer(transaction or store.write, insert)


def _there(store: Store) -> set[str]:
    with store.read() as connection:
        return set(connection.execute(select(organizations.c.id)).scalars())


def _together(committer: Committer, jobs: list[Callable[[Connection], object]]) -> list[Future[object]]:
    """Run jobs that all wait while another one's transaction is open."""
    return _gathered(committer, [partial(committer.run, job) for job in jobs])


def _gathered(committer: Committer, writes: list[Callable[[], object]]) -> list[Future[object]]:
    """Have writes wait, in their order, while another one's transaction is open, and then go on."""
    opened, go_on = threading.Event(), threading.Event()

    def first(connection: Connection) -> None:
        opened.set()
        assert go_on.wait(20)

    with ThreadPoolExecutor(len(writes) + 1) as pool:
        leading = pool.submit(committer.run, first)
        assert opened.wait(20)
        waiting = []
        for write in writes:
            waiting.append(pool.submit(write))
            while len(committer._waiting) < len(waiting):
                time.sleep(0.001)
        go_on.set()
        leading.exception(20)
    return waiting


def test_writes_that_wait_share_one_commit(store: Store) -> None:
    """What gathers while a transaction is open goes into one, and all of it is there."""
    committer, commits = _committer(store), []
    event.listen(store.engine, "commit", lambda _connection: commits.append(1))
    ended = _together(committer, [_added(f"dealer-{number}") for number in range(WRITERS)])
    assert [future.result() for future in ended] == [f"dealer-{number}" for number in range(WRITERS)]
    assert len(commits) == 2
    assert _there(store) == {f"dealer-{number}" for number in range(WRITERS)}


def test_rows_that_wait_are_inserted_together(store: Store) -> None:
    """Rows that gather go into one commit, and jobs into another; where a key is there already, another job is done."""
    committer, commits = _committer(store), []
    event.listen(store.engine, "commit", lambda _connection: commits.append(1))

    def row(id: str) -> Callable[[], object]:
        return lambda: committer.insert({"id": id}, lambda _connection: f"{id} was there")

    committer.run(_added("old"))
    ended = _gathered(committer, [row("a"), lambda: committer.run(_added("job")), row("old"), row("b")])
    assert [future.result() for future in ended] == [None, "job", "old was there", None]
    assert len(commits) == 4
    assert _there(store) == {"old", "a", "job", "b"}


def test_a_row_that_fails_fails_alone(store: Store) -> None:
    """A row that the database cannot take is told so by itself; those beside it are kept."""
    committer = _committer(store)

    def row(id: Any) -> Callable[[], object]:
        return lambda: committer.insert({"id": id}, _added("never"))

    ended = _gathered(committer, [row("a"), row("\ud800"), row("b")])
    assert [type(future.exception()) for future in ended] == [type(None), UnicodeEncodeError, type(None)]
    assert _there(store) == {"a", "b"}


def test_a_write_waits_for_no_commit_but_its_own(store: Store) -> None:
    """A write that was committed returns while the next transaction is still open."""
    committer, go_on = _committer(store), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        behind: list[Future[object]] = []

        def first(connection: Connection) -> object:
            behind.append(pool.submit(committer.run, lambda _connection: go_on.wait(20)))
            while not committer._waiting:
                time.sleep(0.001)
            return _added("first")(connection)

        assert committer.run(first) == "first"
        assert not behind[0].done()
        go_on.set()
        assert behind[0].result(20)


def test_a_write_that_fails_undoes_itself_alone(store: Store) -> None:
    """A job that raises gets its own error and leaves nothing; those beside it are kept."""

    def refused(connection: Connection) -> None:
        _added("refused")(connection)
        raise KeyError("no")

    def twice(connection: Connection) -> None:
        _added("dealer-0")(connection)

    ended = _together(_committer(store), [_added("dealer-0"), refused, twice, _added("dealer-1")])
    kinds = [type(future.exception()) for future in ended]
    assert sorted(kinds, key=str) == sorted([type(None), KeyError, StoreUnavailable, type(None)], key=str)
    assert _there(store) == {"dealer-0", "dealer-1"}


def test_a_lone_write_that_fails_leaves_nothing(store: Store) -> None:
    """A job alone in its transaction that raises is undone, and the next one goes through."""
    committer = _committer(store)

    def refused(connection: Connection) -> None:
        _added("refused")(connection)
        raise KeyError("no")

    with pytest.raises(KeyError):
        committer.run(refused)
    committer.run(_added("next"))
    assert _there(store) == {"next"}


def test_an_error_that_cannot_be_copied_holds_nobody_up(store: Store) -> None:
    """Whatever a job raises reaches its caller as it is, and the next one goes through."""

    class Own(Exception):
        def __init__(self, *, told: str) -> None:
            super().__init__(told)

    def refused(_connection: Connection) -> None:
        raise Own(told="no")

    committer = _committer(store)
    for _ in range(2):
        with pytest.raises(Own, match="no"):
            committer.run(refused)
    committer.run(_added("next"))
    assert _there(store) == {"next"}


def test_a_commit_that_fails_fails_everyone(store: Store) -> None:
    """Nobody is told of success whose transaction was lost at its commit."""

    @contextmanager
    def losing() -> Iterator[Connection]:
        with store.write() as connection:
            yield connection
            connection.execute(text("SELECT * FROM nothing_of_this_name"))

    ended = _together(_committer(store, losing), [_added("a"), _added("b")])
    assert all(isinstance(future.exception(), StoreUnavailable) for future in ended)
    assert _there(store) == set()


def test_a_database_that_goes_away_fails_everyone(store: Store, store_url: str) -> None:
    """When the database gives a transaction up, every write in it is told so, and the next one goes through."""
    other, committer = Store(store_url), _committer(store)

    def cut(connection: Connection) -> None:
        if store.is_sqlite:  # what a database of a file does when its disk fails: the transaction is gone
            connection.exec_driver_sql("ROLLBACK")
            return
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with other.write() as killer:
            killer.execute(text(f"SELECT pg_terminate_backend({pid})"))
        connection.execute(text("SELECT 1"))

    ended = _together(committer, [_added("a"), cut, _added("b")])
    other.close()
    assert [type(future.exception()) for future in ended] == [StoreUnavailable] * 3
    assert _there(store) == set()
    committer.run(_added("next"))
    assert _there(store) == {"next"}


def test_a_transaction_that_is_given_up_by_a_failing_write_fails_everyone(store: Store) -> None:
    """Where the database undoes all of a transaction because one statement failed, nobody in it is told of success."""

    def fails_whole(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")
        raise KeyError("what the job itself says")

    ended = _together(_committer(store), [_added("a"), fails_whole, _added("b")])
    assert [type(future.exception()) for future in ended] == [StoreUnavailable] * 3
    assert _there(store) == set()


def test_two_stores_that_wait_for_each_other_are_told_so(store: Store, store_url: str) -> None:
    """Two writers that lock the same rows in opposite order both end: one with its row, the other to try again."""
    other, both = Store(store_url), threading.Barrier(2)

    def crossing(ids: tuple[str, str]) -> Callable[[Connection], None]:
        def job(connection: Connection) -> None:
            _added(ids[0])(connection)
            if not store.is_sqlite:  # there a second writer waits for the first one's whole transaction
                both.wait(10)
            _added(ids[1])(connection)

        return job

    with ThreadPoolExecutor(2) as pool:
        ended = [
            pool.submit(_committer(kept).run, crossing(ids)) for kept, ids in ((store, ("x", "y")), (other, ("y", "x")))
        ]
        errors = [future.exception(30) for future in ended]
    other.close()
    assert sum(error is None for error in errors) == 1
    assert all(error is None or isinstance(error, InFlight | StoreUnavailable) for error in errors)
    assert _there(store) == {"x", "y"}
