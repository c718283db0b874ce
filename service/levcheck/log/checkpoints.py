"""Checkpoints: the log's size and root at one time, signed. Whoever keeps one can hold the log to it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ..records.certificates import NotACertificate, sign, verify
from ..records.keys import Keys
from ..records.times import as_text
from .merkle import HASH_BYTES
from .tables import log_checkpoints

TYPE = "levcheck-checkpoint+jws"


class NotACheckpoint(ValueError):
    """The text is not a checkpoint that one of the known keys signed; the message says why."""


@dataclass(frozen=True)
class Checkpoint:
    """The log's size and root (hexadecimal) at a time, and the JWS that says so."""

    size: int
    root: str
    at: str
    signed: str

    def told(self) -> dict[str, object]:
        """As the contract tells it."""
        return asdict(self)


def made(size: int, root: bytes, moment: datetime, issuer: str, keys: Keys) -> Checkpoint:
    """A signed checkpoint."""
    claims = {"iss": issuer, "size": size, "root": root.hex(), "at": as_text(moment)}
    return Checkpoint(size, root.hex(), as_text(moment), sign(claims, keys, TYPE))


def read(signed: str, keys: Keys) -> Checkpoint:
    """A checkpoint from its JWS. Raises NotACheckpoint."""
    try:
        claims = verify(signed, keys, TYPE).claims
        size, root, at = claims["size"], claims["root"], claims["at"]
        whole = isinstance(size, int) and size >= 0 and len(bytes.fromhex(root)) == HASH_BYTES
        datetime.fromisoformat(at)
    except NotACertificate as error:
        raise NotACheckpoint(str(error).replace("certificate of a determination", "checkpoint of a log")) from error
    except (KeyError, TypeError, ValueError) as error:
        raise NotACheckpoint("It does not say a size, a root and a time.") from error
    if not whole:
        raise NotACheckpoint("It does not say a size, a root and a time.")
    return Checkpoint(size, root, at, signed.strip())


def newest(connection: Connection) -> tuple[int, Checkpoint] | None:
    """The newest checkpoint and its number; None if there is none yet."""
    row = connection.execute(select(log_checkpoints).order_by(log_checkpoints.c.number.desc()).limit(1)).first()
    return (row.number, Checkpoint(row.size, row.root, row.at, row.signed)) if row else None


def of_size(connection: Connection, size: int) -> Checkpoint | None:
    """The first checkpoint of this size; None if there is none."""
    at = log_checkpoints.c
    row = connection.execute(select(log_checkpoints).where(at.size == size).order_by(at.number).limit(1)).first()
    return Checkpoint(row.size, row.root, row.at, row.signed) if row else None
