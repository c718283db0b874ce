"""Whether a certificate's signature holds, found out here and not by the service (RFC 7515, RFC 8037, RFC 9864).

`cryptography` is imported when it is needed: it is the extra `levcheck-client[offline]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from levcheck_client.decoding import from_base64url, parse
from levcheck_client.determinations import Verification
from levcheck_client.errors import OfflineUnavailable
from levcheck_client.results import Value

ALGORITHM = "Ed25519"
TYPE = "levcheck-certificate+jws"
LONGEST = 20_000
HOLDS = "The signature holds. Whether the determination still stands was not checked."
ALTERED = "The signature does not hold: the certificate was altered, or is not whole."
NOT_ONE = "It is not a certificate."
UNKNOWN_KEY = "None of the keys kept here signed it; keys() fetches those of today."


class Refused(Exception):
    """The certificate is not valid; the message says why."""


def verify_offline(certificate: str, keys: Callable[[], Mapping[str, bytes]]) -> Verification:
    """The verification, by the keys kept. Raises `OfflineUnavailable`."""
    holds = _ed25519()
    kept = keys()
    try:
        key, claims = _read(certificate, kept, holds)
    except Refused as refusal:
        return _verification(False, str(refusal), None, None)
    return _verification(True, HOLDS, claims, key)


def _verification(valid: bool, reason: str, claims: Mapping[str, Value] | None, key: str | None) -> Verification:
    return Verification(
        valid=valid, status=None, reason=reason, claims=claims, key=key, history=(), checked="offline"
    )  # fmt: skip


def _read(
    certificate: str, keys: Mapping[str, bytes], holds: Callable[[bytes, bytes, bytes], bool]
) -> tuple[str, Mapping[str, Value]]:
    header_part, payload_part, signature_part = _parts(certificate)
    header, payload, signature = _bytes(header_part), _bytes(payload_part), _bytes(signature_part)
    kid = _kid(_object(header))
    if kid not in keys:
        raise Refused(UNKNOWN_KEY)
    if not holds(keys[kid], signature, f"{header_part}.{payload_part}".encode("ascii")):
        raise Refused(ALTERED)
    return kid, _object(payload)


def _parts(certificate: str) -> tuple[str, str, str]:
    parts = certificate.split(".")
    if len(certificate) > LONGEST or len(parts) != 3:
        raise Refused(NOT_ONE)
    return parts[0], parts[1], parts[2]


def _bytes(part: str) -> bytes:
    # Base64 can spell some bytes in several ways; a certificate has one.
    try:
        return from_base64url(part)
    except ValueError:
        raise Refused(ALTERED) from None


def _object(content: bytes) -> dict[str, Value]:
    try:
        value = parse(content)
    except ValueError:
        raise Refused(NOT_ONE) from None
    if not isinstance(value, dict):
        raise Refused(NOT_ONE)
    return cast("dict[str, Value]", value)


def _kid(header: Mapping[str, Value]) -> str:
    """The key's id, once the header is one that this version knows to read: nothing in it chooses the algorithm."""
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or header.get("typ") != TYPE or not isinstance(kid, str) or "crit" in header:
        raise Refused(NOT_ONE)
    return kid


def _ed25519() -> Callable[[bytes, bytes, bytes], bool]:
    """Whether a signature by a public key holds for a message."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        text = "offline verification needs an extra: pip install 'levcheck-client[offline]'"
        raise OfflineUnavailable(text) from error

    def holds(key: bytes, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return holds
