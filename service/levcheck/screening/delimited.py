"""CSV files, read in batches of texts: each row has its number, and what is no row of the table is told."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pacsv

from ..api.delimiters import HEAD, delimiter_of

BLOCK = 16 << 20
_END = "levcheck:end"
_HOW = "Save it as CSV in UTF-8, with every quotation mark that opens a cell closed."


class UnreadableTable(Exception):
    """A file that is no table that can be screened: what is wrong, and what to do."""


class Csv:
    """Every cell stays the text that it is; a cell without anything is null, one of two quotation marks an empty text."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = list(islice(file, HEAD))
        self._delimiter = delimiter_of(head)
        self.names: Sequence[str] = next(csv.reader(head, delimiter=self._delimiter), [])
        self._ragged: dict[int, str] = {}
        self._read, self._skipped, self._ended = 0, 0, False

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in order. Raises UnreadableTable."""
        # With threads the reader would not say which row is ragged.
        reading = pacsv.ReadOptions(use_threads=False, block_size=BLOCK)
        parsing = pacsv.ParseOptions(delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=self._skip)
        kinds = pacsv.ConvertOptions(
            column_types=dict.fromkeys(self.names, pa.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        )
        end = self._delimiter.join([_END] * (len(self.names) + 1))
        try:
            with (
                self._path.open("rb") as file,
                pacsv.open_csv(_Ended(file, f"\n{end}\n"), reading, parsing, kinds) as batches,
            ):
                for batch in batches:
                    self._read += len(batch)
                    yield batch
        except pa.ArrowInvalid as error:
            raise UnreadableTable(f"{self._path} cannot be read as a table: {error}. {_HOW}") from error
        if not self._ended:
            raise UnreadableTable(
                f"{self._path} ends within quotation marks that open in row {self._read + self._skipped:,}. {_HOW}"
            )

    def _skip(self, row: pacsv.InvalidRow) -> str:
        if row.text.startswith(_END):
            self._ended = True
        else:
            told = f"{row.actual_columns:,} cells where there are {row.expected_columns:,} columns"
            self._ragged[row.number - 1] = told  # the header counts as a row there
            self._skipped += 1
        return "skip"

    def numbers(self) -> Iterator[int]:
        """The number of each row that the batches hold, from 1."""
        return (number for number in count(1) if number not in self._ragged)

    def ragged_until(self, number: int | None) -> list[tuple[int, str]]:
        """The ragged rows before this one (None: all) that were not told of yet."""
        mine = sorted(n for n in self._ragged if number is None or n < number)
        return [(n, self._ragged.pop(n)) for n in mine]


class _Ended(io.RawIOBase):
    """A file with a last row that no table has: where it does not come back as a row, quotation marks were left open."""

    def __init__(self, file: BinaryIO, end: str) -> None:
        self._file, self._end = file, end.encode()

    def readable(self) -> bool:
        """It is read only."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The file's bytes, then the end's."""
        found = self._file.read(size)
        room = size - len(found) if size >= 0 else len(self._end)  # in one piece: a header alone has to come with its end
        end, self._end = self._end[:room], self._end[room:]
        return found + end


def header(file: BinaryIO, names: Sequence[str]) -> None:
    """Write a row of names."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(names)
    file.write(text.getvalue().encode())
