"""The command line as a user runs it: a process of its own, with nothing of this one's settings."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "levcheck"]
PATIENCE = 60
UNSET = ("LEVCHECK_DATA", "NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what would change the command's ways, and with `more`."""
    return {name: value for name, value in os.environ.items() if name not in UNSET} | more


def levcheck(*arguments: str | Path, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run `levcheck` to its end; `more` is added to its environment."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        env=environment(**more),
        check=False,
    )


def is_error(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """Assert that a command ended with this exit code, one readable message, nothing on standard output."""
    assert done.returncode == code, done
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


@contextlib.contextmanager
def started(*arguments: str | Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    """`levcheck` left running in the foreground, ended when the block ends."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env=environment(**more),
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def answer(port: int, path: str, body: Any = None) -> tuple[int, Any]:
    """What the service on this port answers: status and JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request("GET" if body is None else "POST", path, sent, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def wait_until_ready(port: int, process: subprocess.Popen[str]) -> None:
    """Return once the service on this port is ready."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, "the service ended instead of starting"
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            if answer(port, "/readyz")[0] == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"the service was not ready within {PATIENCE} s")


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for does not."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, encoding="utf-8", check=False)
    return bool(told.stdout.strip()) and not told.stdout.strip().startswith("Z")


def end(pid: int) -> None:
    """End a process that a test left behind."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
