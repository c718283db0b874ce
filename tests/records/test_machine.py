"""Any order of operations, against a dictionary."""

from __future__ import annotations

import pytest
from levcheck.records.store import default_url
from records.machine import run_machine
from records.postgres import Postgres


@pytest.mark.slow
def test_sqlite_keeps_what_a_dictionary_would() -> None:
    """In any order of requests, rotations and restarts, SQLite's records are those that a dictionary would hold."""
    run_machine(default_url, runs=15, steps=25)


@pytest.mark.slow
def test_postgresql_keeps_what_a_dictionary_would(postgres: Postgres) -> None:
    """In any order of requests, rotations and restarts, PostgreSQL's records are those that a dictionary would hold."""
    run_machine(lambda _data: postgres.fresh(), runs=8, steps=25)
