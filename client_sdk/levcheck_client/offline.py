"""Whether a certificate's signature holds, found out here and not by the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from levcheck_client import signatures
from levcheck_client.determinations import Verification
from levcheck_client.results import Value

TYPE = "levcheck-certificate+jws"
HOLDS = "The signature holds. Whether the determination still stands was not checked."
REASONS: dict[signatures.Fault, str] = {
    "altered": "The signature does not hold: the certificate was altered, or is not whole.",
    "not_one": "It is not a certificate.",
    "unknown_key": "None of the keys kept here signed it; keys() fetches those of today.",
}


def verify_offline(certificate: str, keys: Callable[[], Mapping[str, bytes]]) -> Verification:
    """The verification, by the keys kept. Raises `OfflineUnavailable`."""
    try:
        key, claims = signatures.read(certificate, TYPE, keys)
    except signatures.Refused as refusal:
        return _verification(False, REASONS[refusal.fault], None, None)
    return _verification(True, HOLDS, claims, key)


def _verification(valid: bool, reason: str, claims: Mapping[str, Value] | None, key: str | None) -> Verification:
    return Verification(
        valid=valid, status=None, reason=reason, claims=claims, key=key, history=(), checked="offline"
    )  # fmt: skip
