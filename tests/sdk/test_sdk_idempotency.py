"""The key that makes a call count once: made per call, kept through every retry, known to every error."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses
from levcheck_client import (
    Client,
    ConnectionFailed,
    DeadlineExceeded,
    Determination,
    LevcheckError,
    ProblemError,
    ProtocolError,
)

ALL = "http://levcheck.test/v1/determinations"
ONE = f"{ALL}/0197-d1"
Record = dict[str, Any]


def _keys(service: responses.RequestsMock) -> list[str]:
    return [call.request.headers["Idempotency-Key"] for call in service.calls]


def _determine(client: Client, **options: Any) -> Determination:
    return client.determine({}, **options)


def _void(client: Client, **options: Any) -> Determination:
    return client.void("0197-d1", "unwound", **options)


def _supersede(client: Client, **options: Any) -> Determination:
    return client.supersede("0197-d1", {}, **options)


WRITES = [(ALL, _determine), (f"{ONE}/void", _void), (f"{ONE}/supersede", _supersede)]
writes = pytest.mark.parametrize(("url", "write"), WRITES, ids=["determine", "void", "supersede"])
Write = Callable[..., Determination]


@writes
def test_a_key_per_call(
    client: Client, service: responses.RequestsMock, determination: Record, url: str, write: Write
) -> None:
    """Each call that records something has a random UUID of its own as its idempotency key."""
    service.add(responses.POST, url, json=determination)
    write(client)
    write(client)
    keys = _keys(service)
    assert [uuid.UUID(key).version for key in keys] == [4, 4]
    assert keys[0] != keys[1]


@writes
def test_the_key_survives_every_retry(
    client: Client, service: responses.RequestsMock, determination: Record, url: str, write: Write
) -> None:
    """Every attempt of one call carries the same key and the same bytes."""
    service.add(responses.POST, url, body=requests.exceptions.ConnectionError("x"))
    service.add(responses.POST, url, status=503)
    service.add(responses.POST, url, json=determination)
    write(client)
    assert len(_keys(service)) == 3
    assert len(set(_keys(service))) == 1
    assert len({call.request.body for call in service.calls}) == 1


@writes
def test_a_call_in_flight_is_sent_again_with_its_key(
    client: Client, service: responses.RequestsMock, determination: Record, time: Any, url: str, write: Write
) -> None:
    """A 409 `idempotency_in_flight` is tried again after its Retry-After, with the same key."""
    service.add(responses.POST, url, status=409, json={"code": "idempotency_in_flight"}, headers={"Retry-After": "1"})
    service.add(responses.POST, url, json=determination)
    write(client)
    assert time.slept == [1.0]
    assert len(set(_keys(service))) == 1


@writes
@pytest.mark.parametrize(
    ("status", "code"),
    [(409, "already_ended"), (422, "idempotency_key_reused"), (404, "no_such_determination"), (400, "bad_request")],
)
def test_what_will_not_pass_is_not_sent_again(
    client: Client, service: responses.RequestsMock, url: str, write: Write, status: int, code: str
) -> None:
    """A determination that has ended, a key used before and a record that is not there are raised at once."""
    service.add(responses.POST, url, status=status, json={"code": code})
    with pytest.raises(ProblemError) as caught:
        write(client)
    assert (caught.value.code, caught.value.retryable, len(service.calls)) == (code, False, 1)


@writes
def test_a_key_of_the_callers_own(
    client: Client, service: responses.RequestsMock, determination: Record, url: str, write: Write
) -> None:
    """A key that the caller gives is the one that is sent."""
    service.add(responses.POST, url, json=determination)
    write(client, idempotency_key="deal-48213")
    assert _keys(service) == ["deal-48213"]


@writes
@pytest.mark.parametrize("key", ["", "two words", "a\r\nX-Other: 1", "é", "x" * 256, 7])
def test_a_key_that_cannot_be_sent(
    client: Client, service: responses.RequestsMock, url: str, write: Write, key: object
) -> None:
    """A key that the header cannot hold is refused before anything is sent, an empty one too."""
    with pytest.raises(ValueError, match="visible ASCII"):
        write(client, idempotency_key=key)
    assert not service.calls


FAILURES: list[tuple[dict[str, Any], type[LevcheckError]]] = [
    ({"status": 422, "json": {"code": "invalid_request"}}, ProblemError),
    ({"status": 503}, ProblemError),
    ({"body": requests.exceptions.ReadTimeout("x")}, ConnectionFailed),
    ({"status": 201, "body": b"{}"}, ProtocolError),
    ({"status": 201, "body": b"cut"}, ProtocolError),
    ({"status": 302, "headers": {"Location": "/elsewhere"}}, ProtocolError),
]


@writes
@pytest.mark.parametrize(("how", "kind"), FAILURES)
def test_every_error_knows_the_key(
    client: Client,
    service: responses.RequestsMock,
    determination: Record,
    url: str,
    write: Write,
    how: dict[str, Any],
    kind: type[LevcheckError],
) -> None:
    """Whatever error ends the call names the key that was sent, and the call can be taken up again with it."""
    service.add(responses.POST, url, **how)
    with pytest.raises(kind) as caught:
        write(client)
    assert {caught.value.idempotency_key} == set(_keys(service))
    service.replace(responses.POST, url, json=determination, headers={"Idempotency-Replayed": "true"})
    assert write(client, idempotency_key=caught.value.idempotency_key).replayed
    assert len(set(_keys(service))) == 1


def test_a_deadline_knows_the_key(client: Client, service: responses.RequestsMock, time: Any) -> None:
    """A call that runs out of time names its key."""

    def slow_failure(request: requests.PreparedRequest) -> Any:
        time.elapsed += 5
        raise requests.exceptions.ReadTimeout("x")

    service.add_callback(responses.POST, ALL, slow_failure)
    with pytest.raises(DeadlineExceeded) as caught:
        client.determine({})
    assert [caught.value.idempotency_key] * 2 == _keys(service)


def test_errors_that_record_nothing_have_no_key(client: Client, service: responses.RequestsMock) -> None:
    """The errors of calls that only read name no key."""
    service.add(responses.GET, ONE, status=404)
    with pytest.raises(ProblemError) as caught:
        client.get("0197-d1")
    assert caught.value.idempotency_key is None


@pytest.mark.parametrize(("header", "expected"), [("true", True), ("True", True), ("false", False), (None, False)])
def test_a_replay_is_told(
    client: Client, service: responses.RequestsMock, determination: Record, header: str | None, expected: bool
) -> None:
    """A determination knows from the answer's header whether an earlier call had made it."""
    service.add(responses.POST, ALL, json=determination, headers={"Idempotency-Replayed": header} if header else {})
    assert client.determine({}).replayed is expected
