#!/usr/bin/env python3
"""The bill of materials (CycloneDX 1.6, JSON) of what the service runs on: exactly the pinned set, every file's hash.

    deploy/sbom.py dist/sbom.cdx.json

cyclonedx-py reads names, versions and hashes from requirements/runtime.txt; the licences, and what needs what, from the
packages that are installed beside it. A package for another system than this one stands there without either.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from levcheck import __version__

ROOT = Path(__file__).resolve().parent.parent
PINNED = ROOT / "requirements" / "runtime.txt"


def bill() -> dict[str, Any]:
    """The whole bill of materials."""
    pinned, installed = _read("requirements", str(PINNED)), _read("environment", sys.executable)
    found = {_name(component): component for component in installed["components"]}
    refs = {component["bom-ref"]: _name(component) for component in installed["components"]}
    ours = {_name(component): component["bom-ref"] for component in pinned["components"]}
    needs = {refs.get(entry["ref"], entry["ref"]): entry.get("dependsOn", []) for entry in installed["dependencies"]}
    for component in pinned["components"]:
        del component["description"]  # the line of the file again
        same = found.get(_name(component), {})
        if same.get("version") == component["version"] and "licenses" in same:
            component["licenses"] = same["licenses"]
    root = pinned["metadata"]["component"]
    root.update({"version": __version__, "purl": f"pkg:pypi/levcheck@{__version__}"})
    pinned["dependencies"] = [
        {"ref": ref, "dependsOn": sorted(ours[refs[need]] for need in needs.get(name, []) if refs.get(need) in ours)}
        for name, ref in [(root["bom-ref"], root["bom-ref"]), *ours.items()]
    ]
    return pinned


def _read(*source: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", *source, "--pyproject", str(ROOT / "pyproject.toml")]
    command += ["--output-reproducible", "--output-format", "JSON", "--spec-version", "1.6", "--no-validate"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        sys.exit(f"Error: cyclonedx-py failed: {ran.stderr.strip()}")
    read: dict[str, Any] = json.loads(ran.stdout)
    return read


def _name(component: dict[str, Any]) -> str:
    return re.sub(r"[-_.]+", "-", component["name"]).lower()


def main(file: Path) -> None:
    """Write the bill to a file."""
    made = bill()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    print(f"Wrote {len(made['components'])} components to {file}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
