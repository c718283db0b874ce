"""How many single rows a store commits by itself, durably, at so many clients: what recording can be measured against."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

ROW = "x" * 9_000
"""As large as a recorded determination."""


def sqlite_commits(path: Path, clients: int, seconds: float) -> float:
    """Rows a second in a new SQLite file with the service's own settings."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, content TEXT)")

    def client(stop: Callable[[], bool]) -> int:
        own = sqlite3.connect(path, isolation_level=None, timeout=30)
        own.execute("PRAGMA synchronous=FULL")
        count = 0
        while not stop():
            own.execute("BEGIN IMMEDIATE")
            own.execute("INSERT INTO rows (content) VALUES (?)", (ROW,))
            own.execute("COMMIT")
            count += 1
        own.close()
        return count

    return _rate(client, clients, seconds)


def postgresql_commits(url: str, clients: int, seconds: float) -> float:
    """Rows a second in a new PostgreSQL table."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_rows (id BIGSERIAL PRIMARY KEY, content TEXT)")

    def client(stop: Callable[[], bool]) -> int:
        count = 0
        with psycopg.connect(url, autocommit=True) as own:
            while not stop():
                own.execute("INSERT INTO bench_rows (content) VALUES (%s)", (ROW,))
                count += 1
        return count

    return _rate(client, clients, seconds)


def _rate(client: Callable[[Callable[[], bool]], int], clients: int, seconds: float) -> float:
    counts: list[int] = []
    begin = time.perf_counter()
    end = begin + seconds

    def run() -> None:
        counts.append(client(lambda: time.perf_counter() > end))

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begin)
