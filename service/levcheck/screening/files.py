"""Tables in files: CSV and Parquet, read in parts of a fixed size and written part by part."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from pyarrow import feather

from . import delimited
from .delimited import Csv, UnreadableTable

SUFFIXES = (".csv", ".parquet")
_ENDS = 1 << 20
_READ_AS = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
"""Types that Arrow reads, and can do little else with."""


class UnwritableTable(Exception):
    """A table that a format cannot hold: which column, and what to do."""


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
        reading = _Parquet(self.path) if kind(self.path) == ".parquet" else Csv(self.path)
        try:
            numbers = reading.numbers()
            batches = (batch.cast(self.schema) if batch.schema != self.schema else batch for batch in reading.batches())
            for table in _regrouped(batches, size, self.schema):
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


def kind(path: Path) -> str:
    """A file's format, by its name: one of `SUFFIXES`, if it is one that is read."""
    return path.suffix.lower()


def check_holds(schema: pa.Schema, path: Path) -> None:
    """Raises UnwritableTable if a file of this format cannot hold a column."""
    for field in schema if kind(path) == ".csv" else ():
        try:
            pacsv.write_csv(pa.schema([field]).empty_table(), pa.BufferOutputStream())
        except pa.ArrowException as error:
            raise _unwritable(f"The column {field.name!r} ({field.type})") from error


def _unwritable(what: str) -> UnwritableTable:
    return UnwritableTable(f"{what} cannot be written as CSV: choose an --out that ends with .parquet.")


def opened(path: Path) -> Table:
    """The table in a file, by its suffix. Raises UnreadableTable, OSError."""
    if kind(path) not in SUFFIXES:
        raise UnreadableTable(f"{path.name} is neither .csv nor .parquet: export the table as one of these.")
    if path.exists() and not path.is_file():
        raise UnreadableTable(f"{path.name} is no file: a table is read more than once, so save it as one.")
    try:
        if kind(path) == ".parquet":
            file = pq.ParquetFile(path)
            schema, rows = _readable(file.schema_arrow), file.metadata.num_rows
        else:
            schema, rows = pa.schema([(name, pa.string()) for name in Csv(path).names]), None
    except (pa.ArrowInvalid, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableTable(f"{path.name} cannot be read as a table: {error}. Save it as CSV in UTF-8.") from error
    twice = {name for name in schema.names if schema.names.count(name) > 1}
    if twice or not schema.names:
        raise UnreadableTable(
            f"{path.name} names the column {sorted(twice)[0]!r} twice: give each column a name of its own."
            if twice
            else f"{path.name} is empty: its first row has to name the columns."
        )
    return Table(path, schema, rows)


def _readable(schema: pa.Schema) -> pa.Schema:
    """A schema whose columns can be cut and joined: there are numbers enough for a dictionary's words of all parts."""

    def kind_of(told: pa.DataType) -> pa.DataType:
        if pa.types.is_dictionary(told):
            return pa.dictionary(pa.int32(), told.value_type, told.ordered)
        return _READ_AS.get(told, told)

    return pa.schema([field.with_type(kind_of(field.type)) for field in schema], schema.metadata)


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
    if kind(path) == ".parquet":
        feather.write_feather(table, path, compression="uncompressed")
        return
    try:
        pacsv.write_csv(table, path, pacsv.WriteOptions(include_header=False, quoting_style="needed"))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:  # bytes that are no text, say
        raise _unwritable(f"A cell ({error})") from error


def join(parts: Sequence[Path], schema: pa.Schema, path: Path) -> None:
    """Write the parts as one file, one at a time."""
    if kind(path) == ".parquet":
        with pq.ParquetWriter(path, schema) as writer:
            for part in parts:
                writer.write_table(feather.read_table(part))
        return
    with path.open("wb") as whole:
        delimited.header(whole, schema.names)
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, whole, delimited.BLOCK)
