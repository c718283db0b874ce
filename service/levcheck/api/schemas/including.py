"""Which members of a result are asked for: `?include=verdict,basis`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import marshmallow as ma
from webargs.fields import DelimitedList

from ...check import MEMBERS
from .fields import Word
from .request import Strict

INCLUDE = "include"


class Names(DelimitedList):
    """Some of a few names, between commas. They are loaded in the order of `names`, whatever the caller's."""

    is_multiple = True  # two parameters of this name are read as one

    def __init__(self, names: Iterable[str], **kwargs: Any) -> None:
        self.names = tuple(names)
        super().__init__(Word(self.names), validate=ma.validate.Length(min=1), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        asked = ",".join(value if isinstance(value, list) else [value]).split(",")
        for name in asked:
            if name not in self.names:
                told = f"{name[:64]!r} cannot be asked for" if name else "A name is empty"
                raise ma.ValidationError(f"{told} | Send names between commas, of: {', '.join(self.names)}.")
        return tuple(name for name in self.names if name in asked)


class IncludeSchema(Strict):
    """What of the result is asked for."""

    include = Names(
        MEMBERS,
        metadata={
            "description": "The members of the result that are wanted, between commas. Default: all. What is not asked for "
            "is not worked out."
        },
    )
