"""Bytes of an answer into checked values; whatever is missing or mistyped is named by its JSON pointer."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from decimal import Decimal
from typing import NoReturn, cast

from levcheck_client.encoding import pointer_to
from levcheck_client.errors import ProtocolError
from levcheck_client.results import Number, Value


def parse(body: bytes) -> object:
    """JSON with its decimals exact. Raises `ValueError` for anything that is not JSON in UTF-8."""
    try:
        return json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def from_base64url(text: str) -> bytes:
    """Base64url without padding, in its one spelling. Raises `ValueError` for any other."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if urlsafe_b64encode(raw).rstrip(b"=") != text.encode("ascii"):
        raise ValueError("another spelling of the same bytes")
    return raw


class Node:
    """A value of an answer, and where it stood."""

    __slots__ = ("pointer", "request_id", "value")

    def __init__(self, value: object, request_id: str, pointer: str = "") -> None:
        self.value = value
        self.request_id = request_id
        self.pointer = pointer

    @classmethod
    def of(cls, body: bytes, request_id: str) -> Node:
        """The whole of an answer."""
        try:
            return cls(parse(body), request_id)
        except ValueError as error:
            text = "the answer is not JSON; is base_url the address of a levcheck service?"
            raise ProtocolError(text, request_id=request_id) from error

    def has(self, key: str) -> bool:
        """Whether a member is there and not null."""
        return self.members().get(key) is not None

    def get(self, key: str) -> Node:
        """A required member, which may be null."""
        members = self.members()
        below = pointer_to(self.pointer, key)
        if key not in members:
            raise ProtocolError(f"the answer lacks {below}", pointer=below, request_id=self.request_id)
        return Node(members[key], self.request_id, below)

    def members(self) -> Mapping[str, object]:
        """The members of an object."""
        if not isinstance(self.value, dict):
            self.mistyped("an object")
        return self.value

    def items(self) -> list[Node]:
        """The items of an array."""
        if not isinstance(self.value, list):
            self.mistyped("an array")
        return [Node(item, self.request_id, pointer_to(self.pointer, i)) for i, item in enumerate(self.value)]

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            self.mistyped("a string")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """An array of strings."""
        return tuple(item.text() for item in self.items())

    def text_or_none(self) -> str | None:
        """A string or null."""
        return None if self.value is None else self.text()

    def flag(self) -> bool:
        """A boolean."""
        if not isinstance(self.value, bool):
            self.mistyped("a boolean")
        return self.value

    def number_or_none(self) -> Number | None:
        """A number or null."""
        if self.value is not None and (isinstance(self.value, bool) or not isinstance(self.value, (int, Decimal))):
            self.mistyped("a number or null")
        return self.value

    def one_of(self, *words: str) -> str:
        """A string that is one of these words."""
        word = self.text()
        if word not in words:
            self._refuse(repr(word[:40]), " or ".join(words))
        return word

    def any(self) -> Value:
        """Whatever JSON it is."""
        return cast(Value, self.value)

    def optional_text(self, key: str) -> str | None:
        """A string member that may be null or not there at all."""
        return self.get(key).text() if self.has(key) else None

    def mistyped(self, wanted: str) -> NoReturn:
        """Refuse this value."""
        self._refuse(_json_type(self.value), wanted)

    def _refuse(self, found: str, wanted: str) -> NoReturn:
        text = f"the answer has {found} at {self.pointer or 'its top'} where {wanted} belongs"
        raise ProtocolError(text, pointer=self.pointer, request_id=self.request_id)


def _json_type(value: object) -> str:
    names: dict[type, str] = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}
    return "null" if value is None else names.get(type(value), "a number")
