"""The two ways to an answer, without Flask and with it: a caller cannot tell them apart."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from api.hostile import BODIES, JSON, Body
from flask import Flask
from flask.testing import FlaskClient
from levcheck.api.direct import Direct
from levcheck.records.records import Records
from levcheck.records.store import StoreUnavailable
from werkzeug.test import TestResponse

SALE = {
    "reference": "deal 1",
    "transaction": {"type": "sale", "date": "2025-06-01"},
    "vehicle": {"vin": "1FTEW3LP9SKE98169", "mileage": 12.40, "certification": {"california": False}},
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "NC"},
}
WITH_FLASK = "application/json; charset=utf-8"
"""Means the same as the plain media type, and is left to Flask."""
ANSWERED_BY_DIRECT = ("/v1/checks", "/v1/determinations")


@pytest.fixture
def left(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths of the requests that were left to Flask."""
    seen: list[str] = []
    direct: Direct = app.wsgi_app  # type: ignore[assignment]
    otherwise = direct.otherwise

    def noted(environ: Any, start_response: Any) -> Any:
        seen.append(environ["PATH_INFO"])
        return otherwise(environ, start_response)

    monkeypatch.setattr(direct, "otherwise", noted)
    return seen


def told(answer: TestResponse) -> tuple[Any, ...]:
    """What an answer says: status, body and headers."""
    return answer.status, answer.data, sorted(answer.headers)


def both(client: FlaskClient, path: str, body: bytes, **headers: str) -> tuple[TestResponse, TestResponse]:
    """A request answered in both ways, under the same id."""
    sent = {"X-Request-Id": "same", **headers}
    first, second = (client.post(path, data=body, headers={**sent, "Content-Type": t}) for t in (JSON, WITH_FLASK))
    return first, second


@pytest.mark.parametrize("query", ["", "?include=verdict", "?include=regulation,facts", "?include=verdict&include=basis"])
def test_a_plain_check_is_answered_alike(client: FlaskClient, left: list[str], query: str) -> None:
    """A check has the same status, headers and bytes with Flask and without it."""
    first, second = both(client, f"/v1/checks{query}", json.dumps(SALE).encode())
    assert told(first) == told(second)
    assert left == (["/v1/checks"] * (1 + query.count("&")))


def test_a_determination_is_replayed_alike(client: FlaskClient, left: list[str]) -> None:
    """What was recorded without Flask is answered again with it, to the byte."""
    first, second = both(client, "/v1/determinations", json.dumps(SALE).encode(), **{"Idempotency-Key": "direct-1"})
    assert (first.status_code, second.status_code, second.headers["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.data == second.data
    assert first.headers["Location"] == second.headers["Location"]
    assert sorted({*first.headers} ^ {*second.headers}) == [("Idempotency-Replayed", "true")]
    assert left == ["/v1/determinations"]


def _same_media_type(body: Body) -> bool:
    return body.content_type == JSON and not body.headers


@pytest.mark.parametrize("path", ANSWERED_BY_DIRECT)
def test_every_hostile_body_is_answered_alike(client: FlaskClient, path: str) -> None:
    """No body of the hostile corpus gets another answer without Flask than with it."""
    wrong = []
    for number, body in enumerate(filter(_same_media_type, BODIES)):
        first, second = both(client, path, body.raw, **{"Idempotency-Key": f"{path}-{number}"})
        replayed = second.headers.pop("Idempotency-Replayed", None)
        if told(first) != told(second) or (replayed and first.status_code != 201):
            wrong.append((body.name, first.status, second.status))
    assert wrong == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "levcheck.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Content-Type": "text/plain"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"},
    ],
    ids=str,
)
def test_what_is_not_plain_is_flasks(client: FlaskClient, left: list[str], headers: dict[str, str]) -> None:
    """A request of another site, name, media type or coding is refused by Flask as ever."""
    answer = client.post("/v1/checks", data=json.dumps(SALE), headers={"Content-Type": JSON, **headers})
    assert 400 <= answer.status_code < 500
    assert left == ["/v1/checks"]


@pytest.mark.parametrize("query", ["include=colour", "include=", "include", "inclued=verdict", "include=verdict,,basis"])
def test_a_member_that_there_is_not_is_named(client: FlaskClient, query: str) -> None:
    """What cannot be included is refused with 422, which names the members that can be."""
    for path in ANSWERED_BY_DIRECT:
        answer = client.post(f"{path}?{query}", json=SALE, headers={"Idempotency-Key": "never"})
        assert (answer.status_code, answer.json["code"]) == (422, "invalid_request")
        (error,) = answer.json["errors"]
        assert error["pointer"] in ("/include", "/inclued") and error["remedy"]


def test_included_members_are_those_of_the_whole(client: FlaskClient) -> None:
    """Each member that is asked for by itself is the whole result's; a determination's record is whole all the same."""
    whole = client.post("/v1/checks", json=SALE).json
    for name, value in whole.items():
        assert client.post(f"/v1/checks?include={name}", json=SALE).json == {name: value}
    made = client.post("/v1/determinations?include=verdict", json=SALE, headers={"Idempotency-Key": "part"}).json
    assert made["result"] == {"verdict": "permitted"}
    assert client.get(f"/v1/determinations/{made['id']}").json["result"] == whole


def test_a_body_that_breaks_off_is_refused(client: FlaskClient) -> None:
    """A body that is shorter than it was said to be, or cannot be read, is refused and never read in part."""

    class Broken(io.BytesIO):
        def read(self, *_args: Any) -> bytes:
            raise OSError

    body = json.dumps(SALE).encode()
    for stream, told_of in ((io.BytesIO(body), "breaks off"), (Broken(body), "could not be read")):
        environ = {"wsgi.input": stream, "CONTENT_LENGTH": str(len(body) + 1), "wsgi.input_terminated": True}
        answer = client.post("/v1/checks", content_type=JSON, environ_overrides=environ)
        assert (answer.status_code, answer.json["code"]) == (400, "bad_request")
        assert told_of in answer.json["detail"]


def test_a_store_that_fails_is_asked_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A determination that cannot be recorded is answered 503, and is not tried a second time on the way there."""
    tries = []

    def failing(*_args: Any) -> None:
        tries.append(1)
        raise StoreUnavailable("no")

    monkeypatch.setattr(Records, "create", failing)
    answer = client.post("/v1/determinations", json=SALE, headers={"Idempotency-Key": "failing"})
    assert (answer.status_code, answer.json["code"], len(tries)) == (503, "not_ready", 1)


def test_every_hook_of_the_application_is_known(app: Flask) -> None:
    """Whoever gives Flask something more to do for each request learns here that `direct` has to do it too."""
    hooks = [*app.before_request_funcs[None], *app.after_request_funcs[None], *app.teardown_request_funcs[None]]
    assert sorted(f"{hook.__module__.removeprefix('levcheck.')}.{hook.__name__}" for hook in hooks) == [
        "api.callers._refuse_impossible_id",  # no address here has an id
        "api.callers._tell_the_quota",
        "api.callers.admit",
        "api.headers.finish",
        "api.observation._begin",
        "api.observation._end",
        "api.observation._note",
        "app._name_the_request",
        "web.counter.allow_a_photo",  # of pages that take one
        "web.inventory.allow_a_list",
        "web.language._finish",  # of pages only
        "web.problem_pages._as_a_page",  # of problems only, which are Flask's
        "web.rental.allow_a_list",
    ]
    own = {"checks", "determinations"}
    assert not own & {*app.before_request_funcs, *app.after_request_funcs, *app.teardown_request_funcs}
