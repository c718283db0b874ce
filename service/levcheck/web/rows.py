"""Tables that people send, pasted or as a file: a header and rows, each of which knows the line that it stands on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import dropwhile, islice

from ..api.delimiters import HEAD, delimiter_of
from ..api.texts import scanned, text_of
from .reading import MOST_BYTES
from .uploads import Busy, Uploads

MOST_ROWS = 10_000
MOST_COLUMNS = 200
FAULTS = (
    *("nothing", "too_large", "busy", "empty", "locked", "broken", "slow", "not_a_table", "open_quote"),
    *("too_many_rows", "too_many_columns", "no_rows"),
)
"""Why a whole table cannot be read."""
ROW_FAULTS = ("quotes", "too_many_cells")
"""Why one row cannot be read: text after a closing quotation mark, or more cells than there are headers."""
_TITLES = 20
"""Rows of title that may stand above a header."""
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_LIKE_A_VIN = re.compile(r"(?=(?:\D*\d){4})[A-Z0-9]{11,20}")


class NoTable(Exception):
    """What came is no table that can be read: one of `FAULTS`, and the line because of which, if it is because of one."""

    def __init__(self, fault: str, line: int = 0) -> None:
        super().__init__(fault)
        self.fault, self.line = fault, line


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line of the file that it begins on, from 1, and its cells, one for each header unless it has a fault."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows, without those that are empty. A column without a name is called by its number.

    `text` is what `of_text` reads as the same table again; `encoding` is named where it had to be guessed, and `unread` are
    the other sheets of the workbook.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    text: str = field(default="", compare=False, repr=False)
    encoding: str = ""
    unread: tuple[str, ...] = ()


def of_file(content: bytes, uploads: Uploads) -> Table:
    """The table in a file: CSV with any usual delimiter, or one sheet of a workbook. Raises NoTable."""
    if len(content) > MOST_BYTES:
        raise NoTable("too_large")
    if content.startswith(_WORKBOOK):
        text, unread = _sheet(content, uploads)
        return replace(of_text(text), unread=unread)
    text, encoding = _decoded(content)
    return replace(of_text(text), encoding=encoding)


def of_text(text: str) -> Table:
    """The table in pasted text; VINs and nothing else may also stand side by side. Raises NoTable."""
    if _BINARY.search(text):
        raise NoTable("not_a_table")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text.encode()) > MOST_BYTES:
        raise NoTable("too_large")
    bare = all(_is_like_a_vin(word) for _, word in _words(text))
    header, rows = _divided([Row(line, (word,)) for line, word in _words(text)] if bare else _lines(text))
    return Table(header, rows, text)


def _words(text: str) -> Iterator[tuple[int, str]]:
    return ((n, word) for n, line in enumerate(text.split("\n"), 1) for word in re.split(r"[\s,;]+", line) if word)


def _sheet(content: bytes, reader: Uploads) -> tuple[str, tuple[str, ...]]:
    """The cells of a workbook as text in which each row stands on the line that it has in the sheet; the sheets not read."""
    try:
        upload = reader.read(content, "table")
    except Busy as error:
        raise NoTable("busy") from error
    if upload.fault:
        raise NoTable(upload.fault if upload.fault in FAULTS else "not_a_table")
    lines = [""] * max((line for line, _ in upload.rows), default=0)
    for line, cells in upload.rows:
        lines[line - 1] = "\t".join('"{}"'.format(_clean(text_of(cell)).replace('"', '""')) for cell in cells)
    return "\n".join(lines), upload.unread


def _decoded(content: bytes) -> tuple[str, str]:
    """The text of a file, and its encoding where nothing in it tells that."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16"), ""
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        try:
            return content.decode("windows-1252"), "Windows-1252"
        except UnicodeDecodeError as error:
            raise NoTable("not_a_table") from error


def _lines(text: str) -> Iterator[Row]:
    """The rows of a text with delimiters. A row that is torn is told; a quotation mark that is never closed ends it all."""
    delimiter = delimiter_of(list(islice(io.StringIO(text), HEAD)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "expected after" not in str(error):  # the quotation mark swallowed everything up to the end
                raise NoTable("open_quote", line) from None
            yield Row(line, (), "quotes")
        else:
            yield Row(line, tuple(map(_clean, cells)))


def _clean(cell: str) -> str:
    return _CONTROL.sub(" ", cell).strip()


def _divided(rows: Iterable[Row]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """The header, and the rows below it."""
    held = [_trimmed(row) for row in islice((r for r in rows if r.fault or any(r.cells)), MOST_ROWS + _TITLES + 2)]
    if not held:
        raise NoTable("empty")
    held = [*dropwhile(lambda row: _is_title(row, held), held[:_TITLES]), *held[_TITLES:]]
    named = not any(map(_is_like_a_vin, held[0].cells))
    header, body = (held[0].cells, held[1:]) if named else (_guessed(held), held)
    if len(header) > MOST_COLUMNS:
        raise NoTable("too_many_columns", held[0].line)
    if not body:
        raise NoTable("no_rows")
    if len(body) > MOST_ROWS:
        raise NoTable("too_many_rows")
    names = tuple(" ".join(name.split()) or f"Column {place}" for place, name in enumerate(header, 1))
    return names, tuple(_fitted(row, len(names)) for row in body)


def _trimmed(row: Row) -> Row:
    """A row without the empty cells at its end."""
    width = max((place for place, cell in enumerate(row.cells, 1) if cell), default=0)
    return Row(row.line, row.cells[:width], row.fault)


def _is_title(row: Row, held: Sequence[Row]) -> bool:
    """Whether a row is a line of words above a table that is wider."""
    alone = sum(map(bool, row.cells)) < 2 and not any(map(_is_like_a_vin, row.cells))
    return alone and max(len(other.cells) for other in held[:_TITLES]) > 1


def _guessed(held: Sequence[Row]) -> tuple[str, ...]:
    """Names for the columns of a table without a header: the first that holds a VIN is the VIN's."""
    vin = next(place for place, cell in enumerate(held[0].cells) if _is_like_a_vin(cell))
    return tuple("VIN" if place == vin else "" for place in range(max(len(row.cells) for row in held)))


def _fitted(row: Row, width: int) -> Row:
    if len(row.cells) > width:
        return Row(row.line, row.cells, "too_many_cells")
    return Row(row.line, (*row.cells, *[""] * (width - len(row.cells))), row.fault)


def _is_like_a_vin(cell: str) -> bool:
    """Whether this is a VIN, or was meant as one: no header is written so."""
    return _LIKE_A_VIN.fullmatch(scanned(cell)) is not None
