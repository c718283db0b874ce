"""A load generator: a few connections kept open, each sending its next request when the answer to the last is whole."""

from __future__ import annotations

import secrets
import socket
import statistics
import threading
import time

CONNECTIONS = 4


class Load:
    """One request to send again and again. `asked` and `size` are the sizes of its body and, once served, its answer's."""

    def __init__(self, port: int, path: str, body: bytes, keyed: bool = False) -> None:
        self.port = port
        self.keyed = keyed
        lines = ("Host: 127.0.0.1", "Content-Type: application/json", f"Content-Length: {len(body)}", "", "")
        self.head = f"POST {path} HTTP/1.1\r\n".encode()
        self.rest = "\r\n".join(lines).encode() + body
        self.asked, self.size = len(body), 0

    @property
    def message(self) -> bytes:
        """The request, with an idempotency key of its own where it records something."""
        key = f"Idempotency-Key: {secrets.token_hex(16)}\r\n".encode() if self.keyed else b""
        return self.head + key + self.rest

    def wait_until_served(self, within: float = 60.0) -> None:
        """Return once the application answers 200. Raises TimeoutError."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            try:
                with self.connection() as connection:
                    self.size = len(exchange(connection, self.message))
                    return
            except (ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise TimeoutError(f"nothing serves port {self.port}")

    def connection(self) -> socket.socket:
        """A new connection."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def ask(load: Load) -> bytes:
    """Send one request on a connection of its own; the answer's body."""
    with load.connection() as connection:
        return exchange(connection, load.message)


def exchange(connection: socket.socket, message: bytes) -> bytes:
    """Send one request, read its whole answer; the answer's body. Raises ConnectionError, ValueError."""
    connection.sendall(message)
    answer = b""
    while (split := answer.find(b"\r\n\r\n")) < 0:
        answer += _more(connection)
    head = answer[:split].lower()
    if not head.startswith(b"http/1.1 20"):
        raise ValueError(answer[:500].decode("latin-1"))
    size = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    while len(answer) < split + 4 + size:
        answer += _more(connection)
    return answer[split + 4 :]


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65_536)
    if not piece:
        raise ConnectionError("the server closed the connection")
    return piece


def measure(load: Load, seconds: float, clients: int = CONNECTIONS) -> tuple[float, float, float]:
    """Requests per second, and the median and 99th percentile of the time of one, in seconds."""
    times: list[float] = []
    begin = time.perf_counter()

    def client() -> None:
        with load.connection() as connection:
            while (start := time.perf_counter()) < begin + seconds:
                exchange(connection, load.message)
                times.append(time.perf_counter() - start)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begin
    return len(times) / took, statistics.median(times), statistics.quantiles(times, n=100)[98]
