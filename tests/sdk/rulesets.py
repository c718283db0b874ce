"""Rulesets signed in the test, in the form in which the service hands them out."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import responses
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from levcheck.api import describe
from levcheck.law.ruleset import content_hash
from levcheck_client import Client
from sdk.signing import HEADER, JWKS, SIGNER, jwk, jws

RULESET = "http://levcheck.test/v1/ruleset"
COMPILED: dict[str, Any] = json.loads(json.dumps(describe.compiled()))
TIMES = {"made": "2025-06-01T00:00:00Z", "issued": "2025-06-15T15:00:00.000000Z", "expires": "2025-07-15T15:00:00.000000Z"}
KIND = {**HEADER, "typ": "levcheck-ruleset+jws"}


def contents() -> dict[str, Any]:
    """The law and its vocabulary, to be changed."""
    return copy.deepcopy({name: COMPILED[name] for name in ("law", "vocabulary")})


def document(
    content: Mapping[str, Any] = COMPILED,
    header: object = KIND,
    signer: Ed25519PrivateKey = SIGNER,
    **changes: object,
) -> dict[str, Any]:
    """A ruleset whose content and claims are really signed, with changed claims."""
    claims: dict[str, Any] = {"ruleset": content_hash(content["law"]), "serial": 7, **TIMES, "reading": "as_written"}
    claims |= {"vocabulary_hash": content_hash(content["vocabulary"]), "account": None, **changes}
    body = {"law": content["law"], "vocabulary": content["vocabulary"], **claims}
    return {**body, "signature": jws(header, claims, signer)}


def as_bytes(body: object) -> bytes:
    """The answer's body."""
    return json.dumps(body).encode()


def fetch(service: responses.RequestsMock, client: Client, body: object) -> Any:
    """Let the client fetch this ruleset, and the keys if it has none."""
    service.upsert(responses.GET, RULESET, body=body if isinstance(body, bytes) else as_bytes(body))
    service.upsert(responses.GET, JWKS, json={"keys": [jwk()]})
    return client.ruleset()


class Kept:
    """Clients that share a folder, as one program after the other does."""

    def __init__(self, folder: Path, time: Any) -> None:
        self.folder, self.time = folder, time
        self.ruleset, self.keys, self.outbox = folder / "ruleset.json", folder / "ruleset.json.jwks", folder / "outbox.db"

    def client(self, **options: Any) -> Client:
        """A client that has only what the folder has."""
        usual = {"api_key": "sk-very-secret", "ruleset_path": self.ruleset, "offline": "provisional"}
        return Client("http://levcheck.test", **{**usual, "_timing": self.time.timing(), **options})
