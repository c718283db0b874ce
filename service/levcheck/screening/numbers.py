"""Columns of numbers and dates, told apart by the edges that they stand at or above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..law import vocabulary as v
from ..law.logic.facts import WholeNumber

DAY = r"^(19|20|21)[0-9]{2}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)$"
_DIGITS = "([0-9]{1,8}|[0-9]{1,3},[0-9]{3}|[0-9]{1,2},[0-9]{3},[0-9]{3})"
WHOLE, DECIMAL = f"^{_DIGITS}$", f"^{_DIGITS}([.][0-9]{{1,6}})?$"
"""How they are plainly written; commas are left out after."""
SCALE = 6
"""Digits after the point, at most."""
_EPOCH = date(1970, 1, 1)
Doubles = np.ndarray[Any, np.dtype[np.float64]]


def banded(path: str, cells: pa.Array, among: Sequence[Any]) -> np.ndarray[Any, Any]:
    """Of each cell the place of the edge, of those `among` which it stands, that it reaches; -1 where it is not plain."""
    fact: Any = v.BY_NAME[path]
    numbers = _days(cells) if fact is v.day else _quantities(cells, isinstance(fact, WholeNumber))
    places = np.full(len(cells), -1, np.int16)
    for edge in among:
        places += numbers >= _double(edge)
    places[numbers > _double(fact.most)] = -1
    return places


def _days(cells: pa.Array) -> Doubles:
    kind = cells.type
    if pa.types.is_string(kind):
        cells = pc.if_else(pc.match_substring_regex(cells, DAY), cells, None).cast(pa.date32())
    elif pa.types.is_timestamp(kind) and kind.tz is None:
        cells = cells.cast(pa.date32(), safe=False)
    elif not pa.types.is_date32(kind):
        return np.full(len(cells), np.nan)
    return _doubles(cells.cast(pa.int32()))


def _quantities(cells: pa.Array, whole: bool) -> Doubles:
    """The cells as doubles, not a number where one is not plain: of at most 15 digits each, they are told apart exactly."""
    kind = cells.type
    if pa.types.is_string(kind):
        plain = pc.if_else(pc.match_substring_regex(cells, WHOLE if whole else DECIMAL), cells, None)
        return _doubles(pc.replace_substring(plain, ",", "").cast(pa.float64()))
    if not _is_number(kind):
        return np.full(len(cells), np.nan)
    numbers = _doubles(cells)
    if not pa.types.is_integer(kind) and (whole or pa.types.is_floating(kind)):
        numbers[numbers != (np.floor(numbers) if whole else np.round(numbers, 3))] = np.nan
    return numbers


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or (pa.types.is_decimal(kind) and kind.scale <= SCALE)
    )


def _doubles(cells: pa.Array) -> Doubles:
    return np.array(cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))


def _double(edge: Any) -> float:
    return float((edge - _EPOCH).days if isinstance(edge, date) else edge)
