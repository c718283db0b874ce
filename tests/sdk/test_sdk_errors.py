"""What is raised, what it says, and what it keeps to itself."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable

import levcheck_client
import pytest
import requests
import responses
from levcheck_client import (
    Client,
    ConnectionFailed,
    DeadlineExceeded,
    InvalidTransaction,
    LevcheckError,
    OfflineUnavailable,
    ProblemError,
    ProblemItem,
    ProtocolError,
)

Checks = Callable[..., responses.BaseResponse]
A_VIN = "1HGCM82633A004352"

PROBLEM = {
    "type": "urn:levcheck:problem:invalid_request",
    "code": "invalid_request",
    "title": "The request could not be read",
    "status": 422,
    "detail": "One member is wrong.",
    "errors": [
        {"pointer": "/vehicle/vin", "value": A_VIN, "detail": "is not assigned", "remedy": "Read it again."},
    ],
}


def test_one_root() -> None:
    """Every exception of the public face stands below LevcheckError."""
    faces = [getattr(levcheck_client, name) for name in levcheck_client.__all__]
    raised = [face for face in faces if isinstance(face, type) and issubclass(face, BaseException)]
    assert len(raised) == 9
    assert all(issubclass(each, LevcheckError) for each in raised)


def test_a_problem_document_is_read_whole(client: Client, checks: Checks) -> None:
    """A problem document's status, type, code, title, detail and errors stand in the error."""
    checks(status=422, json=PROBLEM, headers={"X-Request-Id": "r-1"}, content_type="application/problem+json")
    with pytest.raises(ProblemError) as caught:
        client.check({})
    error = caught.value
    assert (error.status, error.code, error.type) == (422, "invalid_request", PROBLEM["type"])
    assert (error.title, error.detail) == (PROBLEM["title"], PROBLEM["detail"])
    assert error.errors == (ProblemItem("/vehicle/vin", "is not assigned", A_VIN, "Read it again."),)
    assert (error.request_id, error.retryable, error.retry_after) == ("r-1", False, None)
    assert (error.problem.status, error.problem.code, error.problem.errors) == (error.status, error.code, error.errors)


def test_any_error_may_be_asked_what_was_answered() -> None:
    """An error of a call that got no answer has no status, code or problem, and need not be told apart to be asked."""
    error = LevcheckError("no answer")
    assert (error.status, error.code, error.problem, error.request_id, error.retryable) == (None, None, None, None, False)


def test_a_problem_speaks_plainly(client: Client, checks: Checks) -> None:
    """A problem's message says what is wrong, where, and what to do, without repeating what was sent."""
    checks(status=422, json=PROBLEM, headers={"X-Request-Id": "r-1"})
    with pytest.raises(ProblemError) as caught:
        client.check({})
    assert str(caught.value) == (
        "the service answered 422: The request could not be read: One member is wrong.; "
        "/vehicle/vin: is not assigned (Read it again.) (request r-1)"
    )


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"", b"[]", b'{"title": 5, "errors": {"a": 1}}'])
def test_a_proxys_error_page_is_a_problem_too(client: Client, checks: Checks, body: bytes) -> None:
    """An error status without a problem document is still a ProblemError, named by its HTTP reason."""
    checks(status=404, body=body)
    with pytest.raises(ProblemError) as caught:
        client.check({})
    error = caught.value
    assert (error.status, error.title, error.code, error.type, error.errors) == (404, "Not Found", None, None, ())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(client: Client, checks: Checks, service: responses.RequestsMock, status: int) -> None:
    """A redirect, to another host or not, is an error that says where it led, and the key goes nowhere else."""
    checks(status=status, headers={"Location": "https://elsewhere.test/v1/checks?x=1"})
    with pytest.raises(ProtocolError, match=r"https://elsewhere\.test; this is not followed"):
        client.check({})
    assert len(service.calls) == 1


def test_an_endless_answer_is_cut_off(client: Client, checks: Checks) -> None:
    """An answer of more than 10 MB raises a ProtocolError."""
    checks(body=b" " * (10 * 1024 * 1024 + 1))
    with pytest.raises(ProtocolError, match="longer than 10 MB"):
        client.check({})


@pytest.mark.parametrize(
    ("failure", "words", "retryable"),
    [
        (requests.exceptions.ConnectTimeout("x"), "no connection within 2 s", True),
        (requests.exceptions.ReadTimeout("x"), "nothing came for 5 s", True),
        (requests.exceptions.ChunkedEncodingError("x"), "could not be carried through", True),
        (requests.exceptions.ProxyError("x"), "the proxy", True),
        (requests.exceptions.SSLError("x"), "TLS certificate", False),
        (requests.exceptions.InvalidURL("x"), "could not be carried through", False),
        (requests.exceptions.ContentDecodingError("x"), "could not be carried through", False),
    ],
)
def test_failed_connections_speak_plainly(
    client: Client, checks: Checks, failure: Exception, words: str, retryable: bool
) -> None:
    """A failed connection says which service and why, keeps its cause, and knows whether trying again may help."""
    checks(body=failure)
    with pytest.raises(ConnectionFailed, match=f"no answer from http://levcheck.test: .*{words}") as caught:
        client.check({})
    assert caught.value.retryable is retryable
    assert caught.value.__cause__ is not None
    assert caught.value.request_id in str(caught.value)


def test_errors_survive_pickling() -> None:
    """An error that crosses a process boundary keeps its words and its attributes."""
    for error in (
        InvalidTransaction("a", pointer="/x", request_id="r"),
        ConnectionFailed("b", request_id="r", retryable=True),
        DeadlineExceeded("c", request_id="r", retryable=True),
        ProtocolError("d", pointer="/y", request_id="r"),
        ProblemError("e", request_id="r"),
        OfflineUnavailable("f"),
    ):
        error.idempotency_key = "k"
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_the_log_names_the_call_and_no_secret(
    client: Client, checks: Checks, answer_text: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The log tells of each retry with its request id, and never holds the key or a VIN."""
    checks(status=503, json={**PROBLEM, "status": 503})
    checks(body=answer_text, headers={"X-Request-Id": "r-9"})
    with caplog.at_level(logging.DEBUG, logger="levcheck_client"):
        client.check({"vehicle": {"vin": A_VIN}})
    ours = [record.getMessage() for record in caplog.records if record.name == "levcheck_client"]
    assert any("attempt 1 came to status 503, trying again" in line for line in ours)
    assert any("r-9" in line for line in ours)
    assert not any(secret in line for line in ours for secret in ("sk-very-secret", A_VIN))


def test_a_vin_in_a_path_is_cut_to_its_serial(
    client: Client, service: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    """A path logged shows no more than the last six characters of a VIN."""
    service.add(responses.GET, f"http://levcheck.test/v1/vehicles/{A_VIN}", status=503)
    with pytest.raises(ProblemError):
        client._transport.request("GET", f"/v1/vehicles/{A_VIN}")
    ours = [record.getMessage() for record in caplog.records if record.name == "levcheck_client"]
    assert ours
    assert all(A_VIN not in line and "/v1/vehicles/004352" in line for line in ours)
