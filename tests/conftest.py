"""What every room's tests share: the service in process, and as a real server on a free port."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
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


def initialized(data: Path) -> Path:
    """A data folder whose database is ready."""
    store = Store(default_url(data))
    schema.upgrade(store)
    store.close()
    return data


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The application's test client."""
    return app.test_client()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real service: gunicorn, two workers, its own data folder."""
    data = tmp_path_factory.mktemp("data")
    address = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "levcheck", "serve", "--dev", "--workers", "2", "--data", str(data)]
    process = subprocess.Popen([*command, "--port", address.rsplit(":", 1)[1]])
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
