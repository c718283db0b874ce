"""Many transactions through one request: in order, as a stream, each with its own answer."""

from __future__ import annotations

import gzip
import itertools
import json
from typing import Any

import pytest
from api.asked import SALE
from api.hostile import BODIES, JSON
from api.screened import NDJSON, lined, rows_of, screen
from flask.testing import FlaskClient
from levcheck.api import screenings, streaming


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
