"""Which column of a table states which member of the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from .groups import PATHS

_MOST = 12
"""Columns that a message lists."""


class UnusableColumns(Exception):
    """Columns that cannot be read as asked: which, and what to do."""


def mapped(names: Sequence[str], told: Mapping[str, str]) -> dict[str, str]:
    """The column of each path: columns named as a path state it, blanks aside, and so do those that `told` maps to one.

    Raises UnusableColumns for a column or a path that there is not, and where two columns state the same.
    """
    found: dict[str, str] = {}
    for column, path in ({name: name.strip() for name in names if name.strip() in PATHS} | dict(told)).items():
        if column not in names:
            raise UnusableColumns(f"There is no column {column!r} in the table.{_nearest(column, names) or _listed(names)}")
        if path not in PATHS:
            raise UnusableColumns(f"{path!r} is no member that a column can state.{_nearest(path, PATHS)}")
        if path in found:
            raise UnusableColumns(f"The columns {found[path]!r} and {column!r} both state {path}: map one of them.")
        found[path] = column
    if not found:
        raise UnusableColumns(
            "No column is named as a member of the contract (vehicle.vin, vehicle.mileage, destination.state, ...): map "
            f"the table's own names to these by --column NAME=PATH.{_listed(names)}"
        )
    return found


def _nearest(name: str, names: Sequence[str]) -> str:
    near = get_close_matches(name, names, 1)
    return f" Did you mean {near[0]!r}?" if near else ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
    return f" Its columns are {', '.join(map(repr, names[:_MOST]))}{more}."
