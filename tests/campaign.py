"""The proofs at their full counts, and their report: `make campaign` writes docs/campaign.md.

    python tests/campaign.py ["kill -9, SQLite" ...]

`make test` runs the same proofs at a size that fits its time; here are the counts that the project promises.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy  # noqa: F401  # before the threads: hypothesis looks at it, and must not find it half imported by another

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
EXACTNESS_LOTS, EXACTNESS_LOT = 20, 1_000
CRASHES = {"sqlite": 100, "postgresql": 30}
RACE_ROUNDS = 500
AT_ONCE = 2
MACHINE_RUNS, MACHINE_STEPS = 200, 40
SALES, MESSAGES, OVERLOAD_S = 50_000, 10_000, 600
OFFLINE, OUTBOXES = 20_000, 200
EXAMPLES = 300
SCREENED, RESUMED = 200_000, 20


def exactness() -> str:
    """The compiled law against every completion, on 20,000 random partial transactions."""
    from law.test_exactness import disagreements

    with ProcessPoolExecutor() as pool:
        wrong = sum(
            map(len, pool.map(disagreements, range(1_000, 1_000 + EXACTNESS_LOTS), [EXACTNESS_LOT] * EXACTNESS_LOTS))
        )
    return f"{EXACTNESS_LOTS * EXACTNESS_LOT:,} partial transactions, {wrong} disagreements"


def pytest_of(*arguments: str) -> str:
    """The last line of a pytest run."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments],
        cwd=ROOT,
        env={**os.environ, "LEVCHECK_EXAMPLES": str(EXAMPLES)},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout.strip().splitlines()[-1]


def crashes(store: str) -> str:
    """kill -9 of workers, masters and databases under eight clients."""
    from records.crash import crash_trials

    return _told(crash_trials(store, CRASHES[store]))


def races(store: str) -> str:
    """Sixteen callers with one key, over and over."""
    from records.race import same_key_races

    return _told(same_key_races(store, RACE_ROUNDS))


def _told(report: dict[str, Any]) -> str:
    told = {name: value for name, value in report.items() if name != "faults"}
    return f"{told}, {len(report['faults'])} faults".replace("|", "/")


def machine() -> str:
    """Any order of operations against a dictionary."""
    from levcheck.records.store import default_url
    from records.machine import run_machine

    run_machine(default_url, MACHINE_RUNS, MACHINE_STEPS)
    return f"{MACHINE_RUNS} runs of {MACHINE_STEPS} steps on SQLite without divergence"


def sales() -> str:
    """Sales over a line that misbehaves within the contract."""
    from sdk.contrary_sales import run

    return _told(run(SALES, 4))


def messages() -> str:
    """Random and mutated messages through every adapter."""
    from sdk.adapters.fuzz import json_surprises, xml_surprises

    found = [*xml_surprises(MESSAGES, seed=1), *json_surprises(MESSAGES, seed=2)]
    return f"{MESSAGES:,} XML and {MESSAGES:,} JSON messages, {len(found)} surprises"


def offline_answers() -> str:
    """The client's offline answers against the service's."""
    from sdk.stated import offline_campaign

    return _told(offline_campaign(OFFLINE))


def outboxes() -> str:
    """Lines cut and tills killed under an outbox."""
    from sdk.outbox_trials import outbox_trials

    return _told(outbox_trials(OUTBOXES))


def screened(engine: str) -> str:
    """Random rows through an engine against the service's answer to each."""
    from screening.screens import equality

    return _told(equality(engine, SCREENED, SCREENED // 4))


def resumed() -> str:
    """kill -9 of screenings, each run again to the same bytes."""
    from screening.resuming import resume_trials

    return _told(resume_trials(RESUMED))


def overload() -> str:
    """Ten minutes at one and a half times what the service can take."""
    from operation.overload import run

    return _told(run(OVERLOAD_S))


CAMPAIGN: dict[str, Callable[[], str]] = {
    "Exactness: the compiled law against trying every completion": exactness,
    "Worked cases through three doors": lambda: pytest_of("tests/test_cases.py"),
    "One-slip mutants of the law": lambda: pytest_of("tests/law/test_mutants.py"),
    "z3: diagram and conditions, bases, exemptions": lambda: pytest_of("tests/law/test_proofs.py"),
    "schemathesis, all checks, keys, 300 examples an operation": lambda: pytest_of("tests/api/test_schemathesis.py"),
    "kill -9, SQLite": lambda: crashes("sqlite"),
    "kill -9, PostgreSQL": lambda: crashes("postgresql"),
    "One key, sixteen callers, SQLite": lambda: races("sqlite"),
    "One key, sixteen callers, PostgreSQL": lambda: races("postgresql"),
    "Records against a dictionary": machine,
    "Sales over a line that misbehaves": sales,
    "Offline answers against the service's": offline_answers,
    "Outbox: line cut, tills killed": outboxes,
    "Messages of dealer and rental systems": messages,
    "Screening on DuckDB against the service": lambda: screened("duckdb"),
    "Screening on Polars against the service": lambda: screened("polars"),
    "Screening in PostgreSQL against the service": lambda: screened("postgresql"),
    "Screening on Spark against the service": lambda: screened("spark"),
    "kill -9, screening": resumed,
}
ALONE: dict[str, Callable[[], str]] = {"Overload for ten minutes": overload}
"""What needs the machine for itself."""


PROOFS = CAMPAIGN | ALONE
REPORT = ROOT / "docs" / "campaign.md"
HEAD = """# Campaign

The proofs at their full counts, by `make campaign`; each line names the commit that it was run at. What is not here is
whole in `make test`. Python {python}, on two cores that do other work meanwhile, but for what runs alone.

| proof | came to | took | commit, day |
|---|---|---|---|
"""


def _line(name: str) -> str:
    start = time.monotonic()
    came_to = PROOFS[name]()
    commit = subprocess.check_output(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True).strip()
    return f"| {name} | {came_to} | {time.monotonic() - start:.0f} s | {commit}, {datetime.now(UTC):%Y-%m-%d} |"


def _reported() -> dict[str, str]:
    """The lines of the report as it stands, by proof."""
    lines = REPORT.read_text("utf-8").splitlines() if REPORT.exists() else []
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines if line.startswith("| ")}


def main() -> None:
    """Run the proofs that are named, or all; put their lines into the report, each as soon as it is there."""
    chosen = sys.argv[1:] or list(PROOFS)
    if unknown := set(chosen) - set(PROOFS):
        sys.exit(f"No such proof: {', '.join(sorted(unknown))}. There are: {'; '.join(PROOFS)}.")
    together, alone = ([name for name in chosen if name in proofs] for proofs in (CAMPAIGN, ALONE))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for line in itertools.chain(pool.map(_line, together), map(_line, alone)):
            print(line, flush=True)
            lines = _reported() | {line.split(" | ")[0].removeprefix("| "): line}
            rows = [lines[name] for name in PROOFS if name in lines]
            REPORT.write_text(HEAD.format(python=sys.version.split()[0]) + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
