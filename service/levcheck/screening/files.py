"""Tables in files: CSV and Parquet, read in parts of a fixed size and written part by part."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from pyarrow import feather

SUFFIXES = (".csv", ".parquet")
_BLOCK = 16 << 20
_ENDS = 1 << 20


class UnreadableTable(Exception):
    """A file that is no table that can be screened: what is wrong, and what to do."""


@dataclass(frozen=True)
class Part:
    """Some rows, the number of each in its file (from 1), and the rows between that have too few or too many cells."""

    table: pa.Table
    numbers: Sequence[int]
    ragged: Sequence[tuple[int, str]] = ()


@dataclass
class Table:
    """A file as a table: its columns, its rows in parts, and how many rows there are, if the file says so."""

    path: Path
    schema: pa.Schema
    rows: int | None

    def parts(self, size: int) -> Iterator[Part]:
        """The rows in order, `size` at a time."""
        reading = _Parquet(self.path) if self.path.suffix == ".parquet" else _Csv(self.path, self.schema.names)
        try:
            numbers = reading.numbers()
            for table in _regrouped(reading.batches(), size, self.schema):
                mine = list(islice(numbers, len(table)))
                yield Part(table, mine, reading.ragged_until(mine[-1]))
            if rest := reading.ragged_until(None):
                yield Part(self.schema.empty_table(), [], rest)
        except pa.ArrowInvalid as error:
            raise UnreadableTable(f"{self.path} cannot be read as a table: {error}") from error

    def identity(self) -> str:
        """What tells this file from another, or from itself once it was changed."""
        found = self.path.stat()
        ends = hashlib.sha256()
        with self.path.open("rb") as file:
            ends.update(file.read(_ENDS))
            file.seek(max(0, found.st_size - _ENDS))
            ends.update(file.read(_ENDS))
        return f"{found.st_size} bytes, changed {found.st_mtime_ns}, {ends.hexdigest()}"


def opened(path: Path) -> Table:
    """The table in a file, by its suffix. Raises UnreadableTable, OSError."""
    if path.suffix not in SUFFIXES:
        raise UnreadableTable(f"{path.name} is neither .csv nor .parquet: export the table as one of these.")
    try:
        if path.suffix == ".parquet":
            file = pq.ParquetFile(path)
            schema, rows = file.schema_arrow, file.metadata.num_rows
        else:
            schema, rows = pa.schema([(name, pa.string()) for name in _header(path)]), None
    except (pa.ArrowInvalid, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableTable(f"{path.name} cannot be read as a table: {error}. Save it as CSV in UTF-8.") from error
    twice = {name for name in schema.names if schema.names.count(name) > 1}
    if twice or not schema.names:
        raise UnreadableTable(
            f"{path.name} names the column {sorted(twice)[0]!r} twice." if twice else f"{path.name} is empty."
        )
    return Table(path, schema, rows)


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


class _Parquet:
    def __init__(self, path: Path) -> None:
        self._path = path

    def batches(self) -> Iterator[pa.RecordBatch]:
        with pq.ParquetFile(self._path, pre_buffer=False) as file:  # what it buffers ahead it keeps to the end
            yield from file.iter_batches(batch_size=1 << 17)

    def numbers(self) -> Iterator[int]:
        return count(1)

    def ragged_until(self, number: int | None) -> list[tuple[int, str]]:
        return []


class _Csv:
    """Every cell stays the text that it is."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self._path, self._names = path, names
        self._ragged: dict[int, str] = {}

    def batches(self) -> Iterator[pa.RecordBatch]:
        # With threads the reader would not say which row is ragged.
        reading = pacsv.ReadOptions(use_threads=False, block_size=_BLOCK)
        parsing = pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=self._skip)
        kinds = pacsv.ConvertOptions(
            column_types=dict.fromkeys(self._names, pa.string()), strings_can_be_null=True, null_values=[""]
        )
        with pacsv.open_csv(self._path, reading, parsing, kinds) as batches:
            yield from batches

    def _skip(self, row: pacsv.InvalidRow) -> str:
        told = f"{row.actual_columns:,} cells where there are {row.expected_columns:,} columns"
        self._ragged[row.number - 1] = told  # the header counts as a row there
        return "skip"

    def numbers(self) -> Iterator[int]:
        return (number for number in count(1) if number not in self._ragged)

    def ragged_until(self, number: int | None) -> list[tuple[int, str]]:
        """The ragged rows before this one (None: all) that were not told of yet."""
        mine = sorted(n for n in self._ragged if number is None or n < number)
        return [(n, self._ragged.pop(n)) for n in mine]


def _regrouped(batches: Iterable[pa.RecordBatch], size: int, schema: pa.Schema) -> Iterator[pa.Table]:
    """The same rows, `size` at a time."""
    kept: list[pa.RecordBatch] = []
    held = 0
    for batch in batches:
        kept.append(batch)
        held += len(batch)
        while held >= size:
            table = pa.Table.from_batches(kept, schema)
            yield table.slice(0, size).combine_chunks()
            kept = table.slice(size).to_batches()
            held -= size
    if held:
        yield pa.Table.from_batches(kept, schema).combine_chunks()


def write(table: pa.Table, path: Path) -> None:
    """Write a part of a table, to be joined to the others: of a CSV file, the rows; of another, what is read quickest."""
    if path.suffix == ".parquet":
        feather.write_feather(table, path, compression="uncompressed")
    else:
        pacsv.write_csv(table, path, pacsv.WriteOptions(include_header=False, quoting_style="needed"))


def join(parts: Sequence[Path], schema: pa.Schema, path: Path) -> None:
    """Write the parts as one file, one at a time."""
    if path.suffix == ".parquet":
        with pq.ParquetWriter(path, schema) as writer:
            for part in parts:
                writer.write_table(feather.read_table(part))
        return
    with path.open("wb") as whole:
        csv_header(whole, schema.names)
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, whole, _BLOCK)


def csv_header(file: BinaryIO, names: Sequence[str]) -> None:
    """Write a row of names."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(names)
    file.write(text.getvalue().encode())
