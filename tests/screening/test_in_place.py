"""Tables screened where they are."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from levcheck.evidence.registry import Registry
from records.postgres import Postgres
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
