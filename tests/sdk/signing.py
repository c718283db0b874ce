"""Certificates and keys made in the test, by `cryptography` alone."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import responses
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from levcheck_client import Client

JWKS = "http://levcheck.test/.well-known/jwks.json"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
HEADER = {"alg": "Ed25519", "kid": "k1", "typ": "levcheck-certificate+jws"}
CLAIMS = {"jti": "0197", "verdict": "permitted"}
MISSING: Any = object()


def b64(content: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(content).decode().rstrip("=")


def as_json(value: object) -> bytes:
    """JSON as it is signed; bytes stand for themselves."""
    return value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def jws(header: object = HEADER, payload: object = CLAIMS, signer: Ed25519PrivateKey = SIGNER) -> str:
    """A compact JWS."""
    signed = f"{b64(as_json(header))}.{b64(as_json(payload))}"
    return f"{signed}.{b64(signer.sign(signed.encode()))}"


def header(**changes: object) -> dict[str, object]:
    """The usual header with changes; `MISSING` takes a member out."""
    return {name: value for name, value in {**HEADER, **changes}.items() if value is not MISSING}


def jwk(signer: Ed25519PrivateKey = SIGNER, **changes: object) -> dict[str, object]:
    """A signer's public key as a JWK, with changes."""
    usual = {"kty": "OKP", "crv": "Ed25519", "x": b64(signer.public_key().public_bytes_raw()), "kid": "k1"}
    jwk = {**usual, "alg": "Ed25519", "use": "sig", **changes}
    return {name: value for name, value in jwk.items() if value is not MISSING}


def fetched(service: responses.RequestsMock, client: Client, *jwks: object) -> Client:
    """The client, once it has fetched these keys."""
    service.upsert(responses.GET, JWKS, json={"keys": jwks})
    client.keys()
    return client
