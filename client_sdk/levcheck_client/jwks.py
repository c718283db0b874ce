"""The service's public keys (a JWK set, RFC 7517 and 8037): read, and kept for when the service cannot be reached."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from levcheck_client import files
from levcheck_client.decoding import Node, from_base64url
from levcheck_client.errors import OfflineUnavailable, ProtocolError

KEY_LENGTH = 32


def public_keys(node: Node) -> dict[str, bytes]:
    """Each Ed25519 key by its id; other keys are left aside. Raises `ProtocolError` for what is no usable JWK set."""
    named = [pair for item in node.get("keys").items() if (pair := _ed25519(item.members())) is not None]
    keys = dict(named)
    if not named or len(keys) < len(named):
        wrong = "two keys of the same id" if named else "no Ed25519 key"
        raise ProtocolError(f"the JWK set has {wrong}", pointer="/keys", request_id=node.request_id)
    return keys


def _ed25519(jwk: Mapping[str, object]) -> tuple[str, bytes] | None:
    kid, x = jwk.get("kid"), jwk.get("x")
    if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519") or not isinstance(kid, str) or not isinstance(x, str):
        return None
    if jwk.get("alg", "Ed25519") != "Ed25519" or jwk.get("use", "sig") != "sig":
        return None
    try:
        key = from_base64url(x)
    except ValueError:
        return None
    return (kid, key) if len(key) == KEY_LENGTH else None


class KeyCache:
    """The keys last fetched, in memory and, if there is a path, in a file. Threads may share it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._keys: dict[str, bytes] | None = None

    def keep(self, body: bytes, keys: dict[str, bytes]) -> None:
        """Keep these in the place of those before. Raises `OfflineUnavailable` if the file cannot be written."""
        self._keys = keys
        if self._path is not None:
            try:
                files.replace(self._path, body)
            except OSError as error:
                raise OfflineUnavailable(f"the keys could not be written to jwks_path: {files.why(error)}") from error

    def has_any(self) -> bool:
        """Whether keys are kept."""
        try:
            return bool(self.keys())
        except OfflineUnavailable:
            return False

    def keys(self) -> dict[str, bytes]:
        """The keys kept, another program's too if it renewed the file. Raises `OfflineUnavailable` if there are none."""
        try:
            self._keys = self._read()
        except OfflineUnavailable:
            if self._keys is None:
                raise
        return self._keys

    def _read(self) -> dict[str, bytes]:
        nothing = "no keys are kept yet: call keys() once while the service can be reached"
        if self._path is None:
            raise OfflineUnavailable(nothing)
        try:
            return public_keys(Node.of(self._path.read_bytes(), ""))
        except FileNotFoundError as error:
            raise OfflineUnavailable(nothing) from error
        except OSError as error:
            raise OfflineUnavailable(f"jwks_path cannot be read: {files.why(error)}") from error
        except ProtocolError as error:
            text = "the file at jwks_path is not a usable JWK set: call keys() once while the service can be reached"
            raise OfflineUnavailable(text) from error
