"""Every test, in two processes at a time; those that measure the service under load run after the others, alone.

Run by `make test`. Ends with 1 if a test failed.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).parent
ALONE = ("operation",)
APART = ("records", "log", "sdk", "web")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


def parts() -> tuple[list[str], list[str], list[str]]:
    """Everything under `tests`, in three parts: two that run beside each other, and the one that runs alone."""
    every = sorted(p.name for p in TESTS.iterdir() if (p.is_dir() and any(p.glob("test_*.py"))) or p.match("test_*.py"))
    first = [name for name in every if name not in (*APART, *ALONE)]
    return first, [*APART], [*ALONE]


def run(*lots: list[str]) -> int:
    """Run each lot in a process of its own; print what each said when it has ended. Returns how many failed."""
    commands = [[*PYTEST, *(str(TESTS / name) for name in lot)] for lot in lots]
    with contextlib.ExitStack() as stack:
        said = [stack.enter_context(tempfile.TemporaryFile()) for _ in commands[1:]]  # a pipe that is not read would stop it
        running = [
            subprocess.Popen(command, stdout=file, stderr=file) for command, file in zip(commands[1:], said, strict=True)
        ]
        failed = int(subprocess.run(commands[0], check=False).returncode != 0)
        for process, file in zip(running, said, strict=True):
            failed += process.wait() != 0
            file.seek(0)
            print(file.read().decode(errors="replace"), flush=True)
    return failed


def main() -> None:
    """Run everything."""
    start = time.monotonic()
    first, second, alone = parts()
    failed = run(first, second) + run(alone)
    print(f"{'FAILED' if failed else 'All passed'} after {time.monotonic() - start:.0f} s.")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
