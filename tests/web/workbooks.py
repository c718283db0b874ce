"""Workbooks as spreadsheet programs write them, and one that is locked with a password."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

Cells = Sequence[Sequence[Any]]


def sheet(*rows: Sequence[Any], before: Sequence[Cells] = ()) -> bytes:
    """A workbook with these rows on a sheet; `before` it stand others, which are hidden."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "mm/dd/yyyy", "remove_timezone": True})
    for content in before:
        hidden = book.add_worksheet()
        _write(hidden, content)
        if content:
            hidden.hide()
    visible = book.add_worksheet()
    visible.activate()
    visible.set_first_sheet()
    _write(visible, rows)
    book.close()
    return made.getvalue()


def sheets(**named: Cells) -> bytes:
    """A workbook of visible sheets by these names."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    for name, rows in named.items():
        _write(book.add_worksheet(name), rows)
    book.close()
    return made.getvalue()


def _write(page: Any, rows: Cells) -> None:
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            (page.write_datetime if isinstance(cell, date) else page.write)(number, place, cell)


def locked() -> bytes:
    """The container in which spreadsheet programs keep a workbook that they have encrypted, with nothing in it."""
    end, fat, free = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        4096,
        end,
        0,
        end,
        0,
    )
    head += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    table = struct.pack("<3I", fat, end, free) + struct.pack("<I", free) * 125
    return head + table + _entry("Root Entry", 5, 1) + _entry("EncryptedPackage", 2, free) + _entry("", 0, free) * 2


def _entry(name: str, kind: int, child: int) -> bytes:
    none, text = 0xFFFFFFFF, name.encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIQ", text, len(text) + 2 if name else 0, kind, 1, none, none, child, 0xFFFFFFFE, 0)
