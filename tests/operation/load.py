"""A load generator, a process of its own: requests at a fixed rate whatever becomes of them, or one after the other.

    python -m operation.load PORT SECONDS RATE    RATE 0: as fast as 16 connections get answers

Prints one JSON object. A latency counts from the moment at which the request was due, so that nothing is hidden by a
generator, a connection or a kernel that came late. Every twentieth request records a determination.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from array import array
from collections import Counter
from typing import Any

CLOSED_CONNECTIONS = 16
MOST_CONNECTIONS = 900
TICK_S = 0.002
LONGEST_IDLE_S = 1.0  # the service closes an idle connection after 2 s
LAST_ANSWERS_WITHIN_S = 20.0
RECORDS_ONE_IN = 20
SALE = (
    b'{"transaction":{"type":"sale","date":"2025-06-01"},"vehicle":{"vin":"1FTEW3LP9SKE98169","vehicle_type":'
    b'"light_duty_truck","model_year":2025,"gvwr_lb":6500,"mileage":12,"certification":{"california":false}},'
    b'"seller":{"type":"dealer"},"buyer":{"type":"individual"},"destination":{"state":"NC"}}'
)
_REST = b"Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(SALE) + SALE
CHECK = b"POST /v1/checks HTTP/1.1\r\n" + _REST


class Run:
    """What was sent and what came back."""

    def __init__(self, port: int, rate: float) -> None:
        self.port, self.rate = port, rate
        self.sent, self.answered, self.number = 0, 0, 0
        self.statuses: Counter[str] = Counter()
        self.accepted, self.refused, self.late = array("d"), array("d"), array("d")
        self.ids: list[str] = []
        self.idle: list[Line] = []
        self.lines: set[Line] = set()
        self.waiting: list[tuple[bytes, float]] = []
        self.last_refused = 0.0
        self.ended = False

    def message(self) -> bytes:
        """The next request."""
        self.number += 1
        if self.number % RECORDS_ONE_IN:
            return CHECK
        key = b"Idempotency-Key: %d-%d\r\n" % (time.time_ns(), self.number)
        return b"POST /v1/determinations HTTP/1.1\r\n" + key + _REST

    def send(self, due: float) -> None:
        """Send one request on an idle connection or a new one."""
        self.sent += 1
        message = self.message()
        while self.idle and self.idle[-1].since < time.perf_counter() - LONGEST_IDLE_S:
            self.idle.pop().transport.close()
        if self.idle:
            self.idle.pop().ask(message, due)
        elif len(self.lines) < MOST_CONNECTIONS:
            asyncio.get_running_loop().create_task(self._open(message, due))
        else:
            self.waiting.append((message, due))

    async def _open(self, message: bytes, due: float) -> None:
        line = Line(self, message, due)
        self.lines.add(line)
        try:
            await asyncio.get_running_loop().create_connection(lambda: line, "127.0.0.1", self.port)
        except OSError as error:
            line.failed(type(error).__name__)

    def free(self, line: Line) -> None:
        """A connection has its answer."""
        now = time.perf_counter()
        if self.rate == 0 and not self.ended:
            self.sent += 1
            line.ask(self.message(), now)
        elif self.waiting:
            line.ask(*self.waiting.pop(0))
        else:
            line.since = now
            self.idle.append(line)

    def replace(self) -> None:
        """A connection was closed after its answer."""
        if self.rate == 0 and not self.ended:
            self.send(time.perf_counter())

    def take(self, status: bytes, head: bytes, body: bytes, due: float) -> None:
        """Note an answer."""
        now = time.perf_counter()
        self.answered += 1
        told = status.decode()
        if told == "503" and (b"retry-after:" not in head or b'"code":"overloaded"' not in body):
            told = "503 of another kind"
        self.statuses[told] += 1
        if told == "503":
            self.refused.append(now - due)
            self.last_refused = now
        else:
            self.accepted.append(now - due)
        if told == "201":
            at = body.index(b'"id":"') + 6
            self.ids.append(body[at : at + 36].decode())


class Line(asyncio.Protocol):
    """One connection: a request, its whole answer, the next request."""

    def __init__(self, run: Run, message: bytes, due: float) -> None:
        self.run, self.message, self.due = run, message, due
        self.received = b""
        self.asks = True
        self.since = 0.0
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.message)

    def ask(self, message: bytes, due: float) -> None:
        """Send the next request."""
        self.asks, self.due, self.received = True, due, b""
        self.transport.write(message)

    def data_received(self, data: bytes) -> None:
        self.received += data
        split = self.received.find(b"\r\n\r\n")
        if split < 0:
            return
        head = self.received[:split].lower()
        at = head.find(b"content-length: ") + 16
        size = int(head[at : at + 12].split(b"\r")[0])
        if len(self.received) < split + 4 + size:
            return
        self.asks = False
        self.run.take(self.received[9:12], head, self.received[split + 4 :], self.due)
        if b"connection: close" in head:
            self.run.lines.discard(self)
            self.transport.close()
            self.run.replace()
        else:
            self.run.free(self)

    def connection_lost(self, _error: Exception | None) -> None:
        self.run.lines.discard(self)
        if self in self.run.idle:
            self.run.idle.remove(self)
        if self.asks:
            self.failed("half an answer" if self.received else "no answer")

    def failed(self, how: str) -> None:
        """Note a request that was not answered."""
        self.asks = False
        self.run.lines.discard(self)
        self.run.statuses[how] += 1
        self.run.answered += 1


async def open_loop(run: Run, seconds: float) -> float:
    """Send requests when they are due. Returns when the last one was."""
    begin = time.perf_counter()
    while (now := time.perf_counter()) < begin + seconds:
        due = int((now - begin) * run.rate)
        while run.sent < due:
            at = begin + (run.sent + 1) / run.rate
            run.late.append(now - at)
            run.send(at)
        await asyncio.sleep(TICK_S)
    return time.perf_counter()


async def measured(port: int, seconds: float, rate: float) -> dict[str, Any]:
    """Run the load; what came of it."""
    run = Run(port, rate)
    begin = time.perf_counter()
    if rate:
        stopped = await open_loop(run, seconds)
    else:
        for _ in range(CLOSED_CONNECTIONS):
            run.send(time.perf_counter())
        await asyncio.sleep(seconds)
        stopped = time.perf_counter()
        run.ended = True
    took = stopped - begin
    in_time = len(run.accepted)
    end = stopped + LAST_ANSWERS_WITHIN_S
    while run.answered < run.sent and time.perf_counter() < end:
        await asyncio.sleep(0.01)
    run.statuses["never answered"] += run.sent - run.answered
    return {
        "seconds": took,
        "sent": run.sent,
        "statuses": {status: count for status, count in run.statuses.items() if count},
        "accepted_per_s": in_time / took,
        "accepted_s": spread(run.accepted),
        "refused_s": spread(run.refused),
        "generator_late_s": spread(run.late),
        "last_refused_s": run.last_refused - begin if run.last_refused else None,
        "ids": run.ids,
    }


def spread(values: array[float]) -> dict[str, float]:
    """Median, 99th percentile and maximum, in seconds; empty without values."""
    if not values:
        return {}
    ordered = sorted(values)
    ranks = {"p50": len(ordered) // 2, "p99": int(len(ordered) * 0.99), "max": -1}
    return {name: round(ordered[rank], 4) for name, rank in ranks.items()}


if __name__ == "__main__":
    gc.disable()  # its pauses would be told as the service's
    json.dump(asyncio.run(measured(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))), sys.stdout)
