"""The deployment of deploy/replicas.py on a real PostgreSQL and a real nginx, and callers that keep asking it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
from levcheck_client import Client, LevcheckError
from records.keeping import sale
from records.postgres import Postgres
from records.serving import Answer, until

ROOT = Path(__file__).parent.parent.parent
_KEPT = {name: value for name, value in os.environ.items() if not name.startswith("LEVCHECK_")}
_STARTED = re.compile(r"(?P<name>[a-z0-9 ]+): http://127\.0\.0\.1:(?P<port>\d+) \(process (?P<pid>\d+), log (?P<log>.+)\)")
_AGAIN = re.compile(r"(?P<name>[a-z0-9 ]+) was started again \(process (?P<pid>\d+)\)")
REPLICAS = ("replica 1", "replica 2")


class Replicas:
    """The script as a process, and what it said of the programs that it started."""

    def __init__(self, data: Path, database: str, *options: str) -> None:
        self.data, self.database = data, database
        command = [sys.executable, str(ROOT / "deploy" / "replicas.py"), "--data", str(data), "--database", database]
        self.process = subprocess.Popen(
            [*command, "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=_KEPT
        )
        self.told: list[str] = []
        self.ports: dict[str, int] = {}
        self.pids: dict[str, int] = {}
        self.logs: dict[str, Path] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        until(lambda: any("All is ready" in line for line in self.told) or self.process.poll() is not None, "it is ready")
        assert self.process.poll() is None, self.told

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                if started := _STARTED.match(line):
                    self.ports[started["name"]] = int(started["port"])
                    self.logs[started["name"]] = Path(started["log"])
                if found := started or _AGAIN.match(line):
                    self.pids[found["name"]] = int(found["pid"])
                self.told.append(line)

    def levcheck(self, *arguments: str) -> str:
        """What a command of the operator prints."""
        command = [sys.executable, "-m", "levcheck", *arguments, "--data", str(self.data), "--database", self.database]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=_KEPT).stdout.strip()

    def signal(self, name: str, number: signal.Signals) -> int:
        """Send a signal to a replica's whole group, but SIGTERM to its master. Returns the master's process id."""
        pid = self.pids[name]
        (os.kill if number is signal.SIGTERM else os.killpg)(pid, number)
        return pid

    def is_back(self, name: str, instead_of: int) -> bool:
        """Whether a replica runs again, as another process, and is ready."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.pids[name] != instead_of and self.ask(name, "GET", "/readyz").status == 200
        return False

    def ask(self, name: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """What a replica, or the proxy, answers. `_` in a header's name stands for a hyphen."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=30)
        sent = {header.replace("_", "-"): value for header, value in headers.items()}
        try:
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, {"Content-Type": "application/json", **sent})
            response = connection.getresponse()
            read = response.read()
            told = {header.lower(): value for header, value in response.getheaders()}
            return Answer(response.status, told, json.loads(read) if "json" in told.get("content-type", "") else read)
        finally:
            connection.close()

    def processes(self) -> list[psutil.Process]:
        """Every process of the replicas and the proxy."""
        found = [psutil.Process(pid) for pid in self.pids.values()]
        return [*found, *(child for process in found for child in process.children(recursive=True))]

    def lines(self, name: str) -> list[dict[str, Any]]:
        """The log of a program, as far as it is JSON and its lines are whole: the last may be written just now."""
        text = self.logs[name].read_text("utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def logged(self, answer: Answer) -> dict[str, Any]:
        """The proxy's line for the request that it answered so; it is written a moment after the answer."""
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            found[:] = [line for line in self.lines("proxy") if line["request_id"] == answer.headers["x-request-id"]]
            return bool(found)

        until(is_there, "the request is in the log")
        return found[-1]

    def is_asked(self, name: str) -> bool:
        """Whether the proxy has a request answered by this replica."""
        return self.logged(self.ask("proxy", "GET", "/healthz"))["replica"] == f"127.0.0.1:{self.ports[name]}"

    def stop(self) -> None:
        """End the script as a supervisor does."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=90)
            self._listener.join(timeout=10)


@contextlib.contextmanager
def deployed(data: Path) -> Iterator[Replicas]:
    """Two replicas, a proxy and a database, removed when the block ends."""
    postgres = Postgres()
    try:
        postgres.start()
        replicas = Replicas(data, postgres.fresh(), "--workers", "2", "--rate", "100000")
        try:
            yield replicas
        finally:
            replicas.stop()
    finally:
        postgres.remove()


class Callers:
    """Threads that record one sale after the other through the proxy; each sale has a key of its own."""

    def __init__(self, replicas: Replicas, api_key: str, *, with_sdk: int, raw: int) -> None:
        self.replicas, self.api_key = replicas, api_key
        self.acknowledged: dict[str, str] = {}
        self.failures: list[str] = []
        self.raw_statuses: Counter[int | str] = Counter()
        self._ended = threading.Event()
        work: list[Callable[[], None]] = [self._by_sdk] * with_sdk + [self._raw] * raw
        self._threads = [threading.Thread(target=one) for one in work]

    def __enter__(self) -> Callers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(timeout=60)
            assert not thread.is_alive()

    def wait_for(self, more: int) -> None:
        """Return once so many more sales were acknowledged."""
        wanted = len(self.acknowledged) + more
        until(lambda: len(self.acknowledged) >= wanted, f"{more} more sales are acknowledged")

    def _by_sdk(self) -> None:
        with Client(f"http://127.0.0.1:{self.replicas.ports['proxy']}", api_key=self.api_key) as client:
            while not self._ended.is_set():
                key = uuid.uuid4().hex
                try:
                    self.acknowledged[key] = client.determine(sale(reference=key), idempotency_key=key).id
                except LevcheckError as error:
                    self.failures.append(f"{key}: {error!r}")

    def _raw(self) -> None:
        while not self._ended.is_set():
            key = uuid.uuid4().hex
            while key not in self.acknowledged:  # as any caller must: the same key until it is acknowledged
                try:
                    answer = self._record(key)
                except (OSError, http.client.HTTPException) as error:
                    self.raw_statuses[type(error).__name__] += 1
                    continue
                self.raw_statuses[answer.status] += 1
                if answer.status == 201:
                    self.acknowledged[key] = answer.body["id"]

    def _record(self, key: str) -> Answer:
        headers = {"Authorization": f"Bearer {self.api_key}", "Idempotency_Key": key}
        return self.replicas.ask("proxy", "POST", "/v1/determinations", sale(reference=key), **headers)
