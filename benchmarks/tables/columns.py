"""Drawn rows as Arrow columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

import pyarrow as pa
from levcheck.screening.groups import PATHS

TODAY = date(2025, 6, 1)
AT_ONCE = 1_000
_KINDS = {
    bool: pa.bool_(),
    int: pa.int64(),
    date: pa.date32(),
    Decimal: pa.decimal128(12, 1),
    str: pa.dictionary(pa.int32(), pa.string()),
}
Facts = Mapping[str, Any]


def typed(rows: Sequence[Facts]) -> pa.Table:
    """The rows as a table, words dictionary-encoded, all else of its own type."""
    return pa.table({name: pa.array(cells, _KINDS[type(cells[0])]) for name, cells in _cells(rows).items()})


def texts(rows: Sequence[Facts]) -> pa.Table:
    """The rows as a table of texts."""
    return pa.table({name: pa.array(map(_text, cells), pa.string()) for name, cells in _cells(rows).items()})


def _cells(rows: Sequence[Facts]) -> dict[str, list[Any]]:
    """Each column's cells; some rows at a time, which the processor's cache holds."""
    names = [name for name in rows[0] if name in PATHS and name != "relocation"]
    told: dict[str, list[Any]] = {name: [] for name in names}
    cells_of = itemgetter(*names)
    for start in range(0, len(rows), AT_ONCE):
        part = zip(*map(cells_of, rows[start : start + AT_ONCE]), strict=True)
        for column, cells in zip(told.values(), part, strict=True):
            column.extend(cells)
    return told


def _text(value: Any) -> str:
    return ("false", "true")[value] if isinstance(value, bool) else str(value)
