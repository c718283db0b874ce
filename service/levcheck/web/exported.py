"""A judged list as CSV: every row as it came, and behind it what it came to."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping

from ..law import readings
from .stock import Stock

_PLAIN_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")
_OWN = ("line", "verdict", "basis", "provision", "needs", "note")


def csv_of(stock: Stock, row_faults: Mapping[str, str]) -> Iterator[bytes]:
    """The file, piece by piece, in UTF-8 with the mark by which spreadsheet programs know it.

    `row_faults` are the words for `rows.ROW_FAULTS`.
    """
    header = [f"levcheck {name}" for name in (*_OWN, *readings.BY_NAME)]
    yield b"\xef\xbb\xbf" + written([*stock.table.header, *header])
    units = {unit.line: unit for unit in stock.units}
    faults: dict[int, list[str]] = {}
    for fault in stock.faults:
        words = row_faults.get(fault.detail, fault.detail)
        faults.setdefault(fault.line, []).append(f"{fault.column}: {words}" if fault.column else words)
    for row in stock.table.rows:
        came = [*row.cells[: len(stock.table.header)], *[""] * (len(stock.table.header) - len(row.cells))]
        if unit := units.get(row.line):
            verdicts = (unit.outcome.readings[name] for name in readings.BY_NAME)
            told = [
                unit.outcome.verdict,
                unit.outcome.basis or "",
                unit.outcome.provision,
                " ".join(unit.outcome.shares),
                unit.note,
                *verdicts,
            ]
        else:
            told = ["", "", "", "", " ".join(faults[row.line])]
        yield written([*came, str(row.line), *told])


def written(cells: Iterable[str]) -> bytes:
    """A row of CSV in UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerow(map(_harmless, cells))
    return out.getvalue().encode()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet program takes for a formula: whoever wrote the list is not always who opens it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) and not _PLAIN_NUMBER.fullmatch(cell) else cell
