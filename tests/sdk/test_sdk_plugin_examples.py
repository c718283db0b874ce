"""The examples for a registration clerk and a rental agency, run as a user would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import requests
from web.hosting import hosted

EXAMPLES = Path(__file__).parent.parent.parent / "client_sdk" / "examples"
NOBODY = "http://127.0.0.1:9"


def ran(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """An example's run."""
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_registration_clerk(server: str) -> None:
    """The clerk registers on a standing certificate, and on none that is altered, ended or of another vehicle."""
    run = ran("registration_clerk.py", server)
    assert (run.returncode, run.stderr) == (0, "")
    heads = [line for line in run.stdout.splitlines() if not line.startswith(" ")]
    assert heads == [
        "REGISTER  a sale that stands",
        "HOLD      the same certificate, another car",
        "HOLD      a deal that was unwound",
        "HOLD      a deal that was corrected",
        "REGISTER  its correction",
        "HOLD      a certificate that was altered",
        "REGISTER  bought and registered in North Carolina by a resident of it",
        "HOLD      bought in North Carolina, registered nowhere yet",
    ]
    for words in (
        "is voided on",
        "is superseded on",
        "Ask for the certificate of",
        "the application is for",
        "B 11",
        "Keep:",
    ):
        assert words in run.stdout


def test_the_rental_agency(server: str) -> None:
    """Tonight's trips are told apart: which may leave, which may not, and which wait for a look."""
    run = ran("rental_returns.py", server)
    assert (run.returncode, run.stderr) == (0, "")
    verdicts = dict(line.split()[:2] for line in run.stdout.splitlines()[1:])
    assert verdicts == {
        "R-501": "permitted",
        "R-502": "prohibited",
        "R-503": "undetermined",
        "R-504": "permitted",
        "R-505": "permitted",
        "R-506": "undetermined",
        "R-507": "permitted",
    }
    assert "'K9X', which is not in the table of branches" in run.stdout
    assert "look again: VIN a VIN has 17 characters, this one 15" in run.stdout


@pytest.mark.slow
def test_without_a_service_they_end_with_a_sentence() -> None:
    """Without a service, or without the file, each ends with an error in words."""
    runs = (
        ran("registration_clerk.py", NOBODY),
        ran("rental_returns.py", NOBODY),
        ran("rental_returns.py", NOBODY, "no-such.csv"),
    )
    for run, words in zip(runs, ("gave no answer", "could not be screened", "No such file"), strict=True):
        assert run.returncode == 1
        assert words in run.stderr
        assert "Traceback" not in run.stderr


@pytest.mark.parametrize("body", ["", "x", "[]", "{}", '{"id": ""}', '{"id": "no such"}'])
def test_the_dealers_page_takes_nothing_for_an_id(server: str, body: str) -> None:
    """A browser that names no determination gets an error's status, and the dealer's server goes on."""
    with hosted(server) as origin:
        for _ in range(2):
            answer = requests.post(f"{origin}/checked", data=body, headers={"Origin": origin}, timeout=10)
            assert answer.status_code in (400, 502)
