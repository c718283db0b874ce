"""The request's members by path: stated, explicitly unknown (null), or left out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final


class _Absent:
    """A member that the request leaves out, which is not the same as null."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


@cache
def _parts(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def member(request: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path. A null block makes each of its members null; a block that is left out, absent."""
    value: Any = request
    for name in _parts(path):
        if value is None:
            return None
        value = value.get(name, ABSENT)
        if value is ABSENT:
            return ABSENT
    return value


def stated(request: Mapping[str, Any], path: str, default: Any = None) -> Any:
    """The value at a dotted path, or `default` where it is null or absent."""
    value = member(request, path)
    return default if value is None or value is ABSENT else value
