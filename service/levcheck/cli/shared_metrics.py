"""The folder in which the processes of one service keep their metrics together."""

from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path
from typing import Any

FOLDER = "metrics"
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_SIZES = {"counter": 262_144, "histogram": 1_048_576, "gauge_livesum": 65_536}
"""What a process's files take: more than all its labels need."""


def begun(data: Path) -> None:
    """Empty the folder of a service that is about to start, and name it to the library before that is imported."""
    folder = data / FOLDER
    folder.mkdir(exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink()
    os.environ[VARIABLE] = str(folder)


def allocated(_master: Any, _worker: Any) -> None:
    """Take the room for a new worker's files: writing through a mapping when a disk is full ends the process."""
    for kind, size in _SIZES.items():
        with contextlib.suppress(OSError), _file(kind, os.getpid()).open("xb") as file:
            os.posix_fallocate(file.fileno(), 0, size)


def ended(_master: Any, worker: Any) -> None:
    """Keep of a worker that has ended what it counted, and no more room than that takes."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
    for kind in _SIZES:
        with contextlib.suppress(OSError, struct.error), _file(kind, worker.pid).open("r+b") as file:
            (used,) = struct.unpack("i", file.read(4))
            file.truncate(used)


def _file(kind: str, pid: int) -> Path:
    return Path(os.environ[VARIABLE]) / f"{kind}_{pid}.db"
