"""The signing keys (Ed25519): kept in the data folder, 0600, or given by the environment. Past keys still verify."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from joserfc.jwk import KeySet, OKPKey

from .times import as_text

KEYS_FILE, SECRET_FILE = "keys.json", "access.secret"


class Keys:
    """A set of signing keys; the last one signs. A file that another process rotates is read again."""

    def __init__(self, keys: list[OKPKey], folder: Path | None = None) -> None:
        self._keys = keys
        self.folder = folder
        self._stamp = self._changed()

    @classmethod
    def given(cls, text: str) -> Keys:
        """Keys from a private JWK or JWK set as JSON (an environment variable); they cannot be rotated here."""
        value = json.loads(text)
        return cls([OKPKey.import_key(jwk) for jwk in value.get("keys", [value])])

    @classmethod
    def in_folder(cls, data: Path, now: datetime) -> Keys:
        """The keys of a data folder; the first is made on first use."""
        keys = cls([], data)
        if not keys._path.exists():
            with keys._alone() as before:
                if not before:
                    keys._write([_generated(now)])
        keys._read()
        return keys

    @property
    def _path(self) -> Path:
        assert self.folder is not None
        return self.folder / KEYS_FILE

    def _changed(self) -> tuple[int, int] | None:
        if self.folder is None:
            return None
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino

    def _read(self) -> None:
        stamp = self._changed()
        self._keys = [OKPKey.import_key(jwk) for jwk in json.loads(self._path.read_text("utf-8"))["keys"]]
        self._stamp = stamp

    def _all(self) -> list[OKPKey]:
        if self.folder and self._changed() != self._stamp:
            self._read()
        return self._keys

    @property
    def current(self) -> OKPKey:
        """The key that signs."""
        return self._all()[-1]

    def find(self, kid: str) -> OKPKey | None:
        """The key with this id, present or past."""
        return next((key for key in self._all() if key.kid == kid), None)

    def public(self) -> dict[str, Any]:
        """Every key's public part, as a JWK set."""
        return KeySet([*self._all()]).as_dict(private=False)  # type: ignore[return-value]

    def rotate(self, now: datetime) -> str:
        """Make a new key that signs from now on; the others still verify. Returns its id."""
        if self.folder is None:
            raise ValueError("keys that the environment gives are rotated where they are given")
        made = _generated(now)
        with self._alone() as before:
            self._write([*before, made])
        return str(made["kid"])

    @classmethod
    def restore(cls, data: Path, text: str) -> None:
        """Put the keys of a backup into a folder: before those that it has, of which the last still signs."""
        keys = cls([], data)
        past = json.loads(text)["keys"]
        with keys._alone() as before:
            known = {key["kid"] for key in before}
            keys._write([*(key for key in past if key["kid"] not in known), *before])

    @contextlib.contextmanager
    def _alone(self) -> Iterator[list[dict[str, Any]]]:
        """The private keys of the folder, which no other process changes meanwhile: a lost key's certificates are lost."""
        assert self.folder is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield json.loads(self._path.read_text("utf-8"))["keys"] if self._path.exists() else []
            os.fsync(folder)
        finally:
            os.close(folder)

    def _write(self, keys: list[dict[str, Any]]) -> None:
        write_secret(self._path, json.dumps({"keys": keys}, indent=1))


def write_secret(path: Path, text: str) -> None:
    """Put a text in the place of a file, whole or not at all, readable by its owner only."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:  # mode 0600
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def _generated(now: datetime) -> dict[str, Any]:
    """A new key as a private JWK; its id is the beginning of its thumbprint (RFC 7638)."""
    key = OKPKey.generate_key("Ed25519", private=True, auto_kid=False)
    named = {"kid": key.thumbprint()[:16], "use": "sig", "alg": "Ed25519", "made": as_text(now)}
    return {**key.as_dict(private=True), **named}
