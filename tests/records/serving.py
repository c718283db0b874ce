"""The service as a process that can be killed and started again, and a client that shows what it was told."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

PATIENCE = 60
WORKERS = 2
_KEPT = {name: value for name, value in os.environ.items() if not name.startswith("LEVCHECK_")}


@dataclass(frozen=True)
class Answer:
    """What the service answered."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str | None:
        """The problem's code, if it is a problem document."""
        return self.body.get("code") if self.headers.get("content-type") == "application/problem+json" else None


def until(holds: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait until something holds; fail after a bounded time."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, f"not within {patience} s: {what}"
        time.sleep(0.05)


class Serving:
    """`levcheck serve` with as many workers as are `wanted` on a port of its own, restarted as a supervisor would."""

    def __init__(self, data: Path, url: str, wanted: int = WORKERS) -> None:
        self.wanted = wanted
        self.data, self.url = data, url
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None
        self._left: list[psutil.Process] = []

    def start(self) -> None:
        """Start it, again and again until it stays: a worker that outlived its master may still hold the port."""
        until(self._is_ready_or_launched, "the service is ready")

    def _is_ready_or_launched(self) -> bool:
        if not self.runs():
            arguments = ["serve", "--dev", "--workers", str(self.wanted), "--port", str(self.port), "--data", str(self.data)]
            with (self.data / "serving.log").open("ab") as log:
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "levcheck", *arguments, "--database", self.url],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_KEPT,
                )  # fmt: skip
            return False
        return self.is_ready() and self.runs() and len(self.workers()) == self.wanted

    def runs(self) -> bool:
        """Whether the master is there."""
        return self.process is not None and self.process.poll() is None

    def is_ready(self) -> bool:
        """Whether the service says that it is ready."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/readyz").status == 200
        return False

    def workers(self) -> list[psutil.Process]:
        """The worker processes."""
        assert self.process is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children()
        return []

    def kill_worker(self) -> None:
        """End one worker with SIGKILL; the master starts another."""
        for worker in self.workers()[:1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                worker.kill()

    def kill_master(self) -> None:
        """End the master with SIGKILL; its workers notice by themselves."""
        assert self.process is not None
        self._left += self.workers()
        self.process.kill()
        self.process.wait(timeout=PATIENCE)

    def stop(self) -> None:
        """End every process that was started."""
        if self.process is None:
            return
        left = [*self._left, *self.workers()]
        if self.runs():
            self.process.terminate()
            try:
                self.process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=PATIENCE)
        for process in psutil.wait_procs(left, timeout=5)[1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def get(self, path: str) -> Answer:
        """Ask for a page. Raises OSError or HTTPException when no answer came."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: Any, key: str | None = None) -> Answer:
        """Send a body. Raises OSError or HTTPException when no answer came."""
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        return self._ask("POST", path, json.dumps(body).encode(), headers)

    def record(self, body: Any, key: str) -> Answer:
        """Ask for a determination."""
        return self.post("/v1/determinations", body, key)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, told, json.loads(response.read()))
        finally:
            connection.close()
