"""Screenings of a real server: as fast as they are read, within bounds, beside other callers."""

from __future__ import annotations

import contextlib
import json
import socket
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest
from api.asked import SALE
from api.hostile import JSON
from api.screened import NDJSON, PATH, lined
from conftest import serving


class Line:
    """A connection on which a body is sent piece by piece, and the answer read meanwhile."""

    def __init__(self, server: str, *headers: str) -> None:
        address = urlsplit(server)
        self.socket = socket.create_connection((str(address.hostname), address.port or 0), timeout=30)
        lines = [f"POST {PATH} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {NDJSON}", *headers, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.close()

    def send(self, body: bytes) -> None:
        self.socket.sendall(b"%x\r\n%s\r\n" % (len(body), body))

    def end(self) -> None:
        self.socket.sendall(b"0\r\n\r\n")

    def answer(self) -> HTTPResponse:
        response = HTTPResponse(self.socket, method="POST")
        response.begin()
        return response


CHUNKED = "Transfer-Encoding: chunked"
ENDLESS = 100_000_000
"""Bytes that no kernel keeps for a receiver that does not read."""


def full(server: str) -> Iterator[int]:
    """The statuses of screenings that are begun one after the other, until none is taken any more; then all end."""
    begun = []
    try:
        while True:
            line = Line(server, CHUNKED)
            begun.append(line)
            line.send(lined([SALE] * 100))
            status = line.answer().status
            yield status
            if status != 200:
                return
    finally:
        for line in begun:
            line.socket.close()


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real service that waits a second for its callers."""
    with serving(tmp_path_factory.mktemp("impatient"), "--dev", "--silence", "1") as address:
        yield address


class TestServed:
    """The same on a real server."""

    def test_it_is_answered_while_it_is_sent(self, server: str) -> None:
        """The first answers come before the last lines are sent, and all come in order."""
        with Line(server, CHUNKED) as line:
            line.send(lined([SALE | {"reference": "first"}] * 100))
            answer = line.answer()
            assert (answer.status, json.loads(answer.readline())["reference"]) == (200, "first")
            line.send(lined([SALE | {"reference": "last"}]))
            line.end()
            rest = [json.loads(row) for row in answer.read().splitlines()]
            assert [row["line"] for row in rest] == list(range(2, 102))
            assert rest[-1]["reference"] == "last"

    def test_it_is_read_no_faster_than_its_answer(self, server: str) -> None:
        """Of an endless body no more is read than answers are taken: what is not read stays with the sender."""
        rows, sent = lined([SALE] * 50), 0
        with Line(server, CHUNKED) as line:
            line.socket.settimeout(3)
            with pytest.raises(TimeoutError):
                while sent < ENDLESS:
                    line.send(rows)
                    sent += len(rows)
        assert _comes_back(server)

    def test_whoever_does_not_read_is_let_go(self, impatient: str) -> None:
        """A caller that takes no answers for three times the silence that is borne is let go, and its place is free."""
        rows, sent = lined([SALE] * 50), 0
        with Line(impatient, CHUNKED) as line, pytest.raises(ConnectionError):
            while sent < ENDLESS:
                line.send(rows)
                sent += len(rows)
        assert _comes_back(impatient)

    def test_whoever_sends_a_byte_now_and_then_is_let_go(self, impatient: str) -> None:
        """A caller that is never silent, but slower than the pace, is told so in the last line, and its place is free."""
        with Line(impatient, CHUNKED) as line:
            line.send(lined([SALE] * 20))
            answer = line.answer()
            assert json.loads(answer.readline())["verdict"] == "prohibited"
            with contextlib.suppress(ConnectionError):
                for _ in range(25):  # two windows and a half
                    line.send(b" ")
                    time.sleep(0.1)
            rows = [json.loads(row) for row in answer.read().splitlines()]
        assert "too slowly" in rows[-1]["problem"]["detail"]
        assert _comes_back(impatient)

    def test_the_connection_goes_on(self, server: str) -> None:
        """A body of a stated length is answered whole, and the connection takes the next request."""
        body = lined([SALE] * 500)
        with Line(server, f"Content-Length: {len(body)}") as line:
            line.socket.sendall(body)
            assert len(line.answer().read().splitlines()) == 500
            line.socket.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            assert line.answer().status == 200

    def test_who_sends_all_before_reading_is_answered(self, server: str) -> None:
        """Of a stated length the body may be sent whole before the first answer is read, however long the answers are."""
        body = lined([SALE] * 3_000)
        with Line(server, f"Content-Length: {len(body)}") as line:
            line.socket.sendall(body)
            time.sleep(1)  # long enough for every buffer between the two to be full
            answers = line.answer().read()
            assert len(answers) > 20 * len(body) > 9_000_000
            assert answers.count(b"\n") == 3_000

    @pytest.mark.parametrize("headers", [CHUNKED, "Content-Length: 100000"])
    def test_a_body_that_breaks_off_says_so_in_its_last_line(self, server: str, headers: str) -> None:
        """What came whole is answered, and the last line tells that the body broke off."""
        with Line(server, headers) as line:
            body = lined([SALE] * 3)
            line.socket.sendall(body if headers != CHUNKED else b"%x\r\n%s" % (len(body) + 1, body))
            line.socket.shutdown(socket.SHUT_WR)
            rows = [json.loads(row) for row in line.answer().read().splitlines()]
            assert [row.get("verdict") for row in rows[:-1]] == ["prohibited"] * (len(rows) - 1)
            assert rows[-1]["problem"]["code"] == "bad_request"

    def test_places_are_few_and_come_back(self, server: str) -> None:
        """A process has two places: who comes when all are taken is told when to come again, and hang-ups free them."""
        for _ in range(3):
            taken, end = [], time.monotonic() + 15
            while len(taken) < 2 and time.monotonic() < end:  # all those of a moment ago may not be back at once
                *taken, refused = full(server)
            assert 2 <= len(taken) <= 4
            assert (set(taken), refused) == ({200}, 503)
            assert _comes_back(server)

    def test_others_are_answered_meanwhile(self, server: str) -> None:
        """While every place is taken by callers who send nothing more, checks are answered."""
        for _ in full(server):
            with urllib.request.urlopen(
                urllib.request.Request(f"{server}/v1/checks", b"{}", {"Content-Type": JSON})
            ) as check:
                assert check.status == 200
        assert _comes_back(server)


def _comes_back(server: str) -> bool:
    """Whether a place is free again within a few seconds."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        with Line(server, CHUNKED) as line:
            line.end()
            if line.answer().status == 200:
                return True
        time.sleep(0.1)
    return False
