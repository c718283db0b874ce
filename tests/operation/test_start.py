"""`levcheck serve` where it cannot serve."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from cli.running import is_error, levcheck
from conftest import free_port
from operation.callers import service
from records.serving import until

pytestmark = pytest.mark.slow


def test_an_address_of_another_machine(tmp_path: Path) -> None:
    """A host that is not this machine's is told as such at once."""
    assert levcheck("db", "upgrade", "--data", tmp_path).returncode == 0
    done = levcheck("serve", "--host", "192.0.2.1", "--port", str(free_port()), "--data", tmp_path)
    is_error(done, 69, "192.0.2.1", "cannot be used")


def test_a_port_that_is_bound(tmp_path: Path) -> None:
    """A port that something else has taken, though it does not listen, is told as such at once."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        is_error(levcheck("serve", "--dev", "--port", str(port), "--data", tmp_path), 69, str(port), "cannot be used")


def test_a_folder_that_is_served(tmp_path: Path) -> None:
    """A second service with the same folder does not start, and takes nothing from the first."""
    with service(tmp_path) as first:
        assert first.line().check().answer().status == 200
        second = levcheck("serve", "--dev", "--port", str(free_port()), "--data", tmp_path)
        assert second.returncode != 0
        counted = re.compile(r'levcheck_verdicts_total\{[^}]*kind="check"[^}]*\} 1\.0')
        until(lambda: bool(counted.search(first.get("/metrics").body.decode())), "the first one counts on")
        assert first.line().check().answer().status == 200
