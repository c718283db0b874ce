"""Against a real socket on the loopback: a service that records, and connections that break."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from levcheck_client import Client, DeadlineExceeded

Record = dict[str, Any]


class Service:
    """Records a determination once a key; loses so many of its answers, and takes its time over each."""

    def __init__(self, determination: Record, *, lost: int = 0, delay: float = 0) -> None:
        self.determination, self.lost, self.delay = determination, lost, delay
        self.keys: list[str] = []
        self.made: dict[str, Record] = {}

    def record(self, key: str) -> tuple[Record, dict[str, str]]:
        """The determination of a key, and whether it was there."""
        self.keys.append(key)
        replayed = {"Idempotency-Replayed": "true"} if key in self.made else {}
        return self.made.setdefault(key, {**self.determination, "id": f"d{len(self.made)}"}), replayed

    def page(self, cursor: int) -> Record:
        """A page of one; there are three."""
        return {"items": [{**self.determination, "id": f"d{cursor}"}], "next": str(cursor + 1) if cursor < 2 else None}


@contextmanager
def _serving(service: Service) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(*service.record(self.headers["Idempotency-Key"]))

        def do_GET(self) -> None:
            cursor = parse_qs(urlsplit(self.path).query).get("cursor", ["0"])[0]
            self._answer(service.page(int(cursor)), {})

        def _answer(self, document: Record, headers: dict[str, str]) -> None:
            time.sleep(service.delay)
            if service.lost:
                service.lost -= 1
                self.close_connection = True
                return
            body = json.dumps(document).encode()
            self.send_response(200)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_lost_answers_record_nothing_twice(determination: Record) -> None:
    """A call whose answers are lost after the service has recorded it makes one determination, and knows it was made."""
    service = Service(determination, lost=2)
    with _serving(service) as url, Client(url) as client:
        made = client.determine({})
    assert (made.id, made.replayed) == ("d0", True)
    assert len(service.keys) == 3
    assert len(service.made) == 1


def test_a_call_taken_up_again_records_nothing_twice(determination: Record) -> None:
    """A call that failed for good and is made again with its error's key gets the determination it had made."""
    service = Service(determination, delay=1.5)
    with _serving(service) as url:
        with Client(url, deadline=0.6) as client, pytest.raises(DeadlineExceeded) as caught:
            client.determine({})
        service.delay = 0
        with Client(url) as client:
            again = client.determine({}, idempotency_key=caught.value.idempotency_key)
    assert (again.id, again.replayed, len(service.made)) == ("d0", True, 1)


def test_two_calls_record_twice(determination: Record) -> None:
    """Two calls with the same transaction make two determinations: the key is the call's, not the transaction's."""
    service = Service(determination)
    with _serving(service) as url, Client(url) as client:
        assert [client.determine({}).id, client.determine({}).id] == ["d0", "d1"]


def test_a_list_may_take_longer_than_the_deadline(determination: Record) -> None:
    """Three pages that together outlast the deadline are all had, since each has its own."""
    service = Service(determination, delay=0.4)
    with _serving(service) as url, Client(url, deadline=1, max_retries=0) as client:
        began = time.monotonic()
        assert [each.id for each in client.list()] == ["d0", "d1", "d2"]
        assert time.monotonic() - began > 1
