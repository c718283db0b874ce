"""The bill of materials says what the service runs on."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from levcheck import __version__

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent.parent
_PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)((?:.*\\\n)+.*--hash=sha256:[0-9a-f]{64})", re.MULTILINE)
TELL_NO_LICENCE = {"colorama", "pyarrow-hotfix", "pypdfium2"}
"""The first is for Windows alone and not installed; the others' metadata name licences in words of their own."""


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the command writes."""
    file = tmp_path_factory.mktemp("sbom") / "sbom.cdx.json"
    subprocess.run([sys.executable, str(ROOT / "deploy" / "sbom.py"), str(file)], check=True)
    made: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return made


def test_it_lists_exactly_the_pinned_packages(bill: dict[str, Any]) -> None:
    """Every pinned package stands in it with its version and the hash of each of its files, and no other does."""
    pinned = {
        (name, version): set(re.findall(r"sha256:([0-9a-f]{64})", hashes))
        for name, version, hashes in _PINNED.findall((ROOT / "requirements" / "runtime.txt").read_text("utf-8"))
    }
    listed = {
        (component["name"], component["version"]): {
            found["content"] for reference in component["externalReferences"] for found in reference["hashes"]
        }
        for component in bill["components"]
    }
    assert len(pinned) > 40 and listed == pinned
    assert bill["metadata"]["component"]["version"] == __version__


def test_it_names_the_licences(bill: dict[str, Any]) -> None:
    """Every package that tells its licence has it there."""
    assert {component["name"] for component in bill["components"] if "licenses" not in component} == TELL_NO_LICENCE


def test_it_says_what_needs_what(bill: dict[str, Any]) -> None:
    """The service needs what its own project file names, and of every package it is said what that needs."""
    names = {component["bom-ref"]: component["name"] for component in bill["components"]}
    needs = {entry["ref"]: entry["dependsOn"] for entry in bill["dependencies"]}
    root = {names[ref] for ref in needs[bill["metadata"]["component"]["bom-ref"]]}
    assert {"flask", "sqlalchemy", "joserfc"} <= root and "werkzeug" not in root
    assert set(needs) - {bill["metadata"]["component"]["bom-ref"]} == set(names)


def test_it_is_a_bill_of_materials(bill: dict[str, Any]) -> None:
    """It is valid CycloneDX 1.6, and names nothing of the machine that it was made on."""
    text = json.dumps(bill)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert str(ROOT) not in text
