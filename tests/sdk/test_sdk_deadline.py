"""Against a real socket on the loopback: servers that misbehave in time."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from levcheck_client import Client, ConnectionFailed, DeadlineExceeded

GENEROUS = 5.0


@contextmanager
def _serving(behave: Callable[[BaseHTTPRequestHandler, threading.Event], None]) -> Iterator[str]:
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            try:
                behave(self, over)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server: socketserver.BaseServer = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def _drip(handler: BaseHTTPRequestHandler, over: threading.Event, byte: bytes) -> None:
    while not over.wait(0.05):
        handler.wfile.write(byte)
        handler.wfile.flush()


def _slow_body(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    _drip(handler, over, b" ")


def _slow_chunks(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    _drip(handler, over, b"1\r\n \r\n")


def _slow_headers(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(handler, over, b"x")


def _silence(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    over.wait(GENEROUS)


def _cut_short(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"{")


@pytest.mark.parametrize("behave", [_slow_body, _slow_chunks, _slow_headers, _silence])
def test_no_server_outlives_the_deadline(
    behave: Callable[[BaseHTTPRequestHandler, threading.Event], None],
) -> None:
    """A server that is silent or drips, in body or headers, cannot hold a call past its deadline."""
    with _serving(behave) as url, Client(url, deadline=0.6) as client:
        began = time.monotonic()
        with pytest.raises(DeadlineExceeded, match=r"within 0\.6 s"):
            client.check({})
        assert time.monotonic() - began < GENEROUS


def test_an_abandoned_answer_is_let_go() -> None:
    """No thread of the client goes on reading a body that trickles in after the deadline."""
    with _serving(_slow_body) as url, Client(url, deadline=0.3) as client:
        with pytest.raises(DeadlineExceeded):
            client.check({})
        for thread in threading.enumerate():
            if thread.name == "levcheck-client":
                thread.join(GENEROUS)
                assert not thread.is_alive()


def test_silence_is_a_read_time_out() -> None:
    """A server that accepts and says nothing fails after the read time-out, well before the deadline."""
    with _serving(_silence) as url, Client(url, timeout=(2, 0.1), deadline=60, max_retries=1) as client:
        with pytest.raises(ConnectionFailed, match=r"nothing came for 0\.1 s") as caught:
            client.check({})
        assert caught.value.retryable


def test_an_answer_cut_short_is_a_failed_connection() -> None:
    """An answer that ends before its length is not taken for an answer."""
    with (
        _serving(_cut_short) as url,
        Client(url, max_retries=0) as client,
        pytest.raises(ConnectionFailed, match="the connection broke off"),
    ):
        client.check({})


def test_a_closed_port_is_a_failed_connection() -> None:
    """A service that is not there is reported as a refused connection, with its address."""
    with _serving(_silence) as url:
        pass
    with Client(url, max_retries=0) as client, pytest.raises(ConnectionFailed, match=f"{url}: the connection was ref"):
        client.check({})


def test_an_answer_over_a_socket(answer_text: str) -> None:
    """A plain answer over a real connection is read, twice over the same client."""

    def answer(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
        handler.send_response(200)
        handler.send_header("X-Request-Id", handler.headers["X-Request-Id"])
        handler.send_header("Content-Length", str(len(answer_text)))
        handler.end_headers()
        handler.wfile.write(answer_text.encode())

    with _serving(answer) as url, Client(url) as client:
        assert client.check({}).permitted
        assert client.check({}).permitted
