"""The proofs at their full counts, and their report: `make campaign` writes docs/campaign.md.

`make test` runs the same proofs at a size that fits its time; here are the counts that the project promises.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
EXACTNESS_LOTS, EXACTNESS_LOT = 100, 2_000


def exactness() -> str:
    """The compiled law against every completion, on 200,000 random partial transactions."""
    from law.test_exactness import disagreements

    with ProcessPoolExecutor() as pool:
        wrong = sum(
            map(len, pool.map(disagreements, range(1_000, 1_000 + EXACTNESS_LOTS), [EXACTNESS_LOT] * EXACTNESS_LOTS))
        )
    return f"{EXACTNESS_LOTS * EXACTNESS_LOT:,} partial transactions, {wrong} disagreements"


def pytest_of(*arguments: str) -> str:
    """The last line of a pytest run."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return ran.stdout.strip().splitlines()[-1]


CAMPAIGN = {
    "Exactness: the compiled law against trying every completion": exactness,
    "Worked cases through three doors": lambda: pytest_of("tests/test_cases.py"),
    "One-slip mutants of the law": lambda: pytest_of("tests/law/test_mutants.py"),
    "z3: diagram and conditions, bases, exemptions": lambda: pytest_of("tests/law/test_proofs.py"),
    "schemathesis, all checks, 200 examples an operation": lambda: pytest_of("tests/api/test_schemathesis.py"),
    "Hostile requests at every address": lambda: pytest_of("tests/api/test_hostile.py"),
}


def main() -> None:
    """Run everything and write the report."""
    commit = subprocess.check_output(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True).strip()
    lines = [
        "# Campaign",
        "",
        "The proofs at their full counts. Written by `make campaign`.",
        "",
        f"Commit {commit}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {sys.version.split()[0]}.",
        "",
        "| proof | came to | took |",
        "|---|---|---|",
    ]
    for name, run in CAMPAIGN.items():
        start = time.monotonic()
        came_to = run()
        lines.append(f"| {name} | {came_to} | {time.monotonic() - start:.0f} s |")
        print(lines[-1], flush=True)
    (ROOT / "docs" / "campaign.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
