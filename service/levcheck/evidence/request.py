"""The request's members by path: stated, explicitly unknown (null), or left out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from ..law import vocabulary as v


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


def by_path(request: Mapping[str, Any]) -> dict[str, Any]:
    """Every member of a request that is not left out, by its dotted path: what `member` finds for each, found at once."""
    told: dict[str, Any] = {}
    for name, value in request.items():
        _put(told, name, value)
    return told


def _put(told: dict[str, Any], path: str, value: Any) -> None:
    told[path] = value
    if value is None:
        told.update(_NULLS.get(path, ()))
    elif isinstance(value, dict):
        for name, inner in value.items():
            _put(told, f"{path}.{name}", inner)


_NULLS = {
    block: {fact.name: None for fact in v.FACTS if fact.name.startswith(f"{block}.")}
    for block in ("transaction", "vehicle", "vehicle.certification", "seller", "buyer", "destination")
}
"""The facts of each block, which a null block makes null."""
