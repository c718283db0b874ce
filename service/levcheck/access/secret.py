"""The access secret: what API keys and sessions are hashed with, so that a copy of the database alone opens nothing."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from ..records.keys import SECRET_FILE

LEAST_BYTES = 32


class AccessSecret:
    """At least 256 bits, kept in the data folder (0600) or given by the environment."""

    def __init__(self, value: bytes) -> None:
        if len(value) < LEAST_BYTES:
            raise ValueError(f"the access secret needs at least {LEAST_BYTES} bytes ({2 * LEAST_BYTES} hexadecimal digits)")
        self._value = value

    @classmethod
    def given(cls, text: str) -> AccessSecret:
        """A secret as hexadecimal digits. Raises ValueError."""
        try:
            return cls(bytes.fromhex(text.strip()))
        except ValueError as error:
            raise ValueError(f"the access secret is not one: send at least {2 * LEAST_BYTES} hexadecimal digits") from error

    @classmethod
    def in_folder(cls, data: Path) -> AccessSecret:
        """The secret of a data folder, made on first use."""
        path = data / SECRET_FILE
        data.mkdir(parents=True, exist_ok=True)
        made = data / f".{SECRET_FILE}.{secrets.token_hex(8)}"
        if not path.exists():
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(LEAST_BYTES))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(made, path)  # whoever links first has made it: the other reads what is there
            except FileExistsError:
                pass
            finally:
                made.unlink()
        return cls.given(path.read_text("ascii"))

    def digest(self, purpose: str, *parts: str) -> str:
        """The keyed hash (HMAC-SHA256, hexadecimal) of parts that hold no NUL, for one purpose."""
        return hmac.new(self._value, "\0".join((purpose, *parts)).encode(), hashlib.sha256).hexdigest()
