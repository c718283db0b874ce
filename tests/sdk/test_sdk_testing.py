"""The test kit's server, and its transactions against a real service."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from levcheck_client import ConnectionFailed, ProblemError, testing
from levcheck_client.testing import PROHIBITED, REFUSED, LevcheckServer, NotStarted, server_fixture

pytestmark = pytest.mark.slow
DOCS = Path(__file__).parents[2] / "client_sdk" / "docs" / "testing.md"
HOLD = """
import sys, time
from levcheck_client.testing import LevcheckServer
server = LevcheckServer().start()
print(server.url, flush=True)
time.sleep(600)
"""
NO_PYTEST = "import sys, levcheck_client.testing; print('pytest' in sys.modules)"
NOT_IMPORTED = "import sys, levcheck_client; print('levcheck_client.testing' in sys.modules)"

levcheck_server = server_fixture(scope="module")


def _rows() -> dict[str, list[str]]:
    """The tables of the documentation: the cells behind each constant's name."""
    cells = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in DOCS.read_text("utf-8").splitlines()]
    return {first.strip("`"): rest for first, *rest in cells if first.startswith("`")}


ROWS = _rows()
TRANSACTIONS = sorted(name for name in testing.__all__ if isinstance(getattr(testing, name), dict))
VINS = ["CAR_2025", "TRUCK_2025", "TRUCK_2024", "MISREAD", "PLACEHOLDER"]


def test_public_names() -> None:
    """The package offers the names that it documents: these and no others."""
    others = [
        "CONTRARY",
        "FIFTY_STATES",
        "ContraryProxy",
        "LevcheckServer",
        "NotStarted",
        "Rates",
        "TOO_SHORT",
        "server_fixture",
    ]
    assert sorted(testing.__all__) == sorted([*TRANSACTIONS, *VINS, *others])
    assert [name for name in TRANSACTIONS if name not in ROWS] == []


@pytest.mark.parametrize("code", [NO_PYTEST, NOT_IMPORTED])
def test_is_imported_only_when_used(code: str) -> None:
    """The client does not import the test kit, and the test kit does not import pytest."""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "False"


@pytest.mark.parametrize("name", [name for name in TRANSACTIONS if name != "REFUSED"])
def test_transactions_have_the_documented_answers(levcheck_server: LevcheckServer, name: str) -> None:
    """The service gives each transaction the verdict, the basis and the questions that the documentation names."""
    verdict, basis, asked = ROWS[name][:3]
    with levcheck_server.client() as client:
        result = client.check(getattr(testing, name))
        assert client.determine(getattr(testing, name)).result.verdict == verdict
    assert (result.verdict, result.basis or "") == (verdict, basis)
    assert [question.fact for question in result.questions] == [fact.strip() for fact in asked.split(",") if fact]


def test_the_refused_transaction_is_refused(levcheck_server: LevcheckServer) -> None:
    """The one transaction that the service cannot read comes to a 422 that names its VIN."""
    with levcheck_server.client() as client, pytest.raises(ProblemError) as caught:
        client.check(REFUSED)
    assert (caught.value.status, [each.pointer for each in caught.value.errors]) == (422, ["/vehicle/vin"])


@pytest.mark.parametrize("name", VINS)
def test_vins_are_what_is_documented(levcheck_server: LevcheckServer, name: str) -> None:
    """Each VIN decodes to the documented model year, or to the documented advisory."""
    vin, year, _, purpose = ROWS[name]
    assert vin == getattr(testing, name)
    told = requests.get(f"{levcheck_server.url}/v1/vehicles/{vin}", timeout=10).json()
    if year:
        assert told["problem"] is None
        assert str(told["model_year"]) == year
    else:
        assert f"`{told['problem']}`" in purpose


def test_a_server_keeps_to_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A developer's own settings do not reach the service, and when the block ends it is gone with all that it wrote."""
    monkeypatch.setenv("LEVCHECK_DATABASE_URL", "postgresql://nowhere.invalid/production")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with LevcheckServer() as server, server.client(max_retries=0) as client:
        made = client.determine(PROHIBITED)
        assert client.get(made.id).result.verdict == "prohibited"
        assert list(tmp_path.iterdir()) != []
        assert "/v1/determinations" in server.log()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConnectionFailed):
        client.check(PROHIBITED)
    with pytest.raises(NotStarted, match="stopped"):
        _ = server.url


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_killed_test_run_leaves_nothing(tmp_path: Path, name: str) -> None:
    """When the process that started a service is killed, the service ends and its data is removed."""
    run = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    with run:
        assert run.stdout is not None
        url = run.stdout.readline().strip()
        assert requests.get(f"{url}/readyz", timeout=10).status_code == 200
        run.send_signal(getattr(signal, name))
    _until(lambda: list(tmp_path.iterdir()) == [])
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/readyz", timeout=10)


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "not within 30 s"
        time.sleep(0.05)


def test_a_missing_executable_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without an executable the error says where it was looked for, or who named what cannot be run."""
    with pytest.raises(NotStarted, match="no-such-levcheck is no command"):
        LevcheckServer("no-such-levcheck").start()
    monkeypatch.setenv("LEVCHECK_EXECUTABLE", str(tmp_path / "none"))
    with pytest.raises(NotStarted, match="LEVCHECK_EXECUTABLE"):
        LevcheckServer().start()
    monkeypatch.delenv("LEVCHECK_EXECUTABLE")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(NotStarted, match="pip install levcheck"):
        LevcheckServer().start()


def test_an_executable_that_does_not_serve_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A command that ends, or that cannot run at all, is an error with its last words, and leaves no folder behind."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    for name, text, told in (
        ("ends", f"#!{sys.executable}\nraise SystemExit('the disk is on fire')\n", "ended instead of starting.*\n.*on fire"),
        ("broken", "#!/no/such/interpreter\n", "cannot be run"),
    ):
        command = tmp_path / name
        command.write_text(text)
        command.chmod(0o755)
        with pytest.raises(NotStarted, match=told):
            LevcheckServer(command).start()
    assert list(folder.iterdir()) == []


def test_the_named_executable_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """LEVCHECK_EXECUTABLE decides which service runs."""
    command = tmp_path / "mine"
    command.write_text(f'#!/bin/sh\necho mine it is\nexec {Path(sys.executable).parent / "levcheck"} "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("LEVCHECK_EXECUTABLE", str(command))
    with LevcheckServer() as server:
        assert server.log().startswith("mine it is\n")


def test_a_server_is_started_once(levcheck_server: LevcheckServer) -> None:
    """Starting a server that runs is an error, and stopping one that does not run does nothing."""
    with pytest.raises(NotStarted, match="already"):
        levcheck_server.start()
    LevcheckServer().stop()
