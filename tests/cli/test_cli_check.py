"""`levcheck check`: one transaction, from options, from a file and from standard input."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cli.running import COMMAND, environment, levcheck
from levcheck.api.json_in import decode
from levcheck.api.json_out import json_bytes
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.check import check
from levcheck.evidence.registry import Certification, Registry

SALE: dict[str, Any] = {
    "transaction": {"type": "sale", "date": "2025-06-01"},
    "vehicle": {"vehicle_type": "passenger_car", "model_year": 2025, "gvwr_lb": 4850, "mileage": 12.5},
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "VA"},
}
OPTIONS = (
    *("--type", "sale", "--date", "2025-06-01", "--vehicle-type", "passenger_car", "--model-year", "2025", "--gvwr", "4850"),
    *("--mileage", "12.5", "--seller", "dealer", "--buyer", "individual", "--destination", "va"),
)
ESCAPE = "\x1b["


def certified(california: bool | None) -> dict[str, Any]:
    """The sale, with the vehicle's California certification stated."""
    return SALE | {"vehicle": SALE["vehicle"] | {"certification": {"california": california}}}


@pytest.mark.parametrize(
    ("california", "option", "code", "verdict"),
    [(True, ["--california"], 0, "permitted"), (False, ["--no-california"], 1, "prohibited"), (None, [], 2, "undetermined")],
)
def test_the_three_verdicts(california: bool | None, option: list[str], code: int, verdict: str, tmp_path: Path) -> None:
    """Options, a file and standard input come to the same verdict, and the exit code says which."""
    (tmp_path / "sale.json").write_text(json.dumps(certified(california)))
    by_options = levcheck("check", *OPTIONS, *option)
    by_file = levcheck("check", tmp_path / "sale.json")
    by_input = levcheck("check", "-", stdin=json.dumps(certified(california)))
    for done in (by_options, by_file, by_input):
        assert (done.returncode, done.stderr) == (code, "")
        assert done.stdout.splitlines()[0] == verdict.upper()
    assert by_file.stdout == by_input.stdout == by_options.stdout


@pytest.mark.parametrize("california", [True, False, None])
def test_json_is_the_librarys_result(california: bool | None, registry: Registry) -> None:
    """`--json` prints the library's own result, member for member, from options as from a file."""
    request = certified(california)
    expected = check(CheckRequestSchema().load(decode(json_bytes(request))), today=date(2000, 1, 1), registry=registry)
    by_input = levcheck("check", "--json", "-", stdin=json.dumps(request))
    option = {True: ["--california"], False: ["--no-california"], None: []}[california]
    by_options = levcheck("check", "--json", *OPTIONS, *option)
    assert by_input.stdout == json_bytes(expected).decode() + "\n"
    if california is not None:
        assert by_options.stdout == by_input.stdout
    assert json.loads(by_options.stdout)["verdict"] == expected["verdict"]


def test_every_option_states_its_member() -> None:
    """Each option that has a place in the request comes back as the fact that it states."""
    done = levcheck(
        *("check", "--json", "--type", "import", "--contract", "none", "--transfer", "inheritance", "--purpose", "resale"),
        *("--date", "2025-02-03", "--state", "nc", "--vin", "1ftew3lp9ske98169", "--kind", "vehicle", "--mileage", "10"),
        *("--mileage-unit", "km", "--new-engine", "--no-off-highway-only", "--emergency", "--no-military", "--federal"),
        *("--seller", "government", "--buyer", "business", "--destination", "md", "--destination-country", "us"),
        *("--purchased-in", "nc", "--registered-in", "nc", "--resident-of", "nc", "--became-resident"),
        *("--reading", "incorporated_years", "--reference", "deal 1", "--label", "x", "--test-group", "SFMXT02.73JK"),
    )
    answer = json.loads(done.stdout)
    facts = {fact["fact"]: fact for fact in answer["facts"]}
    expected = {
        "transaction.type": "import",
        "transaction.contract": "none",
        "transaction.transfer": "inheritance",
        "transaction.purpose": "resale",
        "transaction.date": "2025-02-03",
        "transaction.state": "NC",
        "vehicle.kind": "vehicle",
        "vehicle.new_engine": True,
        "vehicle.off_highway_only": False,
        "vehicle.authorized_emergency_vehicle": True,
        "vehicle.military_tactical_vehicle": False,
        "vehicle.certification.federal": True,
        "seller.type": "government",
        "buyer.type": "business",
        "destination.state": "MD",
        "destination.country": "US",
        "relocation": True,
    }
    assert {name: facts[name]["values"] for name in expected} == {name: [value] for name, value in expected.items()}
    assert {facts[name]["source"] for name in expected} == {"stated"}
    assert (facts["vehicle.model_year"]["values"], facts["vehicle.model_year"]["source"]) == ([2025], "vin")
    assert facts["vehicle.mileage"]["values"][0] == pytest.approx(6.213711)
    assert (answer["regulation"]["reading"], answer["assurance"]) == ("incorporated_years", "listed")


def test_imports_are_used(tmp_path: Path) -> None:
    """A check with a data folder, named by option or by environment, uses what was imported there."""
    group = "SZZXV09.9ZZZ"
    Registry(tmp_path / "registry").add_certifications([Certification(group, True, True, ("test",))])
    asked = ("check", *OPTIONS, "--test-group", group)
    assert levcheck(*asked).returncode == 2
    assert levcheck(*asked, "--data", tmp_path).returncode == 0
    assert levcheck(*asked, LEVCHECK_DATA=str(tmp_path)).returncode == 0


def test_no_colour_in_a_pipe() -> None:
    """Into a pipe or a file nothing but text is written."""
    assert ESCAPE not in levcheck("check", *OPTIONS, "--california").stdout


def test_colour_on_a_terminal() -> None:
    """On a terminal the verdict has its colour, and its word all the same."""
    ours, theirs = pty.openpty()
    try:
        command = [*COMMAND, "check", *OPTIONS, "--california"]
        process = subprocess.Popen(command, stdout=theirs, stdin=subprocess.DEVNULL, env=environment(TERM="xterm"))
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:  # Linux's way to say that the other side is closed
                break
            if not piece:
                break
            shown += piece
        assert process.wait(timeout=60) == 0
    finally:
        os.close(ours)
    assert f"{ESCAPE}32m".encode() in shown
    assert b"PERMITTED" in shown


def test_what_a_person_reads() -> None:
    """The page names the verdict, the provision, the questions, the disagreements and what was presumed, in whole words."""
    page = levcheck("check", *OPTIONS).stdout
    assert "California certification" in page.splitlines()[1]
    for heading in ("Still needed", "Know", "Presumed: "):
        assert heading in page
    assert "[vehicle.certification.california]" in page
    disputed = levcheck("check", *OPTIONS, "--vin", "2HGFE4F86SH011469", "--model-year", "2024").stdout
    assert "Sources disagree" in disputed
    exempt = levcheck("check", *OPTIONS, "--no-california", "--destination", "NC").stdout
    assert "9VAC5-95-30 B 5" in exempt
    assert "Keep" in exempt
    prohibited = levcheck("check", *OPTIONS, "--no-california").stdout
    assert "What would change it" in prohibited
    assert "$32,500" in prohibited


def test_nothing_presumed_is_said_of_nothing() -> None:
    """Where every member is stated as unknown, the page does not say that something was presumed."""
    blocks = ("transaction", "vehicle", "seller", "buyer", "destination", "relocation")
    page = levcheck("check", "-", stdin=json.dumps(dict.fromkeys(blocks) | {"transaction": {
        **dict.fromkeys(("type", "contract", "transfer", "purpose", "state")), "date": "2025-06-01"}})).stdout  # fmt: skip
    assert page.startswith("UNDETERMINED")
    assert "Presumed" not in page
