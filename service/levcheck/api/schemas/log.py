"""The transparency log, as it is asked for and told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow.fields import Integer, List, Nested, String

from .fields import needed
from .request import Strict, told

LARGEST = 2**53 - 1
_HASH = ma.validate.Regexp(r"^[0-9a-f]{64}$")


class TreeSize(ma.fields.Integer):
    """A number of entries, as a query says it: 1 or more, in plain digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.Range(1, LARGEST), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"[1-9][0-9]{0,15}", value) or int(value) > LARGEST:
            raise ma.ValidationError(f"Not a number of entries | Send a whole number from 1 to {LARGEST}.")
        return int(value)


class SizeSchema(Strict):
    """Which checkpoint is asked for."""

    size = TreeSize(**told("The checkpoint's number of entries. Default: the newest checkpoint's."))


class SizesSchema(Strict):
    """Which two states of the log are compared."""

    first = TreeSize(**needed("Send the size of the checkpoint that you hold."), **told("The earlier number of entries."))
    second = TreeSize(**told("The later one. Default: the newest checkpoint's."))


class CheckpointSchema(ma.Schema):
    """The log's size and root at a time, signed."""

    size = Integer(required=True, metadata={"description": "How many entries the log had."})
    root = String(required=True, validate=_HASH, metadata={"description": "The root of their tree (RFC 9162, SHA-256)."})
    at = String(required=True, metadata={"description": "UTC, RFC 3339."})
    signed = String(
        required=True,
        metadata={"description": "Compact JWS over iss, size, root and at, of the type levcheck-checkpoint+jws."},
    )


class ProofSchema(ma.Schema):
    """The proof that a determination's entry is in the log."""

    entry = String(required=True, metadata={"description": "The entry as it was logged: its UTF-8 bytes are the leaf."})
    index = Integer(required=True, metadata={"description": "The leaf's index."})
    size = Integer(required=True, metadata={"description": "The size of the tree that the proof is for."})
    inclusion = List(
        String(validate=_HASH), required=True, metadata={"description": "The inclusion path (RFC 9162, 2.1.3)."}
    )
    checkpoint = Nested(CheckpointSchema, required=True)


class ConsistencySchema(ma.Schema):
    """The proof that one state of the log is the beginning of another."""

    first = Integer(required=True)
    second = Integer(required=True)
    proof = List(String(validate=_HASH), required=True, metadata={"description": "The consistency path (RFC 9162, 2.1.4)."})
