"""Disks that fail and databases that are gone: told as problems, survived without a restart, nothing lost."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from levcheck.records.store import DATABASE_FILE, default_url
from records import faults as disks
from records.deployments import Deployment, deployed, faults
from records.keeping import sale
from records.serving import Answer, until
from sqlalchemy import make_url

UNREADY = (503, "not_ready", "2")
WORKERS = 2


class Clerk:
    """Who records sales one after the other, and remembers what was acknowledged and what was not."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.acknowledged: dict[str, str] = {}
        self.refused: list[str] = []
        self.number = 0
        until(lambda: len(deployment.serving.workers()) == WORKERS, "every worker has started")
        self.processes = self._processes()

    def _processes(self) -> list[int]:
        assert self.deployment.serving.process is not None
        return sorted([self.deployment.serving.process.pid, *(w.pid for w in self.deployment.serving.workers())])

    def record(self, key: str | None = None) -> tuple[int, str | None, str | None]:
        """Record a sale: status, problem code and Retry-After."""
        if key is None:
            self.number += 1
            key = f"sale-{self.number}"
        answer: Answer = self.deployment.serving.record(sale(reference=key), key)
        if answer.status == 201:
            self.acknowledged[key] = answer.body["id"]
        elif key not in self.refused:
            self.refused.append(key)
        return answer.status, answer.code, answer.headers.get("retry-after")

    def is_recorded(self) -> bool:
        """Whether a sale goes through now."""
        return self.record()[0] == 201

    def finish(self) -> None:
        """The service writes again, the same processes as before; all that was refused is recorded once; nothing is lost."""
        until(self.deployment.serving.is_ready, "the service is ready again")
        until(self.is_recorded, "the service records again")
        for key in self.refused:
            until(lambda key=key: self.record(key)[0] == 201, "a refused sale is recorded when sent again")
        assert self._processes() == self.processes
        with self.deployment.records() as records:
            assert faults(records, self.acknowledged) == []


@pytest.fixture
def clerk(store_name: str) -> Iterator[Clerk]:
    """A clerk at a deployment of its own."""
    with deployed(store_name) as deployment:
        yield Clerk(deployment)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("calls", "error"), [(disks.WRITES, "ENOSPC"), (disks.WRITES, "EIO"), (disks.SYNCS, "EIO"), (disks.SYNCS, "ENOSPC")]
)
def test_a_failing_disk_is_told_and_survived(clerk: Clerk, calls: str, error: str) -> None:
    """While every write fails nothing is acknowledged and every answer is 503; after it the service records, unrestarted."""
    with disks.failing(clerk.deployment, calls, error):  # from the very first record on
        assert [clerk.record() for _ in range(3)] == [UNREADY] * 3
        assert not clerk.deployment.serving.is_ready()
    if clerk.deployment.postgres:
        clerk.deployment.postgres.start()  # it ends itself rather than trust such a disk
    clerk.finish()


@pytest.mark.slow
def test_a_disk_that_fails_now_and_then_loses_nothing(clerk: Clerk) -> None:
    """While some writes fail each answer is 201 or 503, and exactly what was answered 201 is kept."""
    assert clerk.is_recorded()
    for calls, error, when in ((disks.WRITES, "EIO", "5+9"), (disks.SYNCS, "EIO", "2+3"), (disks.WRITES, "ENOSPC", "11+4")):
        with disks.failing(clerk.deployment, calls, error, when):
            answers = {clerk.record() for _ in range(20)}
        assert answers <= {UNREADY, (201, None, None)}
        if clerk.deployment.postgres:
            clerk.deployment.postgres.start()
    clerk.finish()


@pytest.mark.slow
def test_a_full_disk_is_told_and_survived(store_name: str) -> None:
    """On a full disk records are refused with 503, and readiness says so; freed space is used at once."""
    size = 2 if store_name == "sqlite" else 80
    with disks.small_disk(size) as disk, deployed(store_name, disk) as deployment:
        clerk = Clerk(deployment)
        assert clerk.is_recorded()
        filler = disks.fill(disk)
        until(lambda: clerk.record() == UNREADY, "a full disk is told")
        until(lambda: not deployment.serving.is_ready(), "readiness tells of a full disk")
        if store_name == "sqlite":  # PostgreSQL may end itself meanwhile
            assert deployment.serving.get(f"/v1/determinations/{clerk.acknowledged['sale-1']}").status == 200
        filler.unlink()
        if deployment.postgres:
            deployment.postgres.start()  # it may have ended itself
        clerk.finish()


@pytest.mark.slow
@pytest.mark.parametrize("store_name", ["sqlite"], indirect=True)
def test_a_database_file_that_was_moved_is_told_and_found_again(clerk: Clerk, tmp_path: Path) -> None:
    """While SQLite's file is elsewhere nothing is acknowledged into it, nor another made; put back, it is used again."""
    for number in range(2 * WORKERS):
        assert clerk.is_recorded(), number
    database = clerk.deployment.serving.data / DATABASE_FILE
    files = sorted(database.parent.glob(f"{database.name}*"))
    for file in files:
        file.rename(tmp_path / file.name)
    for _ in range(2 * WORKERS):
        assert clerk.record() == UNREADY
        assert not clerk.deployment.serving.is_ready()
    assert not database.exists()
    for file in files:
        (tmp_path / file.name).rename(file)
    clerk.finish()


@contextlib.contextmanager
def unreachable(deployment: Deployment) -> Iterator[None]:
    """PostgreSQL is stopped, or another process keeps SQLite's only write lock."""
    if deployment.postgres:
        deployment.postgres.stop()
        yield
        deployment.postgres.start()
        return
    with contextlib.closing(sqlite3.connect(str(make_url(default_url(deployment.serving.data)).database))) as holding:
        holding.execute("BEGIN IMMEDIATE")
        yield
        holding.rollback()


@pytest.mark.slow
def test_a_database_that_is_gone_is_told_and_found_again(clerk: Clerk) -> None:
    """While the database cannot be written, records and readiness are 503 with Retry-After, and checks go on."""
    assert clerk.is_recorded()
    with unreachable(clerk.deployment):
        assert clerk.record() == UNREADY
        ready = clerk.deployment.serving.get("/readyz")
        assert (ready.status, ready.code, ready.headers["retry-after"]) == UNREADY
        assert clerk.deployment.serving.post("/v1/checks", sale()).status == 200
        assert clerk.deployment.serving.get("/healthz").status == 200
    clerk.finish()
