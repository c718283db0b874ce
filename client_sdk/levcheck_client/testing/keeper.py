"""A process between a test run and its service: when the run ends, however it ends, the service and its folder go.

    python -I keeper.py FOLDER COMMAND...

The run holds the other end of this process's standard input, and every system closes that when it dies, also by
`kill -9`. It is run as a file, so that it needs nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any

LOG_FILE = "service.log"
STOPS_WITHIN_S = 10.0
REMOVED_WITHIN_S = 5.0


def main(folder: Path, command: list[str]) -> int:
    """Keep the service until it ends (1), or until there is nobody to keep it for (0)."""
    # Of all that can wake a thread, only this may be used in a signal handler too.
    news: SimpleQueue[str] = SimpleQueue()
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: news.put("deserted"))
    options: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {}
    try:
        service = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    except OSError as error:
        print(f"{command[0]} cannot be run: {error}", file=sys.stderr)
        return 1

    def until_deserted() -> None:
        with contextlib.suppress(OSError):
            os.read(sys.stdin.fileno(), 1)
        news.put("deserted")

    def until_ended() -> None:
        service.wait()
        news.put("ended")

    for waiting in (until_deserted, until_ended):
        threading.Thread(target=waiting, daemon=True).start()
    if news.get() == "ended":
        return 1
    _end(service)
    _remove(folder)
    return 0


def _end(service: subprocess.Popen[bytes]) -> None:
    service.terminate()
    try:
        service.wait(STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        if os.name == "posix":
            os.killpg(service.pid, signal.SIGKILL)
        else:
            service.kill()
        service.wait()


def _remove(folder: Path) -> None:
    # Windows removes no file that somebody still has open.
    end = time.monotonic() + REMOVED_WITHIN_S
    while folder.exists() and time.monotonic() < end:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
