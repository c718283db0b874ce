"""What every room's tests share: the service in process, and as a real server on a free port."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from levcheck.access.api_keys import ApiKeys
from levcheck.access.organizations import Organizations
from levcheck.access.secret import AccessSecret
from levcheck.app import Settings, create_app
from levcheck.evidence.registry import Registry
from levcheck.records import schema
from levcheck.records.store import Store, default_url

TODAY = date(2025, 6, 1)
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def registry() -> Registry:
    """What ships with the package."""
    return Registry()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, on June 1, 2025, with a data folder of its own."""
    return create_app(Settings(dev=True, data=initialized(tmp_path_factory.mktemp("app"))), today=lambda: TODAY)


def initialized(data: Path, database: str | None = None) -> Path:
    """A data folder whose database is ready."""
    store = Store(database or default_url(data))
    schema.upgrade(store)
    store.close()
    return data


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The application's test client."""
    return app.test_client()


ORGANIZATIONS = {
    "dealer": "dealer",
    "dealer-2": "dealer",
    "agency": "rental_agency",
    "dmv": "dmv",
    "board": "board",
    "admin": "admin",
}
"""The organizations of a service that asks for keys, and their roles: one of each, and a second dealer."""


def organized(data: Path, database: str | None = None) -> dict[str, str]:
    """Add the organizations to the database of a data folder. Returns a key of each."""
    store = Store(database or default_url(data))
    keys = ApiKeys(store, AccessSecret.in_folder(data), lambda: datetime.now(UTC))
    made = {}
    for id, role in ORGANIZATIONS.items():
        Organizations(store, keys.now).add(id, id.title(), role)
        made[id] = keys.make(id, keys.now() + timedelta(days=1))[0]
    store.close()
    return made


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real service: gunicorn, two workers, its own data folder."""
    with serving(tmp_path_factory.mktemp("data"), "--dev") as address:
        yield address


@dataclass(frozen=True)
class Guarded:
    """A real service that asks for keys: its address, its data folder, a key of each organization, and its log."""

    address: str
    data: Path
    keys: dict[str, str]
    log: Path


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A real service that asks for keys, and that believes the address in X-Forwarded-For."""
    data = initialized(tmp_path_factory.mktemp("guarded"))
    keys = organized(data)
    log = tmp_path_factory.mktemp("log") / "serve.log"
    with log.open("wb") as output, serving(data, "--proxies", "1", "--rate", "1000000", output=output) as address:
        yield Guarded(address, data, keys, log)


@contextlib.contextmanager
def serving(data: Path, *arguments: str, output: IO[bytes] | None = None) -> Iterator[str]:
    """The address of a real service with two workers, ended when the block ends."""
    address = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "levcheck", "serve", "--workers", "2", "--data", str(data), *arguments]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEVCHECK_")}
    process = subprocess.Popen([*command, "--port", address.rsplit(":", 1)[1]], stderr=output, env=kept)
    try:
        _wait_until_ready(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=40)


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, "the service ended instead of starting"
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the service was not ready within 30 s")
