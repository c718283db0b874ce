"""Certificates: what was signed is what is read, or nothing is."""

from __future__ import annotations

import hmac
import json
import re
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey
from levcheck.app import Settings, create_app
from levcheck.records import certificates
from levcheck.records.certificates import ALGORITHM, TYPE, NotACertificate, sign, verify
from levcheck.records.keys import Keys
from levcheck.records.records import Records
from records.keeping import TODAY, clock, create, sale, supersede, void

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
HEADERS = ANY_JSON | st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c"]), ANY_JSON)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """Keys of a folder of their own."""
    return Keys.in_folder(tmp_path, clock())


@pytest.fixture
def client(store_url: str, tmp_path: Path, records: Records) -> Iterator[FlaskClient]:
    """The application on the test's store."""
    app = create_app(Settings(dev=True, data=tmp_path, database=store_url), today=lambda: TODAY)
    yield app.test_client()
    app.extensions["levcheck"].records.store.close()


def certificate(keys: Keys) -> str:
    """A certificate as long as a real one."""
    claims = {"jti": "x", "verdict": "permitted", "facts": {f"fact {n}": [n, str(n)] for n in range(20)}}
    return sign(claims, keys)


def encoded(value: Any) -> str:
    """A part of a compact JWS."""
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def refused(text: str, keys: Keys) -> bool:
    """Whether a text is no certificate."""
    try:
        verify(text, keys)
    except NotACertificate:
        return True
    return False


def test_every_character_counts(keys: Keys) -> None:
    """A certificate with any one character replaced, left out or doubled does not verify."""
    text = certificate(keys)
    assert verify(text, keys).claims["verdict"] == "permitted"
    for place, character in enumerate(text):
        at = ALPHABET.find(character)
        others = {ALPHABET[at ^ bit] for bit in (1, 2, 4, 8, 16, 32)} | {".", "=", " ", "é"}
        for other in others - {character}:
            assert refused(text[:place] + other + text[place + 1 :], keys), (place, other)
        assert refused(text[:place] + text[place + 1 :], keys), place
        assert refused(text[:place] + character + text[place:], keys), place


def test_a_truncated_or_spliced_certificate_is_refused(keys: Keys) -> None:
    """The beginning of a certificate, or parts of two, do not verify."""
    one, other = certificate(keys), sign({"jti": "y", "verdict": "prohibited"}, keys)
    assert all(refused(one[:length], keys) for length in range(len(one)))
    parts, others = one.split("."), other.split(".")
    for number in (1, 2):
        assert refused(".".join([*parts[:number], others[number], *parts[number + 1 :]]), keys)


def test_only_this_services_algorithm_type_and_keys_count(keys: Keys) -> None:
    """`none`, a MAC with the public key, another type, an unknown key, or another's key under a known id are refused."""
    payload = rfc8785.dumps({"jti": "x", "verdict": "permitted"})
    kid, public = str(keys.current.kid), keys.current.as_dict(private=False)
    header = {"alg": ALGORITHM, "kid": kid, "typ": TYPE}
    assert refused(f"{encoded({**header, 'alg': 'none'})}.{encoded(payload)}.", keys)
    for secret in (json.dumps(public).encode(), urlsafe_b64decode(public["x"] + "="), keys.current.as_pem(private=False)):
        signed = f"{encoded({**header, 'alg': 'HS256'})}.{encoded(payload)}"
        assert refused(f"{signed}.{encoded(hmac.digest(secret, signed.encode(), 'sha256'))}", keys)
    assert refused(sign({"jti": "x"}, keys, kind="levcheck-ruleset+jws"), keys)
    assert refused(jws.serialize_compact({**header, "kid": "unknown"}, payload, keys.current, [ALGORITHM]), keys)
    assert refused(jws.serialize_compact({"alg": ALGORITHM, "typ": TYPE}, payload, keys.current, [ALGORITHM]), keys)
    stranger = OKPKey.generate_key("Ed25519", private=True)
    assert refused(jws.serialize_compact(header, payload, stranger, [ALGORITHM]), keys)
    assert refused(jws.serialize_compact({**header, "jwk": stranger.as_dict()}, payload, stranger, [ALGORITHM]), keys)
    assert not refused(jws.serialize_compact(header, payload, keys.current, [ALGORITHM]), keys)


def test_a_content_has_one_spelling(keys: Keys) -> None:
    """Signed content that is not a canonical JSON object is refused, even with the right key."""
    header = {"alg": ALGORITHM, "kid": str(keys.current.kid), "typ": TYPE}
    for payload in (b'{"b": 1, "a": 2}', b'{"a":1.0}', b"[]", b"1", b"", b"\xff", b'{"a":1,"a":1}'):
        assert refused(jws.serialize_compact(header, payload, keys.current, [ALGORITHM]), keys), payload


@settings(max_examples=150, deadline=None)
@given(
    header=HEADERS,
    known=st.booleans(),
    rest=st.sampled_from(["e30.AAAA", ".", "e30."]),
)
def test_any_header_is_answered(client_of_any: FlaskClient, header: Any, known: bool, rest: str) -> None:
    """Whatever JSON stands in the place of a header, the answer is that this is no certificate."""
    if known and isinstance(header, dict):
        kid = client_of_any.get("/.well-known/jwks.json").json["keys"][0]["kid"]
        header = {**header, "alg": ALGORITHM, "kid": kid, "typ": TYPE}
    answer = client_of_any.post("/v1/certificates/verify", json={"certificate": f"{encoded(header)}.{rest}"})
    assert (answer.status_code, answer.json["valid"]) == (200, False)


@pytest.fixture(scope="module")
def client_of_any(app: Any) -> FlaskClient:
    """The application's client, for every example of a property."""
    client: FlaskClient = app.test_client()
    return client


@pytest.mark.parametrize("header", [b"[" * 14_000, b'{"a":' * 2_900, b'{"alg":' + b"9" * 6_000 + b"}", b"\xff", b""])
def test_a_hostile_header_is_answered(client_of_any: FlaskClient, header: bytes) -> None:
    """A header nested thousands deep, or with a number of thousands of digits, is no certificate and no failure."""
    answer = client_of_any.post("/v1/certificates/verify", json={"certificate": f"{encoded(header)}.e30.AAAA"})
    assert (answer.status_code, answer.json["valid"]) == (200, False)


def test_past_keys_still_verify(open_records: Callable[..., Records]) -> None:
    """A certificate verifies after rotations of the keys and a restart; the next one is signed with the new key."""
    records = open_records()
    old = create(records, "k").determination["certificate"]
    first = verify(old, records.keys).key
    running = open_records()  # another process, which is not told
    rotated = [records.keys.rotate(clock()) for _ in range(3)]
    new = create(records, "k2").determination["certificate"]
    for reader in (records, running, open_records()):
        assert verify(old, reader.keys).key == first
        assert verify(new, reader.keys).key == rotated[-1]
        assert [key["kid"] for key in reader.keys.public()["keys"]] == [first, *rotated]
    assert verify(create(running, "k3").determination["certificate"], records.keys).key == rotated[-1]


def test_verification_tells_where_a_record_stands(client: FlaskClient, records: Records) -> None:
    """A certificate that verifies is told as current, voided, superseded, or unknown to these records, with its history."""
    made = [create(records, f"k{number}").determination for number in range(3)]
    void(records, "v", made[1]["id"], "unwound")
    new = supersede(records, "s", made[2]["id"], sale(reference="x"), "odometer").determination
    foreign = sign({**verify(made[0]["certificate"], records.keys).claims, "jti": "elsewhere"}, records.keys)
    reworded = sign({**verify(made[0]["certificate"], records.keys).claims, "verdict": "prohibited"}, records.keys)
    for text, status, ended in (
        (made[0]["certificate"], "current", []),
        (f" {made[0]['certificate']}\n", "current", []),
        (made[1]["certificate"], "voided", [("void", "unwound", None)]),
        (made[2]["certificate"], "superseded", [("supersede", "odometer", new["id"])]),
        (new["certificate"], "current", []),
        (foreign, "unknown", []),
        (reworded, "unknown", []),
    ):
        told = client.post("/v1/certificates/verify", json={"certificate": text}).json
        assert (told["valid"], told["status"]) == (True, status)
        assert [(event["event"], event["reason"], event["by"]) for event in told["history"]] == ended


def test_a_certificate_says_what_its_record_says(records: Records) -> None:
    """Its claims name the record by hash, the verdict, the provisions and the facts that settled it."""
    told = create(records, "k").determination
    claims = verify(told["certificate"], records.keys).claims
    assert (claims["jti"], claims["verdict"], claims["basis"]) == (told["id"], "permitted", "exempt")
    assert claims["provisions"] == ["9VAC5-95-30 B 5"]
    assert claims["facts"]["destination.state"] == "NC"
    assert claims["ruleset"] == told["result"]["regulation"]["ruleset"]
    assert len(told["certificate"]) < certificates.LONGEST


@pytest.mark.parametrize("path", ["/docs", "/v1/determinations/{id}/certificate"])
def test_a_browser_may_apply_the_style_of_a_page_that_holds_it(path: str, client: FlaskClient, records: Records) -> None:
    """A page that holds its own style comes with the hash of just that style: by any other it would be shown bare."""
    answer = client.get(path.format(id=create(records, "k").determination["id"]), headers={"Accept": "text/html"})
    (css,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert (
        f"style-src 'sha256-{b64encode(sha256(css.encode()).digest()).decode()}';"
        in answer.headers["Content-Security-Policy"]
    )


def test_a_code_that_opens_a_page_is_verified_as_the_certificate_in_it(client: FlaskClient, records: Records) -> None:
    """What a QR code holds behind the address of a service's page verifies as the certificate itself does."""
    text = create(records, "k").determination["certificate"]
    plain, opened = (
        client.post("/v1/certificates/verify", json={"certificate": sent}).json
        for sent in (text, f"https://levcheck.example/verify#{text}")
    )
    assert plain["valid"] and opened == plain
