"""Many transactions through one request: in order, as a stream, each with its own answer."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import itertools
import json
import socket
import time
import urllib.request
from collections.abc import Iterable, Iterator
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest
from api.hostile import BODIES, JSON
from api.validation import faults
from conftest import serving
from flask.testing import FlaskClient
from levcheck.api import screenings, streaming
from levcheck.law import readings
from werkzeug.test import TestResponse

NDJSON, CSV, PATH = "application/x-ndjson", "text/csv", "/v1/screenings"
SALE = {
    "transaction": {"type": "sale", "date": "2025-06-01"},
    "vehicle": {
        "vehicle_type": "passenger_car",
        "model_year": 2025,
        "gvwr_lb": 4850,
        "mileage": 12,
        "certification": {"california": False},
    },
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "VA"},
}


def lined(rows: Iterable[Any]) -> bytes:
    """Rows as lines of JSON."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def screen(client: FlaskClient, body: bytes, query: str = "", media_type: str = NDJSON, **headers: str) -> TestResponse:
    """A screening's answer, read whole."""
    return client.post(PATH + query, data=body, content_type=media_type, headers=headers)


def rows_of(answer: TestResponse) -> list[dict[str, Any]]:
    """The lines of an answer, each held to the document."""
    assert (answer.status_code, answer.mimetype) == (200, NDJSON), answer.text
    rows = [json.loads(line) for line in answer.data.splitlines()]
    for row in rows:
        assert faults({"$ref": "#/components/schemas/Screened"}, row) == []
    return rows


def test_each_line_has_its_answer_in_order(client: FlaskClient) -> None:
    """Every transaction is answered as a check would be, in the order in which they came, under its line and reference."""
    rows = [
        SALE | {"reference": str(number), "destination": {"state": state}} for number, state in enumerate(["VA", "NC"] * 40)
    ]
    told = rows_of(screen(client, lined(rows)))
    assert [(row["line"], row["reference"]) for row in told] == [(n + 1, str(n)) for n in range(80)]
    for row, sent in list(zip(told, rows, strict=True))[:4]:
        check = client.post("/v1/checks", json=sent).json
        assert row == {"line": row["line"], "reference": row["reference"]} | check


def test_a_line_without_reference_is_a_check_and_its_number(client: FlaskClient) -> None:
    """Where a transaction has no reference its line holds the number, and then what a check holds, in the same order."""
    (row,) = rows_of(screen(client, lined([SALE])))
    assert list(row.items()) == [("line", 1), *client.post("/v1/checks", json=SALE).json.items()]


def test_few_words_where_asked_for(client: FlaskClient) -> None:
    """`brief` tells the verdict, why, what decided it, what is needed, and the other readings; names may stand beside it."""
    (decided, open_) = rows_of(screen(client, lined([SALE, {}]), "?include=brief"))
    assert decided == {
        "line": 1,
        "verdict": "prohibited",
        "basis": "no_exception",
        "provision": "9VAC5-95-30 A",
        "needs": [],
        "readings": client.post("/v1/checks", json=SALE).json["readings"],
    }
    assert open_["needs"] == [question["fact"] for question in client.post("/v1/checks", json={}).json["questions"]]
    (row,) = rows_of(screen(client, lined([SALE]), "?include=summary,verdict"))
    assert list(row) == ["line", "verdict", "summary"]
    (row,) = rows_of(screen(client, lined([SALE]), "?include=verdict,brief,summary"))
    assert list(row) == ["line", "verdict", "basis", "provision", "needs", "readings", "summary"]


def test_a_line_that_cannot_be_read_has_its_problem(client: FlaskClient) -> None:
    """A line at fault is answered with the problem document that a check would give it, and the lines beside it go on."""
    wrong = [
        b"nonsense",
        b"[]",
        b"null",
        b"12",
        b'"a text"',
        b"{} {}",
        b"\xef\xbb\xbf{}",
        b'{"colour": 1}',
        b'{"seller": {"type": "thief"}}',
        b"\xff",
        b'{"a": 1, "a": 2}',
        b'"\\ud800"',
    ]
    body = b"\n".join(itertools.chain.from_iterable((json.dumps(SALE).encode(), line) for line in wrong))
    told = rows_of(screen(client, body))
    assert [row["line"] for row in told] == list(range(1, 2 * len(wrong) + 1))
    assert {row["verdict"] for row in told[::2]} == {"prohibited"}
    for row, line in zip(told[1::2], wrong, strict=True):
        check = client.post("/v1/checks", data=line, content_type=JSON).json
        assert row["problem"] | {"request_id": ""} == check | {"request_id": ""}


def test_the_hostile_corpus_as_lines(client: FlaskClient) -> None:
    """A line of the hostile corpus is taken exactly when a check takes it; what is too long for a line is passed over."""
    bodies = [b for b in BODIES if b.content_type == JSON and not b.headers and b.raw.strip() and b"\n" not in b.raw]
    told = rows_of(screen(client, b"\n".join(body.raw for body in bodies)))
    assert len(told) == len(bodies)
    for row, body in zip(told, bodies, strict=True):
        status = row["problem"]["status"] if "problem" in row else 200
        assert status in body.statuses, body.name


def test_line_ends_and_empty_lines(client: FlaskClient) -> None:
    """Lines may end as Windows ends them, the last one not at all, and empty ones are counted and not answered."""
    body = b"\n\r\n" + json.dumps(SALE).encode() + b"\r\n \t\n{}"
    assert [row["line"] for row in rows_of(screen(client, body))] == [3, 5]
    assert rows_of(screen(client, b"")) == rows_of(screen(client, b"\n\n")) == []


def test_lines_without_ends_are_told_how_to_keep_them(client: FlaskClient) -> None:
    """Lines that were run together into one too long are answered with how to send them apart."""
    (row,) = rows_of(screen(client, lined([SALE] * 300).replace(b"\n", b"")))
    assert row["problem"]["code"] == "body_too_large" and "--data-binary" in row["problem"]["detail"]


def test_a_compressed_body_is_refused_whole(client: FlaskClient) -> None:
    """A body under a Content-Encoding is refused once, with what to do, rather than read as lines of nothing."""
    answer = screen(client, gzip.compress(lined([SALE] * 3)), **{"Content-Encoding": "GZip"})
    assert answer.status_code == 415 and "without Content-Encoding" in answer.json["detail"]
    assert len(rows_of(screen(client, lined([SALE]), **{"Content-Encoding": "identity"}))) == 1


@pytest.mark.parametrize("length", [streaming.LONGEST_ROW - 1, streaming.LONGEST_ROW, streaming.LONGEST_ROW + 1, 3_000_000])
def test_a_line_has_the_bound_of_a_body(client: FlaskClient, length: int) -> None:
    """A line of 65,536 bytes is read; a longer one is passed over, told of in its place, and the next is read."""
    told = rows_of(screen(client, b"{}".ljust(length) + b"\n{}\n"))
    assert [row["line"] for row in told] == [1, 2]
    assert ("problem" in told[0], "problem" in told[1]) == (length > streaming.LONGEST_ROW, False)
    if length > streaming.LONGEST_ROW:
        assert told[0]["problem"]["code"] == "body_too_large"


class TestTables:
    """CSV in, CSV out."""

    def table(self, answer: TestResponse) -> list[dict[str, str]]:
        assert answer.content_type == "text/csv; charset=utf-8", answer.text
        return list(csv.DictReader(io.StringIO(answer.text)))

    def test_a_table_is_read_as_people_write(self, client: FlaskClient) -> None:
        """The header names members by path; cells are texts as at the counter, empty ones are left out."""
        body = (
            "\ufeffreference,vehicle.model_year,vehicle.mileage,vehicle.certification.california,transaction.state\r\n"
            'old,2024,,,\r\n"used, surely",2025,"7,500",unknown,va\r\n"two\nlines",2025,12,yes,\r\n'
        )
        told = rows_of(screen(client, body.encode(), media_type="text/csv; charset=utf-8"))
        assert [(row["line"], row.get("reference"), row["basis"]) for row in told] == [
            (2, "old", "not_covered"),
            (3, "used, surely", "exempt"),
            (4, "two\nlines", "certified"),
        ]

    def test_a_table_out(self, client: FlaskClient) -> None:
        """Asked for with Accept, the answer is a table with a column for each reading, and the problem beside its row."""
        answer = screen(client, lined([SALE]) + b"{\n" + lined([{}]), "?include=brief", NDJSON, Accept=CSV)
        first, wrong, last = self.table(answer)
        assert (first["line"], first["verdict"], first["needs"], first["problem"]) == ("1", "prohibited", "", "")
        assert [first[reading.name] for reading in readings.READINGS].count("prohibited") == 2
        assert (wrong["line"], wrong["verdict"], wrong["problem"]) == ("2", "", "malformed_json")
        assert last["needs"].split()[:2] == ["transaction.contract", "vehicle.vehicle_type"]

    def test_every_member_has_a_cell(self, client: FlaskClient) -> None:
        """Members that are lists of objects stand in their cells as JSON."""
        (row,) = self.table(screen(client, lined([SALE]), "", NDJSON, Accept=CSV))
        whole = client.post("/v1/checks", json=SALE).json
        assert json.loads(row["findings"]) == whole["findings"]
        assert row["summary"] == whole["summary"]

    @pytest.mark.parametrize(
        "header", ["", "colour", "vehicle.vin,vehicle.vin", '"vehicle.vin', "vehicle.vin,", "Vehicle.VIN", "x" * 70_000]
    )
    def test_a_header_that_cannot_be_read_is_refused_whole(self, client: FlaskClient, header: str) -> None:
        """A column that is no path, or stands twice, is refused before anything is answered."""
        answer = screen(client, f"{header}\n1\n".encode(), media_type=CSV)
        assert answer.status_code in (400, 413, 422), answer.text
        assert answer.mimetype == "application/problem+json"

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            ('"a"b,2025', "bad_request"),
            ("a", "bad_request"),
            ("a,2025,more", "bad_request"),
            ("a,twenty", "invalid_request"),
            ("\udcff,2025", "bad_request"),
            ("a,2025\rb,2024", "bad_request"),
            (f"{'x' * 65},2025", "invalid_request"),
            ("\0,2025", "invalid_request"),
        ],
    )
    def test_a_row_at_fault_is_told_of_in_its_place(self, client: FlaskClient, row: str, code: str) -> None:
        """A row that is no CSV, or whose cells cannot be read, is told of, and the next row is read."""
        body = f"reference,vehicle.model_year\n{row}\nnext,2020\n".encode("utf-8", "surrogateescape")
        told = rows_of(screen(client, body, media_type=CSV))
        assert (told[0]["line"], told[0]["problem"]["code"], told[1]["line"], told[1]["verdict"]) == (
            2,
            code,
            3,
            "permitted",
        )

    def test_a_quotation_mark_that_stays_open(self, client: FlaskClient) -> None:
        """A cell that is never closed takes no more memory than a row may, and no more rows than that."""
        rest = b"a row\n" * 15_000
        told = rows_of(screen(client, b'reference,vehicle.model_year\n"open,2020\n' + rest, media_type=CSV))
        assert told[0]["problem"]["code"] == "body_too_large"
        assert told[0]["line"] == 2
        (last,) = rows_of(screen(client, b'reference,vehicle.model_year\n"open,2020\n', media_type=CSV))
        assert last["problem"]["code"] == "bad_request"


@pytest.mark.parametrize(
    ("media_type", "accept", "query", "status"),
    [
        (JSON, NDJSON, "", 415),
        ("", NDJSON, "", 415),
        ("application/x-ndjson; charset=latin-1", NDJSON, "", 415),
        (NDJSON, "text/html", "", 406),
        (NDJSON, NDJSON, "?include=colour", 422),
        (NDJSON, NDJSON, "?colour=1", 422),
        (NDJSON, "*/*", "?include=provision", 200),
    ],
)
def test_what_a_screening_is_asked_for(client: FlaskClient, media_type: str, accept: str, query: str, status: int) -> None:
    """What cannot be read or written is refused before the first line."""
    assert screen(client, lined([SALE]), query, media_type, Accept=accept).status_code == status


def test_a_failure_of_the_service_is_one_lines(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line at which the service itself fails is answered with an internal error; the others go on."""
    real = screenings.result_of
    fails = iter([False, True, False])

    def sometimes(*arguments: Any) -> Any:
        if next(fails):
            raise KeyError("a secret of a caller")
        return real(*arguments)

    monkeypatch.setattr(screenings, "result_of", sometimes)
    answer = screen(client, lined([SALE] * 3))
    told = rows_of(answer)
    assert [row.get("verdict") for row in told] == ["prohibited", None, "prohibited"]
    assert (told[1]["problem"]["code"], told[1]["problem"]["request_id"]) == (
        "internal_error",
        answer.headers["X-Request-Id"],
    )
    assert b"secret" not in answer.data


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
            time.sleep(1)
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
