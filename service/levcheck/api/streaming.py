"""A body of any length as rows, a few kilobytes at a time: lines of JSON, or a table's rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

from .parser import cut_off, unreadable
from .problems import Problem

LONGEST_ROW = 65_536
"""Bytes of one row, as of a body that holds one transaction."""
PIECE = 4_096
LARGEST_IN_MEMORY = 1 << 20


class Row(NamedTuple):
    """A row as it came: the number of its first line, from 1, and its bytes; or what is wrong with it."""

    line: int
    raw: bytes
    problem: Problem | None = None


Pieces = Iterator[bytes]


def pieces(read: Callable[[int], bytes], stated: int | None) -> Pieces:
    """The body piece by piece. Raises Problem if it cannot be read (it comes too slowly, say) or breaks off."""
    came = 0
    while came != stated:
        try:
            piece = read(PIECE if stated is None else min(PIECE, stated - came))
        except Exception as error:  # what it raises is the server's own choice
            raise unreadable() from error
        if not piece:
            break
        came += len(piece)
        yield piece
    if stated is not None and came < stated:
        raise cut_off(came, stated)


def gathered(body: Pieces) -> Pieces:
    """The same pieces, once all have come: whoever reads only when all is sent would wait for us, and we for them."""
    broken: Problem | None = None
    with SpooledTemporaryFile(LARGEST_IN_MEMORY) as file:
        try:
            for piece in body:
                file.write(piece)
        except Problem as problem:
            broken = problem
        file.seek(0)
        yield from iter(lambda: file.read(PIECE), b"")
    if broken:
        raise broken


def lines(body: Pieces) -> Iterator[Row | None]:
    """Every line, and None after each piece: what was written so far may go then. A line that is too long is passed over."""
    number, rest, passing = 1, b"", False
    for piece in body:
        *whole, rest = (rest + piece).split(b"\n")
        for raw in whole:
            yield Row(number, b"", _too_long()) if passing or len(raw) > LONGEST_ROW else Row(number, raw)
            number, passing = number + 1, False
        if len(rest) > LONGEST_ROW:
            rest, passing = b"", True
        yield None
    if rest or passing:
        yield Row(number, b"", _too_long()) if passing else Row(number, rest)


def table_rows(found: Iterator[Row | None]) -> Iterator[Row | None]:
    """The rows of a table from its lines: a row goes on over the end of a line inside quotation marks."""
    begun: Row | None = None
    for row in found:
        if row is None or row.problem:
            yield row
            continue
        joined = row if begun is None else Row(begun.line, begun.raw + b"\n" + row.raw)
        if len(joined.raw) > LONGEST_ROW:
            yield Row(joined.line, b"", _too_long())
            begun = None
        elif joined.raw.count(b'"') % 2:
            begun = joined
        else:
            yield joined
            begun = None
    if begun:
        yield Row(begun.line, b"", Problem("bad_request", "A quotation mark that opens a cell is never closed."))


def cells(row: Row) -> list[str]:
    """The cells of a table's row. Raises Problem."""
    try:
        return next(csv.reader([row.raw.decode("utf-8").rstrip("\r")], strict=True), [])
    except UnicodeDecodeError as error:
        raise Problem("bad_request", f"The row is not UTF-8: byte {error.start} cannot be read.") from None
    except csv.Error as error:
        raise Problem("bad_request", f"The row is not CSV (RFC 4180): {error}.") from None


def _too_long() -> Problem:
    told = (
        f"The row is longer than {LONGEST_ROW:,} bytes: end each transaction's line (of curl, --data-binary keeps the ends)."
    )
    return Problem("body_too_large", told)
