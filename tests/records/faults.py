"""Disks that fail: errors put into a process's system calls, and a disk that is really full."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
from records.deployments import Deployment
from records.serving import until

WRITES = "pwrite64,pwritev,pwritev2"
SYNCS = "fsync,fdatasync"


@contextlib.contextmanager
def failing(deployment: Deployment, calls: str, error: str, when: str = "1+") -> Iterator[None]:
    """Within the block these system calls of everything that writes the database fail with this error."""
    strace = shutil.which("strace")
    assert strace, "this test puts errors into system calls with strace: apt-get install strace"
    processes = _writers(deployment)
    numbers = [argument for process in processes for argument in ("-p", str(process.pid))]
    injected = [
        strace,
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        f"trace={calls}",
        "-e",
        f"inject={calls}:error={error}:when={when}",
    ]
    tracer = subprocess.Popen([*injected, *numbers], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        until(
            lambda: tracer.poll() is not None or not any(_has(process, traced=False) for process in processes),
            "strace is attached",
        )
        assert tracer.poll() is None, f"strace may not attach here: {tracer.communicate()[1].decode()}"
        yield
    finally:
        if tracer.poll() is None:
            tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=30)
    until(lambda: not any(_has(process, traced=True) for process in processes), "strace is detached")


def _writers(deployment: Deployment) -> list[psutil.Process]:
    if deployment.postgres:
        return deployment.postgres.processes()
    return deployment.serving.workers()


def _has(process: psutil.Process, *, traced: bool) -> bool:
    """Whether a process has a thread with (or without) a tracer; one that has ended has neither."""
    told = []
    for thread in Path(f"/proc/{process.pid}/task").glob("*/status"):
        with contextlib.suppress(OSError):
            values = dict(line.split(":", 1) for line in thread.read_text("utf-8").splitlines())
            if values["State"].split()[0] not in "ZX":
                told.append(values["TracerPid"].strip() != "0")
    return traced in told


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system in memory that is soon full."""
    assert os.geteuid() == 0, "this test mounts a small file system: it must run as root"
    with tempfile.TemporaryDirectory(prefix="levcheck-disk-", ignore_cleanup_errors=True) as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path) -> Path:
    """A file that takes all the space that is left."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4_096)):
            pass
    return filler
