"""The service's public keys: fetched, kept in memory and in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
import responses
from levcheck_client import Client, OfflineUnavailable, ProtocolError
from sdk.signing import JWKS, MISSING, STRANGER, fetched, header, jwk, jws


def test_past_keys_still_verify(client: Client, service: responses.RequestsMock) -> None:
    """Of several keys each verifies what it signed."""
    both = fetched(service, client, jwk(), jwk(STRANGER, kid="k2"))
    assert both.verify(jws(), online=False).key == "k1"
    assert both.verify(jws(header(kid="k2"), signer=STRANGER), online=False).key == "k2"


def test_a_key_withdrawn_is_forgotten(client: Client, service: responses.RequestsMock) -> None:
    """Keys fetched anew take the place of those before."""
    fetched(service, client, jwk())
    fetched(service, client, jwk(STRANGER, kid="k2"))
    assert not client.verify(jws(), online=False).valid


def test_keys_come_as_they_are(client: Client, service: responses.RequestsMock) -> None:
    """`keys()` gives the JWK set as the service sent it, with members that this version does not know."""
    jwks = {"keys": [jwk(made="2025"), {"kty": "EC", "kid": "e"}], "more": 1}
    service.add(responses.GET, JWKS, json=jwks)
    assert client.keys() == jwks


@pytest.mark.parametrize(
    "changes",
    [{"alg": "ES256"}, {"use": "enc"}, {"crv": "X25519"}, {"kty": "RSA"}, {"kid": MISSING}, {"x": MISSING}, {"x": "AAAA"},
     {"x": jwk()["x"] + "="}, {"x": "é"}],
)  # fmt: skip
def test_keys_of_another_kind_verify_nothing(
    client: Client, service: responses.RequestsMock, changes: dict[str, object]
) -> None:
    """A key that is not a whole Ed25519 key for signatures is left aside."""
    fetched(service, client, jwk(**changes), jwk(STRANGER, kid="k2"))
    assert not client.verify(jws(), online=False).valid


@pytest.mark.parametrize("jwks", [{"keys": []}, {"keys": [{"kty": "EC"}]}, {"keys": [jwk(), jwk(STRANGER)]}, {}, [], 5])
def test_an_unusable_key_set_changes_nothing(client: Client, service: responses.RequestsMock, jwks: object) -> None:
    """A key set without a usable key, or with two of one id, is a ProtocolError, and the keys before stay."""
    fetched(service, client, jwk())
    service.upsert(responses.GET, JWKS, json=jwks)
    with pytest.raises(ProtocolError):
        client.keys()
    assert client.verify(jws(), online=False).valid


def test_without_keys_nothing_is_said(client: Client, service: responses.RequestsMock) -> None:
    """Verifying offline before keys were fetched raises, says what to do, and sends nothing."""
    with pytest.raises(OfflineUnavailable, match=r"call keys\(\) once"):
        client.verify(jws(), online=False)
    assert not service.calls


def test_keys_outlive_the_client(service: responses.RequestsMock, tmp_path: Path) -> None:
    """Keys kept at jwks_path serve another client, later, that has never reached the service."""
    path = tmp_path / "keys.json"
    with Client("http://levcheck.test", jwks_path=path) as first:
        fetched(service, first, jwk())
    service.reset()
    with Client("http://levcheck.test", jwks_path=str(path)) as second:
        assert second.verify(jws(), online=False).valid
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize(
    ("content", "words"), [(None, "no keys are kept yet"), (b"{", "not a usable JWK set"), (b'{"keys":[]}', "not a usable")]
)
def test_a_file_without_keys(tmp_path: Path, content: bytes | None, words: str) -> None:
    """A file of keys that is not there, or is spoilt, is told apart from a certificate that does not hold."""
    path = tmp_path / "keys.json"
    if content is not None:
        path.write_bytes(content)
    with Client("http://levcheck.test", jwks_path=path) as client, pytest.raises(OfflineUnavailable, match=words):
        client.verify(jws(), online=False)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A jwks_path that is a folder is told in plain words when it is read."""
    with Client("http://levcheck.test", jwks_path=tmp_path) as client, pytest.raises(OfflineUnavailable, match="be read"):
        client.verify(jws(), online=False)


def test_a_file_that_cannot_be_written(service: responses.RequestsMock, tmp_path: Path) -> None:
    """Keys that cannot be written raise an error that says so, serve this client, and leave no scraps."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in (tmp_path / "absent" / "keys.json", folder):
        with Client("http://levcheck.test", jwks_path=path) as client:
            with pytest.raises(OfflineUnavailable, match="could not be written to jwks_path"):
                fetched(service, client, jwk())
            assert client.verify(jws(), online=False).valid
    assert [*tmp_path.rglob("*")] == [folder]
