"""What a key of the service signed: a compact JWS (RFC 7515, RFC 8037, RFC 9864) read here and not by the service.

`cryptography` is imported when it is needed: it is the extra `levcheck-client[offline]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias, cast

from levcheck_client.decoding import from_base64url, parse
from levcheck_client.errors import OfflineUnavailable
from levcheck_client.results import Value

ALGORITHM = "Ed25519"
LONGEST = 20_000
Fault: TypeAlias = Literal["not_one", "altered", "unknown_key"]


class Refused(Exception):
    """It does not hold. `fault`: no JWS of this kind, altered, or signed by none of the keys."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


def read(text: str, kind: str, keys: Callable[[], Mapping[str, bytes]]) -> tuple[str, Mapping[str, Value]]:
    """The signing key's id and the claims, if the signature holds. Raises `Refused`, `OfflineUnavailable`."""
    holds = _ed25519()
    kept = keys()
    header_part, payload_part, signature_part = _parts(text)
    header, payload, signature = _bytes(header_part), _bytes(payload_part), _bytes(signature_part)
    kid = _kid(_object(header), kind)
    if kid not in kept:
        raise Refused("unknown_key")
    if not holds(kept[kid], signature, f"{header_part}.{payload_part}".encode("ascii")):
        raise Refused("altered")
    return kid, _object(payload)


def _parts(text: str) -> tuple[str, str, str]:
    parts = text.split(".")
    if len(text) > LONGEST or len(parts) != 3:
        raise Refused("not_one")
    return parts[0], parts[1], parts[2]


def _bytes(part: str) -> bytes:
    # Base64 can spell some bytes in several ways; what was signed has one.
    try:
        return from_base64url(part)
    except ValueError:
        raise Refused("altered") from None


def _object(content: bytes) -> dict[str, Value]:
    try:
        value = parse(content)
    except ValueError:
        raise Refused("not_one") from None
    if not isinstance(value, dict):
        raise Refused("not_one")
    return cast("dict[str, Value]", value)


def _kid(header: Mapping[str, Value], kind: str) -> str:
    """The key's id, once the header is one that this version knows to read: nothing in it chooses the algorithm."""
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or header.get("typ") != kind or not isinstance(kid, str) or "crit" in header:
        raise Refused("not_one")
    return kid


def _ed25519() -> Callable[[bytes, bytes, bytes], bool]:
    """Whether a signature by a public key holds for a message."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        text = "verifying offline needs an extra: pip install 'levcheck-client[offline]'"
        raise OfflineUnavailable(text) from error

    def holds(key: bytes, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return holds
