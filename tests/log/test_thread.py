"""The sealer's thread, and the process that it lives in."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from levcheck.log import state
from levcheck.log.thread import PAUSE_S, Sealing
from levcheck.records.records import Records
from levcheck.records.store import Store, StoreUnavailable
from log.sealing import entries, rows, sealed, verified
from records.keeping import clock, create
from records.serving import until

pytestmark = pytest.mark.slow


@pytest.fixture
def failures() -> list[Exception]:
    """What the thread told of."""
    return []


@pytest.fixture
def sealing(records: Records, failures: list[Exception]) -> Iterator[Sealing]:
    """The thread, sealing the test's store."""
    made = Sealing(records.store, records.keys, clock, "levcheck", failures.append)
    made.start()
    yield made
    made.stop()


def is_sealed(records: Records) -> bool:
    """Whether a checkpoint covers everything."""
    return state.lag(records.store, clock()).seconds == 0


def test_the_thread_seals_and_ends(records: Records, sealing: Sealing, failures: list[Exception]) -> None:
    """What is recorded is sealed by itself within a moment; a stopped thread is gone, and seals no more."""
    create(records, "k")
    until(lambda: is_sealed(records), "the record is sealed", 20)
    sealing.stop()
    assert not sealing.runs()
    create(records, "k2")
    time.sleep(2 * PAUSE_S)
    assert not is_sealed(records)
    assert failures == []
    assert verified(records).told == []


def test_a_failing_store_does_not_end_the_thread(
    records: Records, failures: list[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that cannot be used is told, tried again, and sealed once it can be."""
    broken = Store("sqlite:////nowhere/at/all.sqlite3")
    sealing = Sealing(broken, records.keys, clock, "levcheck", failures.append)
    create(records, "k")
    sealing.start()
    until(lambda: bool(failures), "the failure is told", 20)
    assert isinstance(failures[0], StoreUnavailable)
    monkeypatch.setattr(sealing, "_store", records.store)
    until(lambda: is_sealed(records), "the record is sealed", 30)
    sealing.stop()
    broken.close()
    assert not sealing.runs()


def test_many_threads_sign_no_more_than_one(reopened: Callable[..., Records], failures: list[Exception]) -> None:
    """While records keep coming the threads of several processes sign one checkpoint a second between them."""
    deployments = [reopened() for _ in range(3)]
    threads = [Sealing(at.store, at.keys, clock, "levcheck", failures.append) for at in deployments]
    for thread in threads:
        thread.start()
    records = reopened()
    count = 0
    while len(rows(records)[2]) < 8 and count < 1_000:
        create(records, f"k{count}")
        count += 1
        time.sleep(0.05)
    for thread in threads:
        thread.stop()
    times = [datetime.fromisoformat(row[3]) for row in rows(records)[2]]
    assert len(times) == 8
    assert all((later - before).total_seconds() >= PAUSE_S for before, later in itertools.pairwise(times))
    assert failures == []
    assert verified(records).told == []


SEALER = """
import sys
from pathlib import Path
from levcheck.clock import now
from levcheck.log import sealer, thread
from levcheck.records.keys import Keys
from levcheck.records.store import Store
sealer.BATCH = 4
store, keys = Store(sys.argv[1]), Keys.in_folder(Path(sys.argv[2]), now())
mode = sys.argv[3]
if mode == "once":
    thread.start(store, keys, now, "levcheck", print)
    print("started", flush=True)
else:
    print("started", flush=True)
    while True:
        try:
            sealer.seal(store, keys, now, "levcheck")
        except sealer.Outrun:
            pass
"""


@contextlib.contextmanager
def process(url: str, data: Path, mode: str) -> Iterator[subprocess.Popen[str]]:
    """A process that seals; killed in the end."""
    started = subprocess.Popen([sys.executable, "-c", SEALER, url, str(data), mode], stdout=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        assert started.stdout.readline() == "started\n"
        yield started
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(started.pid, signal.SIGKILL)
        started.wait(20)
        assert started.stdout is not None
        started.stdout.close()


def test_a_process_with_the_thread_ends_by_itself(records: Records, store_url: str, tmp_path: Path) -> None:
    """A process that started the thread and has nothing more to do ends at once, without an error."""
    with process(store_url, tmp_path, "once") as started:
        assert started.wait(20) == 0


def test_killed_sealers_leave_a_whole_log(reopened: Callable[..., Records], store_url: str, tmp_path: Path) -> None:
    """However often a sealing process is killed with SIGKILL, its successors make one log without a fault."""
    records = reopened()
    count = 0
    for trial in range(6):
        with process(store_url, tmp_path, "forever"):
            for number in range(15):
                create(records, f"{trial} {number}")
                count += 1
            until(lambda before=trial * 15: len(rows(records)[0]) > before, "something is sealed", 20)
        # killed here, wherever it was
    sealed(records)
    assert len(entries(records)) == count
    assert verified(records).told == []
