"""Both stores, and the records and the services that tests keep in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from levcheck.records.records import Records
from levcheck.records.store import Store, default_url
from records.keeping import opened
from records.postgres import Postgres
from records.serving import Serving

STORES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the whole run. It survives no power cut, and makes databases quickly."""
    server = Postgres(settings=("fsync=off",))
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(params=STORES)
def store_name(request: pytest.FixtureRequest) -> str:
    """Which of the two databases a test runs on."""
    return str(request.param)


@pytest.fixture
def store_url(store_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database, once of each kind."""
    if store_name == "sqlite":
        yield default_url(tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres")
    yield server.fresh()


@pytest.fixture
def open_records(store_url: str, tmp_path: Path) -> Iterator[Callable[..., Records]]:
    """Open records on the test's store, as often as a deployment restarts; every store is closed in the end."""
    stores: list[Store] = []

    def opening(**chosen: Any) -> Records:
        records = opened(store_url, tmp_path, **chosen)
        stores.append(records.store)
        return records

    yield opening
    for store in stores:
        store.close()


@pytest.fixture
def records(open_records: Callable[..., Records]) -> Records:
    """Records on an empty store."""
    return open_records()


@pytest.fixture
def serving(store_url: str, tmp_path: Path) -> Iterator[Serving]:
    """A real service on the test's store: gunicorn, two workers."""
    service = Serving(tmp_path, store_url)
    try:
        service.start()
        yield service
    finally:
        service.stop()
