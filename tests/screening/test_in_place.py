"""Tables screened where they are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cli.running import is_error
from levcheck.evidence.registry import Registry
from records.postgres import Postgres
from screening.commands import levcheck
from screening.screens import in_postgresql
from screening.tables import PATHS, disagreements, table


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A real PostgreSQL."""
    server = Postgres()
    server.start()
    yield server
    server.remove()


def test_equals_the_service_in_postgresql(server: Postgres, registry: Registry) -> None:
    """Every row of a random table in PostgreSQL gets what a check of it alone says, and its own columns with it."""
    made = table(random.Random(7), 2_000)
    assert disagreements(in_postgresql(server, registry, PATHS), made, registry) == []


def test_the_command_in_postgresql(server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command makes a new table beside the old one, tells what it could not read, and refuses to overwrite one."""
    url = server.fresh()
    with psycopg.connect(url) as connection:
        connection.execute(
            'CREATE TABLE lot (stock int, "vehicle.vin" text, "vehicle.mileage" numeric, "destination.state" text)'
        )
        connection.execute("INSERT INTO lot VALUES (1, '2HGFE4F86SH011469', 12.5, 'NC'), (2, NULL, 7500, 'Nowhere')")
    monkeypatch.chdir(tmp_path)
    is_error(levcheck("screen", url, "--out", "judged"), 69, "--table")
    is_error(levcheck("screen", url, "--table", "lots", "--out", "judged"), 69, "no table 'lots'")
    is_error(levcheck("screen", "postgresql:///x?host=/nowhere", "--table", "lot", "--out", "x"), 69, "cannot be reached")
    done = levcheck("screen", url, "--table", "lot", "--out", "judged")
    assert done.returncode == 65, done
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT stock, verdict FROM judged").fetchall() == [(1, "undetermined")]
    assert '2,destination.state,Nowhere,"This cannot be read.' in (tmp_path / "judged.bad.csv").read_text("utf-8")
    is_error(levcheck("screen", url, "--table", "lot", "--out", "judged"), 69, "a table 'judged' already")
