"""The machine under a test run: the executable, ports, and the process that keeps the service."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

from levcheck_client.testing import keeper

ENVIRONMENT = "LEVCHECK_EXECUTABLE"
STOPS_WITHIN_S = keeper.STOPS_WITHIN_S + keeper.REMOVED_WITHIN_S + 5


class NotStarted(RuntimeError):
    """There is no service: no executable, or it ended, or it was not ready in time. The text ends with what it said."""


def found(given: str | os.PathLike[str] | None) -> str:
    """The executable's path. Raises `NotStarted` if there is none."""
    named = os.fspath(given) if given is not None else os.environ.get(ENVIRONMENT)
    if named:
        path = shutil.which(named)
        if path is None:
            by = "" if given is not None else f" ({ENVIRONMENT})"
            raise NotStarted(f"{named}{by} is no command that can be run")
        return path
    beside = str(Path(sys.executable).parent)
    path = shutil.which("levcheck", path=beside) or shutil.which("levcheck")
    if path is None:
        raise NotStarted(
            f"there is no `levcheck` in {beside} or on PATH: install the service with `pip install levcheck`, "
            f"or name its executable in {ENVIRONMENT} or as LevcheckServer(executable=...)"
        )
    return path


def kept(folder: Path, command: list[str]) -> subprocess.Popen[bytes]:
    """Start a command under a keeper; both write to the log in the folder."""
    # A group of its own: Ctrl-C is for the test run, which then stops the service.
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    # None of a developer's own settings: the service shall touch no other deployment.
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith("LEVCHECK_")}
    with (folder / keeper.LOG_FILE).open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-I", keeper.__file__, str(folder), *command],
            stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment, **apart,
        )  # fmt: skip


def dismiss(process: subprocess.Popen[bytes]) -> None:
    """Have a keeper end its service and remove the folder, and wait for it."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        # A byte, and not only the end: a forked child of this process may hold the pipe open.
        process.stdin.write(b".")
        process.stdin.flush()
    with contextlib.suppress(OSError):
        process.stdin.close()
    try:
        process.wait(STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_ready(port: int) -> bool:
    """Whether the service there says that it is ready."""
    # Not through requests, which would go by this machine's proxy settings.
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
