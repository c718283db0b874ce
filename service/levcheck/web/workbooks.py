"""Reads the cells of a workbook. It runs in the process that reads uploads (`reading`), held to that process's limits."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

MOST_ROWS = 10_100
"""Rows that are read, of those that hold anything: somewhat more than any page takes, so that too many can be told."""
MOST_TEXT = 10_000_000
"""Characters of all cells."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""What a workbook with a password is kept in."""


def told(content: bytes) -> dict[str, Any]:
    """The rows of the first visible sheet that has any, each with its number from 1; or the fault that kept from reading."""
    import python_calamine

    if _ENCRYPTED in content:
        return {"fault": "locked"}
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in book.sheets_metadata:
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible and (rows := _rows(book, sheet.name)):
                return {"fault": "too_large" if _size(rows) > MOST_TEXT else None, "rows": rows}
    except (python_calamine.CalamineError, OSError):
        return {"fault": "broken"}
    return {"fault": "empty"}


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
