"""The SDK's pages are true: their programs run as they stand, against a real service."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import levcheck_client
import pytest
import requests
from levcheck_client import Client
from levcheck_client.testing import FIFTY_STATES, PERMITTED, TRUCK_2025

SDK = Path(__file__).parent.parent.parent / "client_sdk"
ADDRESS = "https://levcheck.example.com"
A_KEY = "lvk_aaaaaaaaaaaa_" + "a" * 52
REPORT = {
    "retail_delivery_report_id": "RDR-1",
    "purchase_type": "RETAIL",
    "sale_date": "2025-06-01",
    "party_type": "PERSON",
    "vehicle": {"vin": TRUCK_2025},
    "odometer_at_sale": {"value": 12, "uom": "MI"},
}


def programs(page: str, server: str) -> list[str]:
    """The Python of a page, in order, with the service's address and a key put in."""
    found = re.findall(r"^```python\n(.*?)^```", (SDK / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [block.replace(ADDRESS, server).replace("…", A_KEY) for block in found]


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{path.name}" for path in sorted((SDK / "docs").glob("*.md")))])
def test_links_lead_somewhere(page: str) -> None:
    """What a page links to is there, and the README leads to every page and example."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", (SDK / page).read_text("utf-8"))
    assert all((SDK / page).parent.joinpath(link).exists() for link in links), links
    if page == "README.md":
        assert {*(f"docs/{path.name}" for path in (SDK / "docs").iterdir()), "examples"} <= set(links)


def test_the_readme_runs(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each program of the README runs, one after the other, with what its words take for granted."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {name: getattr(levcheck_client, name) for name in levcheck_client.__all__}
    with Client(server) as levcheck:
        made = levcheck.determine(PERMITTED)
        names |= {"requests": requests, "date": date, "levcheck": levcheck, "url": server, "key": A_KEY, "rows": [1, 2]}
        names |= {"deal": PERMITTED, "other": made, "corrected_deal": PERMITTED, "deal_of": lambda _row: PERMITTED}
        names |= {"certificate": made.certificate}  # type: ignore[union-attr]
        blocks = programs("README.md", server)
        assert len(blocks) >= 9
        for block in blocks:
            exec(compile(block, "README.md", "exec"), names)
            if "with Client" in block:  # which has closed its own
                names["levcheck"] = levcheck


def test_the_plugin_runs(server: str) -> None:
    """The program of the adapters' page asks, goes on with the answers, and records the deal."""
    answers = {"vehicle.certification": FIFTY_STATES, "destination.state": "VA"}
    names: dict[str, Any] = {"report": REPORT, "show": pytest.fail}
    names["show_form"] = lambda questions: {question.fact: answers[question.fact] for question in questions}
    (block,) = programs("docs/adapters.md", server)
    exec(compile(block, "adapters.md", "exec"), names)
    assert names["made"].result.verdict == "permitted"


@pytest.mark.slow
def test_the_test_kit_runs() -> None:
    """The first program of the test kit's page runs as it stands."""
    exec(compile(programs("docs/testing.md", "")[0], "testing.md", "exec"), {})
