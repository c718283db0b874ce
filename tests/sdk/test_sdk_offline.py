"""Certificates verified without the service, by keys kept from before."""

from __future__ import annotations

import string
import sys
from decimal import Decimal

import pytest
import requests
import responses
from levcheck_client import Client, ConnectionFailed, OfflineUnavailable
from sdk.signing import CLAIMS, JWKS, MISSING, STRANGER, fetched, header, jwk, jws

VERIFY = "http://levcheck.test/v1/certificates/verify"
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


@pytest.fixture
def kept(client: Client, service: responses.RequestsMock) -> Client:
    """A client that has fetched the keys and can reach nothing any more."""
    fetched(service, client, jwk())
    service.reset()
    return client


@pytest.mark.parametrize("spelling", [jws(), jws().encode(), jws() + "\n"])
def test_a_certificate_that_holds(kept: Client, service: responses.RequestsMock, spelling: str | bytes) -> None:
    """A certificate, as text or bytes, is valid by a kept key; nothing is sent, and its status is said to be unchecked."""
    told = kept.verify(spelling, online=False)
    assert (told.valid, told.claims, told.key, told.checked) == (True, CLAIMS, "k1", "offline")
    assert (told.status, told.history) == (None, ())
    assert told.reason == "The signature holds. Whether the determination still stands was not checked."
    assert not service.calls


def test_each_altered_character_is_found(kept: Client) -> None:
    """A certificate with any one character replaced by any other, or left out, is not valid."""
    good = jws()
    assert kept.verify(good, online=False).valid
    for at, character in enumerate(good):
        for other in {*ALPHABET, ".", "=", "+", "/", " ", "\n", ""} - {character}:
            told = kept.verify(good[:at] + other + good[at + 1 :], online=False)
            assert not told.valid, (at, other)
            assert (told.claims, told.key, told.status) == (None, None, None)


def test_a_character_more_is_found(kept: Client) -> None:
    """A certificate with a character more, anywhere in it, is not valid."""
    good = jws()
    for at in range(len(good) + 1):
        for other in "A-=.":
            assert not kept.verify(good[:at] + other + good[at:], online=False).valid, (at, other)


def test_bytes_have_one_spelling(kept: Client) -> None:
    """Another base64 spelling of the very same bytes is not the certificate."""
    head, payload, signature = jws(payload={"a": 1}).split(".")
    last = signature[-1]
    other = ALPHABET[ALPHABET.index(last) + 1]
    for spelling in (f"{head}.{payload}.{signature[:-1]}{other}", f"{head}.{payload}.{signature}=="):
        told = kept.verify(spelling, online=False)
        assert (told.valid, told.reason) == (
            False, "The signature does not hold: the certificate was altered, or is not whole.",
        )  # fmt: skip


@pytest.mark.parametrize(
    "certificate",
    [
        jws(header(alg="EdDSA")),
        jws(header(alg="none")),
        jws(header(alg="HS256")),
        jws(header(alg=["Ed25519"])),
        jws(header(alg=MISSING)),
        jws(header(typ="JWT")),
        jws(header(typ="levcheck-ruleset+jws")),
        jws(header(typ=MISSING)),
        jws(header(kid=MISSING)),
        jws(header(kid=["k1"])),
        jws(header(crit=["exp"])),
        jws(["Ed25519"]),
        jws(b"not json"),
        jws(b"[" * 5000),
        jws(payload=[CLAIMS]),
        jws(payload=b'"text"'),
        jws(payload=b"null"),
        jws(payload=b"not json"),
        jws(payload=b"\xff"),
        jws(payload=b""),
        jws(payload={"long": "x" * 20_000}),
        "",
        "..",
        "a.b",
        "\ud800",
        b"%PDF-1.7 \xff\xfe",
    ],
)
def test_what_is_signed_but_no_certificate(kept: Client, certificate: str | bytes) -> None:
    """What is not of a certificate's form is refused, even signed by the right key."""
    told = kept.verify(certificate, online=False)
    assert (told.valid, told.claims, told.key) == (False, None, None)
    assert told.reason == "It is not a certificate."


def test_no_signature_is_no_signature(kept: Client) -> None:
    """A certificate whose signature was taken off is refused, also when its header says that it has none."""
    for certificate in (jws(), jws(header(alg="none"))):
        assert not kept.verify(certificate.rpartition(".")[0] + ".", online=False).valid


def test_a_strangers_signature(kept: Client) -> None:
    """A certificate that names a kept key and was signed by another is refused."""
    assert not kept.verify(jws(signer=STRANGER), online=False).valid


@pytest.mark.parametrize("brought", [{}, {"jwk": jwk(STRANGER, kid="k2")}, {"jku": JWKS}])
def test_an_unknown_key(kept: Client, service: responses.RequestsMock, brought: dict[str, object]) -> None:
    """A key that is not among those kept is not trusted, nor fetched, nor taken from the certificate."""
    told = kept.verify(jws(header(kid="k2", **brought), signer=STRANGER), online=False)
    assert (told.valid, told.reason) == (False, "None of the keys kept here signed it; keys() fetches those of today.")
    assert not service.calls


def test_numbers_in_claims_are_exact(kept: Client) -> None:
    """Claims are read as answers are: whole numbers as int, others as Decimal."""
    told = kept.verify(jws(payload=b'{"a":1,"b":12.400000000000000000001}'), online=False)
    assert told.claims == {"a": 1, "b": Decimal("12.400000000000000000001")}


def test_without_the_extra_nothing_is_said(kept: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `cryptography` the error names the extra to install; `keys()` works all the same."""
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.ed25519", None)
    with pytest.raises(OfflineUnavailable, match=r"pip install 'levcheck-client\[offline\]'"):
        kept.verify(jws(), online=False)


def test_online_never_becomes_offline(kept: Client, service: responses.RequestsMock) -> None:
    """With keys kept, verifying online without the service still raises."""
    service.add(responses.POST, VERIFY, body=requests.exceptions.ConnectionError("x"))
    with pytest.raises(ConnectionFailed):
        kept.verify(jws())
