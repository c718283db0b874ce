"""Every test, in two processes at a time; those that measure the service under load run after the others, alone.

Run by `make test`. Ends with 1 if a test failed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TESTS = Path(__file__).parent
AT_ONCE = 2
LONGEST, SHORTER = (("web",), ("records", "log")), (("api",), ("sdk",))
"""Rooms whose tests take long: each lot has a process of its own, and one between them has all other rooms."""
ALONE = ("operation",)
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


def others() -> list[str]:
    """Everything under `tests` that is in no other lot."""
    every = sorted(p.name for p in TESTS.iterdir() if (p.is_dir() and any(p.glob("test_*.py"))) or p.match("test_*.py"))
    return [name for name in every if name not in {*ALONE, *(name for lot in (*LONGEST, *SHORTER) for name in lot)}]


def run(lot: tuple[str, ...] | list[str]) -> bool:
    """Run a lot in a process of its own; print what it said when it has ended. Returns whether it passed."""
    start = time.monotonic()
    command = [*PYTEST, *(str(TESTS / name) for name in lot)]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    told = done.stdout.decode(errors="replace")
    print(f"{told}\n{', '.join(lot)}: {time.monotonic() - start:.0f} s", flush=True)
    return done.returncode == 0


def main() -> None:
    """Run everything."""
    start = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        passed = [*pool.map(run, (*LONGEST, others(), *SHORTER))]
    passed.append(run(ALONE))
    print(f"{'All passed' if all(passed) else 'FAILED'} after {time.monotonic() - start:.0f} s.")
    sys.exit(not all(passed))


if __name__ == "__main__":
    main()
