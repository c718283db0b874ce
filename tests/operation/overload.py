"""A service under more than it can do: what it answers, how fast, in how much memory, and how it comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from levcheck.cli.worker import LONGEST_WAIT_S
from levcheck.records.store import default_url
from levcheck.records.tables import determinations
from records.keeping import opened
from records.serving import Serving, until
from sqlalchemy import select

TESTS = Path(__file__).parent.parent
TIMES = 1.5
"""The load, by what the service can do."""
CAPACITY_S, RECOVERY_S = 5.0, 6.0
RECOVERED_WITHIN_S = 3.0
GROWTH_MB = 24.0
PATIENCE_S = LONGEST_WAIT_S + 1.5
"""What an accepted request may take beside the generator's delays: its wait, its own time, and what this machine adds."""


def load(port: int, seconds: float, rate: float) -> dict[str, Any]:
    """What came of a load, from a process of its own."""
    command = [sys.executable, "-m", "operation.load", str(port), str(seconds), str(rate)]
    told = subprocess.check_output(command, env={**os.environ, "PYTHONPATH": str(TESTS)}, timeout=seconds + 120)
    came: dict[str, Any] = json.loads(told)
    return came


class Memory(threading.Thread):
    """The resident memory of a service's workers in MB, measured every second."""

    def __init__(self, serving: Serving) -> None:
        super().__init__()
        self.serving, self.ended = serving, threading.Event()
        self.samples: list[float] = []

    def run(self) -> None:
        while not self.ended.wait(1.0):
            self.samples.append(max(worker.memory_info().rss for worker in self.serving.workers()) / 1e6)

    def growth(self) -> float:
        """How much more the last quarter took than the second; the first warms up."""
        quarter = len(self.samples) // 4
        return max(self.samples[-quarter:]) - max(self.samples[quarter : 2 * quarter])


def run(seconds: float, times: float = TIMES) -> dict[str, Any]:
    """Find what the service can do, ask `times` that for `seconds`, then as before. `faults` must come out empty."""
    with tempfile.TemporaryDirectory(prefix="levcheck-overload-", ignore_cleanup_errors=True) as folder:
        serving = Serving(Path(folder), default_url(Path(folder)), wanted=1)  # the other processor is the generator's
        try:
            serving.start()
            load(serving.port, CAPACITY_S, 0)  # warms up
            capacity = load(serving.port, CAPACITY_S, 0)
            rate = capacity["accepted_per_s"]
            workers = {worker.pid for worker in serving.workers()}
            memory = Memory(serving)
            memory.start()
            try:
                over = load(serving.port, seconds, times * rate)
            finally:
                memory.ended.set()
                memory.join()
            after = load(serving.port, RECOVERY_S, 0)
            until(serving.is_ready, "it is ready again")
            replaced = workers - {worker.pid for worker in serving.workers()}
        finally:
            serving.stop()
        lost = _lost(Path(folder), capacity["ids"] + over["ids"] + after["ids"])
        log = (Path(folder) / "serving.log").read_text("utf-8")
    growth = memory.growth()
    faults = _faults(over, after)
    faults += [f"{lost} determinations lost"] * (lost > 0)
    faults += [f"memory grew by {growth:.0f} MB"] * (growth > GROWTH_MB)
    complaints = _complaints(log)
    faults += [f"the log complains: {complaints[-5:]}"] * (len(complaints) > 0)
    if replaced:
        faults.append(f"{len(replaced)} workers ended")
    return {
        "capacity_per_s": round(rate),
        "offered_per_s": round(over["sent"] / over["seconds"]),
        "accepted_per_s": round(over["accepted_per_s"]),
        "statuses": over["statuses"],
        "accepted_s": over["accepted_s"],
        "refused_s": over["refused_s"],
        "generator_late_s": over["generator_late_s"],
        "memory_mb": round(memory.samples[-1]),
        "growth_mb": round(growth, 1),
        "capacity_after_per_s": round(after["accepted_per_s"]),
        "after_s": after["accepted_s"],
        "last_refused_after_s": after["last_refused_s"],
        "faults": faults,
    }


def _faults(over: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What should not have happened."""
    found = [
        f"{count} x {status} {when}"
        for when, came in (("under load", over), ("after it", after))
        for status, count in came["statuses"].items()
        if status not in ("200", "201", "503")
    ]
    if over["accepted_s"]["p99"] > PATIENCE_S + over["generator_late_s"]["p99"]:
        found.append(f"accepted requests took up to {over['accepted_s']}")
    if (after["last_refused_s"] or 0.0) > RECOVERED_WITHIN_S:
        found.append(f"still refused {after['last_refused_s']:.1f} s after the load had gone")
    return found


def _complaints(log: str) -> list[str]:
    """The lines of a log that are neither of the start, nor of a request, nor of those that were refused."""
    ordinary = ('"event":"request"', "requests refused", "levcheck serves ")
    return [line for line in log.splitlines() if not any(words in line for words in ordinary)]


def _lost(folder: Path, acknowledged: list[str]) -> int:
    """How many of the acknowledged determinations are not there."""
    records = opened(default_url(folder), folder)
    try:
        with records.store.read() as connection:
            kept = set(connection.execute(select(determinations.c.id)).scalars())
    finally:
        records.store.close()
    return len(set(acknowledged) - kept)


if __name__ == "__main__":
    print(json.dumps(run(*map(float, sys.argv[1:])), indent=1))
