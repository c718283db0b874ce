"""Certificates: a determination's claims as an Ed25519 JWS (RFC 7515, RFC 8037) over canonical JSON (RFC 8785)."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson
import rfc8785
from joserfc import jws
from joserfc.errors import JoseError

from .keys import Keys

TYPE = "levcheck-certificate+jws"
ALGORITHM = "Ed25519"
LONGEST = 20_000
_REGISTRY = jws.JWSRegistry(algorithms=[ALGORITHM])


class NotACertificate(ValueError):
    """The text is not a certificate that one of the known keys signed; the message says why."""


@dataclass(frozen=True)
class Certificate:
    """A certificate whose signature holds: what it claims, and the key that signed it."""

    claims: dict[str, Any]
    key: str


def claims(record: Mapping[str, Any], record_bytes: bytes) -> dict[str, Any]:
    """What a certificate says of a record: the verdict, why, on what facts, under which law, by whom and when.

    `facts` are those that settled the verdict; a decimal is written as text, for canonical JSON has none.
    """
    result, request = record["result"], record["request"]
    stated = {fact["fact"]: fact for fact in result["facts"]}
    return {
        "iss": record["issuer"],
        "jti": record["id"],
        "recorded_at": record["recorded_at"],
        "retain_until": record["retain_until"],
        "vin": (request.get("vehicle") or {}).get("vin"),
        "verdict": result["verdict"],
        "basis": result["basis"],
        "assurance": result["assurance"],
        "provisions": record["provisions"],
        "facts": {name: _fact(stated[name]) for name in record["settled_by"]},
        "edition": result["regulation"]["edition"],
        "reading": result["regulation"]["reading"],
        "ruleset": result["regulation"]["ruleset"],
        "record": hashlib.sha256(record_bytes).hexdigest(),
    }


def _fact(fact: Mapping[str, Any]) -> Any:
    values = [_plain(value) for value in fact["values"]]
    values += [[_plain(r["min"]), _plain(r["max"])] for r in fact["ranges"]]
    return values[0] if len(values) == 1 else values


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def sign(payload: Mapping[str, Any], keys: Keys, kind: str = TYPE) -> str:
    """The compact JWS of a payload, whose members have names in ASCII and hold no fractions."""
    key = keys.current
    # As joserfc writes it, with the key's own signature, but without looking the algorithm up each time: half the cost.
    signed = b".".join(map(_base64url, (_header(str(key.kid), kind), canonical(payload))))
    signature: bytes = key.get_op_key("sign").sign(signed)  # type: ignore[union-attr]  # no other kind of key signs here
    return b".".join((signed, _base64url(signature))).decode()


def canonical(payload: Mapping[str, Any]) -> bytes:
    """RFC 8785 for a payload as `sign` takes it: there orjson's sorted JSON is the same, at a fortieth of the time."""
    return orjson.dumps(payload, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)


@lru_cache(maxsize=16)
def _header(kid: str, kind: str) -> bytes:
    return json.dumps({"alg": ALGORITHM, "kid": kid, "typ": kind}, separators=(",", ":")).encode()


def _base64url(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")


def verify(text: str, keys: Keys, kind: str = TYPE) -> Certificate:
    """Read a certificate whose signature one of the keys made. Raises NotACertificate."""
    if len(text) > LONGEST or not text.isascii():
        raise NotACertificate("It is not a compact JWS.")
    try:
        _refuse_other_spellings(text.strip())
        read = jws.extract_compact(text.strip().encode(), registry=_REGISTRY)
        header = read.headers()
        if header.get("typ") != kind:
            raise NotACertificate("It is signed, but it is not a certificate of a determination.")
        key = keys.find(str(header.get("kid")))
        if key is None:
            raise NotACertificate("No key of this service signed it.")
        payload = jws.deserialize_compact(text.strip().encode(), key, registry=_REGISTRY).payload
        value = json.loads(payload)
        if not isinstance(value, dict) or rfc8785.dumps(value) != payload:
            raise NotACertificate("Its content is not canonical JSON.")
    except (JoseError, ValueError, TypeError, RecursionError) as error:  # a header can be any JSON at all
        if isinstance(error, NotACertificate):
            raise
        raise NotACertificate("Its signature does not hold: it was altered, or is not whole.") from error
    return Certificate(value, str(key.kid))


def _refuse_other_spellings(text: str) -> None:
    """Base64 can spell some bytes in several ways; a certificate has one."""
    for part in text.split("."):
        if urlsafe_b64encode(urlsafe_b64decode(part + "=" * (-len(part) % 4))).rstrip(b"=") != part.encode():
            raise NotACertificate("Its signature does not hold: it was altered, or is not whole.")
