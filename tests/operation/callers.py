"""A service with one worker, callers on connections of their own, and a way to keep its threads busy."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.validation import Reply, held_to_contract
from cli.running import COMMAND, PATIENCE, environment, wait_until_ready
from conftest import free_port
from records.keeping import sale
from records.serving import until

THREADS = 4
CHECK = json.dumps(sale()).encode()


class Line:
    """One connection, on which answers are read when the test wants them."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Line:
        """Send a request. `_` in a header's name stands for a hyphen."""
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: 127.0.0.1",
            *(f"{n.replace('_', '-')}: {v}" for n, v in headers.items()),
        ]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        self.asked = (method, path)
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode() + (body or b""))
        return self

    def check(self) -> Line:
        """Ask for a check."""
        return self.ask("POST", "/v1/checks", CHECK)

    def record(self, key: str) -> Line:
        """Ask for a determination."""
        return self.ask("POST", "/v1/determinations", CHECK, Idempotency_Key=key)

    def answer(self) -> Reply:
        """The answer, held to the contract. Raises OSError or HTTPException if none comes, or half of one."""
        response = http.client.HTTPResponse(self.socket, method=self.asked[0])
        response.begin()
        body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        reply = Reply(*self.asked, response.status, headers, body)
        return reply if self.asked[1] == "/metrics" else held_to_contract(reply)

    def is_answered(self) -> bool:
        """Whether an answer, or the end of the connection, is there by now."""
        self.socket.setblocking(False)
        try:
            self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        finally:
            self.socket.settimeout(60)
        return True

    def is_closed(self) -> bool:
        """Whether the service has closed the connection; waits for a word from it."""
        return self.socket.recv(1) == b""


class Service:
    """`levcheck serve` with one worker, which can be kept busy."""

    def __init__(self, data: Path, port: int, process: Any) -> None:
        self.data, self.port, self.process = data, port, process
        self._lines: list[Line] = []

    def line(self) -> Line:
        """A new connection."""
        self._lines.append(Line(self.port))
        return self._lines[-1]

    def get(self, path: str) -> Reply:
        """What a page answers, on a connection of its own."""
        return self.line().ask("GET", path).answer()

    def metric(self, name: str) -> float:
        """The value of a metric without labels."""
        lines = self.get("/metrics").body.decode().splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])

    def in_progress(self) -> int:
        """How many requests are being answered beside the one that asks."""
        return int(self.metric("levcheck_requests_in_progress")) - 1

    @contextlib.contextmanager
    def held(self) -> Iterator[list[Line]]:
        """Within the block, 5 s at most, each of the worker's threads has a record to write, and the store takes none."""
        until(lambda: self.in_progress() == 0, "nothing is left to answer")
        with contextlib.closing(sqlite3.connect(self.data / "levcheck.sqlite3", timeout=10)) as other:
            other.execute("BEGIN IMMEDIATE")
            held = [self.line().record(uuid.uuid4().hex) for _ in range(THREADS)]
            until(lambda: self.in_progress() == THREADS, "every thread is busy")
            yield held
            other.rollback()

    def close(self) -> None:
        """Close every connection that was opened."""
        while self._lines:
            self._lines.pop().socket.close()


@contextlib.contextmanager
def ended(process: subprocess.Popen[Any]) -> Iterator[subprocess.Popen[Any]]:
    """A process that has ended when the block has."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def service(data: Path, *arguments: str) -> Iterator[Service]:
    """A running service. What it logs goes to a file: a pipe that nobody reads would stop it."""
    port = free_port()
    command = [*COMMAND, "serve", "--dev", "--workers", "1", "--port", str(port), "--data", str(data), *arguments]
    with (data / "log").open("wb") as log, ended(subprocess.Popen(command, stderr=log, env=environment())) as process:
        wait_until_ready(port, process)
        made = Service(data, port, process)
        try:
            yield made
        finally:
            made.close()
