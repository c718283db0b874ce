"""JSON, read strictly: each name once in an object, no NaN, every digit kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NoReturn

from levcheck_client.adapters.adapted import AdapterError
from levcheck_client.adapters.tree import Element, Grower, limited


def read(message: bytes | str | Mapping[str, object]) -> Element:
    """The message's root, an object. Raises `AdapterError`."""
    value = message if isinstance(message, Mapping) else _parsed(message)
    if not isinstance(value, Mapping):
        raise AdapterError("the message is not a JSON object")
    return Grower().of_mapping("message", value)


def _parsed(message: bytes | str) -> object:
    try:
        text = limited(message)
        # What systems on Windows write: a byte order mark, or two bytes for each character.
        text = (text.decode(json.detect_encoding(text)) if isinstance(text, bytes) else text).removeprefix("\ufeff")
        # Numbers stay the text they are: no digit is lost, and none costs time.
        return json.loads(text, object_pairs_hook=_once, parse_constant=_constant, parse_int=str, parse_float=str)
    except RecursionError:
        raise AdapterError("the message is nested too deep") from None
    except ValueError as error:
        raise AdapterError(f"the message is not JSON: {error}") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise AdapterError("the message names a member twice")
    return members


def _constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
