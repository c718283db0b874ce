"""Reads the cells of a workbook. It runs in the process that reads uploads (`reading`), held to that process's limits."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from typing import Any

MOST_ROWS = 10_100
"""Rows that are read, of those that hold anything: somewhat more than any page takes, so that too many can be told."""
MOST_TEXT = 10_000_000
"""Characters of all cells."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""What a workbook with a password is kept in."""
_VIN = re.compile("[A-HJ-NPR-Z0-9]{17}", re.IGNORECASE)


def told(content: bytes) -> dict[str, Any]:
    """The rows of one visible sheet, each with its number from 1, and the names of those not read; or what kept from it.

    It is the first that holds a VIN, for covers and filters stand before it; where none does, the first that holds anything.
    """
    import python_calamine

    if _ENCRYPTED in content:
        return {"fault": "locked"}
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = python_calamine.SheetVisibleEnum.Visible
        names = [sheet.name for sheet in book.sheets_metadata if sheet.visible == visible]
        name, rows = _chosen(book, names)
    except (python_calamine.CalamineError, OSError):
        return {"fault": "broken"}
    if not rows:
        return {"fault": "empty"}
    unread = [other for other in names if other != name]
    return {"fault": "too_large" if _size(rows) > MOST_TEXT else None, "rows": rows, "unread": unread}


def _chosen(book: Any, names: list[str]) -> tuple[str, list[tuple[int, list[Any]]]]:
    """The sheet to read and its rows, of these; those found to be empty are taken out of `names`."""
    first: tuple[str, list[tuple[int, list[Any]]]] = ("", [])
    for name in list(names):
        rows = _rows(book, name)
        if _holds_a_vin(rows):
            return name, rows
        if not rows:
            names.remove(name)
        elif not first[1]:
            first = name, rows
    return first


def _holds_a_vin(rows: list[tuple[int, list[Any]]]) -> bool:
    return any(isinstance(cell, str) and _VIN.fullmatch(cell.strip()) for _, cells in rows for cell in cells)


def _rows(book: Any, name: str) -> list[tuple[int, list[Any]]]:
    rows: list[tuple[int, list[Any]]] = []
    for line, cells in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1):
        if any(cell != "" for cell in cells):
            rows.append((line, [_plain(cell) for cell in cells]))
        if len(rows) == MOST_ROWS:
            break
    return rows


def _plain(cell: Any) -> Any:
    """A cell as JSON has it; a day as 2025-06-01."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else cell if isinstance(cell, str | int | float | bool) else str(cell)


def _size(rows: list[tuple[int, list[Any]]]) -> int:
    return sum(len(cell) for _, cells in rows for cell in cells if isinstance(cell, str))
