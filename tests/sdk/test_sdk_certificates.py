"""Certificates: their forms, and what the service says of them."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
import requests
import responses
from levcheck_client import Client, ConnectionFailed, HistoryEvent, ProblemError, ProtocolError, Verification

CERTIFICATE = "http://levcheck.test/v1/determinations/0197-d1/certificate"
VERIFY = "http://levcheck.test/v1/certificates/verify"
SAID: dict[str, Any] = {
    "valid": True,
    "reason": None,
    "status": "voided",
    "key": "k1",
    "claims": {"jti": "0197-d1", "verdict": "permitted"},
    "history": [{"event": "void", "at": "2025-06-02T09:00:00.000000Z", "reason": "unwound", "by": None}],
}
FORMS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "jws": "application/jose"}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_asked_for_by_its_type(client: Client, service: responses.RequestsMock, form: Any) -> None:
    """Each form of a certificate is asked for by its media type and comes as the bytes that were sent."""
    service.add(responses.GET, CERTIFICATE, body=b"\x00\xff bytes", headers={"Content-Type": FORMS[form]})
    assert client.certificate("0197-d1", form) == b"\x00\xff bytes"
    accepted = service.calls[0].request.headers["Accept"]
    assert accepted.split(",")[0] == FORMS[form].partition(";")[0]
    assert "json;q=0.1" in accepted


def test_a_page_is_the_usual_form(client: Client, service: responses.RequestsMock) -> None:
    """Without a form a certificate comes as a page."""
    service.add(responses.GET, CERTIFICATE, body=b"<p>", headers={"Content-Type": "text/html"})
    assert client.certificate("0197-d1") == b"<p>"


def test_a_form_that_there_is_not(client: Client, service: responses.RequestsMock) -> None:
    """A form that certificates do not have is refused before anything is sent."""
    with pytest.raises(ValueError, match="html, pdf, jws, not 'docx'"):
        client.certificate("0197-d1", "docx")  # type: ignore[arg-type]
    assert not service.calls


@pytest.mark.parametrize("found", ["text/html", "application/json", ""])
def test_something_else_is_no_certificate(client: Client, service: responses.RequestsMock, found: str) -> None:
    """An answer of another type, such as a proxy's page, is a ProtocolError and not a PDF."""
    service.add(responses.GET, CERTIFICATE, body=b"<html>", headers={"Content-Type": found})
    with pytest.raises(ProtocolError, match="not application/pdf"):
        client.certificate("0197-d1", "pdf")


def test_no_certificate_without_a_determination(client: Client, service: responses.RequestsMock) -> None:
    """The certificate of a determination that is not there is a ProblemError."""
    service.add(responses.GET, CERTIFICATE, status=404, json={"code": "no_such_determination"})
    with pytest.raises(ProblemError) as caught:
        client.certificate("0197-d1", "pdf")
    assert caught.value.code == "no_such_determination"


@pytest.mark.parametrize("certificate", ["a.b.c", b"a.b.c", "a.b.c\n", b"\r\n a.b.c"])
def test_the_service_is_asked(client: Client, service: responses.RequestsMock, certificate: str | bytes) -> None:
    """Verifying sends the certificate, as text or bytes, and reads whatever the service says of it."""
    service.add(responses.POST, VERIFY, json=SAID)
    assert client.verify(certificate) == Verification(
        valid=True,
        status="voided",
        reason=None,
        claims={"jti": "0197-d1", "verdict": "permitted"},
        key="k1",
        history=(HistoryEvent("void", "2025-06-02T09:00:00.000000Z", "unwound", None),),
        checked="online",
    )
    assert json.loads(service.calls[0].request.body or b"") == {"certificate": "a.b.c"}


@pytest.mark.parametrize("certificate", ["ä.b.c", b"\xff.b.c", "\ud800.b.c"])
def test_what_cannot_be_in_a_certificate_is_still_sent(
    client: Client, service: responses.RequestsMock, certificate: str | bytes
) -> None:
    """Characters that no certificate has are sent as ones that it cannot have, for the service to refuse."""
    service.add(responses.POST, VERIFY, json=SAID)
    client.verify(certificate)
    assert json.loads(service.calls[0].request.body or b"") == {"certificate": "?.b.c"}


def test_an_invalid_certificate_is_an_answer(client: Client, service: responses.RequestsMock) -> None:
    """A certificate that does not hold is told with the reason, not raised."""
    said = {"valid": False, "reason": "altered", "status": None, "key": None, "claims": None, "history": []}
    service.add(responses.POST, VERIFY, json=said)
    told = client.verify("a.b.c")
    assert (told.valid, told.reason, told.status, told.key, told.claims, told.history) == (
        False, "altered", None, None, None, (),
    )  # fmt: skip


def test_a_verification_is_a_frozen_value_without_truth(client: Client, service: responses.RequestsMock) -> None:
    """A verification can be hashed and pickled, and `if verification:` raises, since what is valid may be voided."""
    service.add(responses.POST, VERIFY, json=SAID)
    told = client.verify("a.b.c")
    with pytest.raises(TypeError, match=r"verification\.valid and verification\.status"):
        bool(told)
    assert not hasattr(told, "__dict__")
    assert pickle.loads(pickle.dumps(told)) == told
    assert hash(copy.deepcopy(told)) == hash(told)


@pytest.mark.parametrize("member", SAID)
def test_every_member_of_a_verification_is_needed(client: Client, service: responses.RequestsMock, member: str) -> None:
    """A verification without a member, or with one of the wrong type, raises a ProtocolError that names it."""
    for spoilt in ({k: v for k, v in SAID.items() if k != member}, {**SAID, member: 1}):
        service.reset()
        service.add(responses.POST, VERIFY, json=spoilt)
        with pytest.raises(ProtocolError) as caught:
            client.verify("a.b.c")
        assert caught.value.pointer == f"/{member}"


def test_verifying_online_is_tried_again(client: Client, service: responses.RequestsMock) -> None:
    """Verifying records nothing, so it is tried again like a check, and without a key."""
    service.add(responses.POST, VERIFY, body=requests.exceptions.ConnectionError("x"))
    service.add(responses.POST, VERIFY, json=SAID)
    assert client.verify("a.b.c").valid
    assert "Idempotency-Key" not in service.calls[0].request.headers


def test_a_service_that_is_not_there_is_an_error(client: Client, service: responses.RequestsMock) -> None:
    """Verifying online without the service raises; it never turns into verifying offline."""
    service.add(responses.POST, VERIFY, body=requests.exceptions.ConnectionError("x"))
    with pytest.raises(ConnectionFailed):
        client.verify("a.b.c")
