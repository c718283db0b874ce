"""Columns as their distinct cells and, of each row, which of them it has: what repeats is looked at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..api import texts

Numbers: TypeAlias = "np.ndarray[Any, Any]"
_SMALL = 1 << 20
_TOGETHER = 1 << 12
_TRUTHS = pa.array([False, True, None])
_THREADS = ThreadPoolExecutor(os.cpu_count(), "levcheck-columns")
T = TypeVar("T")
R = TypeVar("R")


def at_once(function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """What a function gives for each item; Arrow and numpy let the threads run side by side."""
    return list(_THREADS.map(function, items))


@dataclass(frozen=True)
class Coded:
    """The texts of some columns side by side, and the number, among these, of each row's."""

    values: Sequence[tuple[str, ...]]
    codes: Numbers

    def at(self, codes: Numbers) -> Coded:
        """Of each row here what stands at its place in the column."""
        return Coded(self.values, self.codes[codes])

    def beside(self, other: Coded) -> Coded:
        """The combinations that some row has."""
        size = len(self.values) * len(other.values)
        both = self.codes.astype(np.int32 if size < 1 << 31 else np.int64) * len(other.values) + other.codes
        found, codes = _distinct(both, size)
        pairs = (divmod(number, len(other.values)) for number in found)
        return Coded([self.values[mine] + other.values[others] for mine, others in pairs], codes)


def coded(column: pa.ChunkedArray) -> Coded:
    """A column by the texts of its cells."""
    cells, codes = distinct_cells(column)
    return renumbered(as_texts(cells), codes)


def renumbered(told: Sequence[str], codes: Numbers) -> Coded:
    """A column by the numbers of its texts among `told`; texts that are equal become one."""
    numbers: dict[str, int] = {}
    into = np.array([numbers.setdefault(text, len(numbers)) for text in told], np.int32)
    return Coded([(text,) for text in numbers], codes if len(numbers) == len(told) else into[codes])


def distinct_cells(column: pa.ChunkedArray) -> tuple[pa.Array, Numbers]:
    """The distinct cells of a column, null among them, and of each row the number of its own."""
    if pa.types.is_boolean(column.type):
        return _TRUTHS, column.cast(pa.int8()).fill_null(2).to_numpy()
    if not pa.types.is_dictionary(column.type):
        try:
            column = pc.dictionary_encode(column, null_encoding="encode")
        except pa.ArrowNotImplementedError:  # lists and the like: no member takes one, and each is told as a text
            column = pc.dictionary_encode(pa.chunked_array([as_texts(column)], pa.string()))
    array = column.combine_chunks()
    if not array.indices.null_count:
        return array.dictionary, array.indices.to_numpy()
    nothing = pa.nulls(1, array.dictionary.type)
    codes = array.indices.cast(pa.int32()).fill_null(len(array.dictionary))
    return pa.concat_arrays([array.dictionary, nothing]), codes.to_numpy()


def looked_up(told: Sequence[tuple[Numbers, Numbers]]) -> Numbers:
    """Of each row the union of the bits that its codes stand for: tables of bits by code, each with the rows' codes.

    Small tables are first made one of all their combinations, since looking rows up costs more than numbering them.
    """
    rows = len(told[0][1])
    found, bits, codes = np.zeros(rows, np.int64), np.zeros(1, np.int64), np.zeros(rows, np.int16)
    for more, others in told:
        if len(bits) * len(more) <= _TOGETHER:
            bits = (bits[:, None] | more).ravel()
            codes = codes * np.int16(len(more)) + others.astype(np.int16)
        else:
            found |= bits[codes]
            bits, codes = more, others
    return found | bits[codes]


def as_texts(column: pa.Array | pa.ChunkedArray) -> list[str]:
    """A column's cells as a person would write them."""
    try:
        return [texts.text_of(cell) for cell in column.to_pylist()]
    except OverflowError:
        return [text_of(cell) for cell in column]


def text_of(cell: pa.Scalar) -> str:
    """One cell as a person would write it; of a day in a year that Python has none for, something that is no day."""
    try:
        return texts.text_of(cell.as_py())
    except OverflowError:
        return str(cell.cast(pa.string()))


def _distinct(numbers: Numbers, size: int) -> tuple[list[int], Numbers]:
    """The distinct numbers, all below `size`, and of each row the place of its own among them."""
    if size > _SMALL:
        encoded = pa.array(numbers).dictionary_encode()
        return encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
    there = np.zeros(size, bool)
    there[numbers] = True
    found = np.flatnonzero(there)
    places = np.zeros(size, np.int32)
    places[found] = np.arange(len(found), dtype=np.int32)
    return found.tolist(), places[numbers]
