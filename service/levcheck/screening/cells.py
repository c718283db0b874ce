"""Cells as an engine reads them: from columns to the key's bits, for all that is plainly written.

What an expression here does not recognise comes out as null and is read by the contract's own code, one row at a time: an
odd spelling costs time and never changes an answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import add, and_
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from ..law import vocabulary as v
from ..law.logic.facts import WholeNumber
from .engines import Apart
from .groups import BLANK, CERTIFICATES, GROUPS, Asked, Group, edges
from .numbers import DAY, DECIMAL, SCALE, WHOLE

NOTHING = ibis.null("int64")


def told(table: ibis.Table, asked: Asked, apart: Apart) -> ibis.Table:
    """The table's `row` and its `key`, null where a row has to be read by itself; its other columns are named by paths.

    `apart` keeps an engine from working out a code as often as it is looked at.
    """
    cells = {path: table[path] for path in table.columns if path != "row"}
    groups = [_Answers(group, cells, asked) for group in GROUPS]
    certificates = [_is_blank(cells[path]) for path in CERTIFICATES if path in cells]
    plain = reduce(and_, certificates) if certificates else ibis.literal(True)
    codes = {answers.name: answers.code() for answers in groups if answers.present}
    table = apart(table.select("row", plain=plain, **codes))  # staged: what follows looks at each code more than once
    return table.select("row", key=table.plain.ifelse(reduce(add, (answers.bits(table) for answers in groups)), NOTHING))


class _Answers:
    """What a group's cells come to: a code for each combination of texts that stand for all, and the bits of each code."""

    def __init__(self, group: Group, cells: Mapping[str, Any], asked: Asked) -> None:
        self.name = group.paths[0]
        self.present = [path for path in group.paths if path in cells]
        self._cells = cells
        answers = asked.every_answer(group, self.present)
        places = [group.paths.index(path) for path in self.present]
        self._answers = {tuple(texts[place] for place in places): bits for texts, bits in answers.items()}

    def code(self) -> Any:
        """The number of each row's combination; null where a cell is not recognised."""
        if len(self.present) == 1:  # then the bits themselves are the code: they are fewer than the texts
            (path,) = self.present
            return _told_by(path, self._cells[path], {text: bits for (text,), bits in self._answers.items()})
        return reduce(add, (_told_by(path, self._cells[path], numbers) for path, numbers in self._numbers().items()))

    def bits(self, table: ibis.Table) -> Any:
        """The key's bits of each row, by the column of codes."""
        if not self.present:
            return _number(self._answers[()])
        if len(self.present) == 1:
            return table[self.name]
        numbers, by_bits = self._numbers(), defaultdict(list)
        for texts, bits in self._answers.items():
            by_bits[bits].append(sum(numbers[path][text] for path, text in zip(self.present, texts, strict=True)))
        code = table[self.name]
        return ibis.cases(*((code.isin(sorted(codes)), _number(bits)) for bits, codes in by_bits.items()), else_=NOTHING)

    def _numbers(self) -> dict[str, dict[str, int]]:
        """For each column a number for each text, so that the sum over the columns tells every combination."""
        numbers: dict[str, dict[str, int]] = {}
        stride = 1
        for place, path in enumerate(self.present):
            mine = sorted({texts[place] for texts in self._answers})
            numbers[path] = {text: number * stride for number, text in enumerate(mine)}
            stride *= len(mine)
        return numbers


def _told_by(path: str, cell: Any, values: Mapping[str, int]) -> Any:
    """The value of the text that stands for each cell of a column; null where none is known to."""
    bands = tuple(edge for edge in edges(path) if str(edge) in values)
    words: dict[int, set[str]] = defaultdict(set)
    for text in values.keys() - {BLANK} - set(map(str, bands)):
        words[values[text]] |= {text, text.lower(), text.upper(), text.capitalize()}
    few_first = sorted(words.items(), key=lambda item: (len(item[1]), item[0]))
    branches = [*_bands(path, cell, bands, [values[str(edge)] for edge in bands])] if bands else []
    kind = cell.type()
    if kind.is_string():
        branches += [(cell.isin(sorted(spelled)), value) for value, spelled in few_first]
    elif kind.is_boolean() and {"true", "false"} <= values.keys():
        branches += [(cell, values["true"]), (~cell, values["false"])]
    if BLANK in values:
        branches.append((_is_blank(cell), values[BLANK]))
    return ibis.cases(*((when, _number(value)) for when, value in branches), else_=NOTHING)


def _is_blank(cell: Any) -> Any:
    return cell.isnull() | (cell == BLANK) if cell.type().is_string() else cell.isnull()


def _number(value: int) -> Any:
    return ibis.literal(value, "int64")


def _bands(path: str, cell: Any, bands: Sequence[Any], values: Sequence[int]) -> Iterable[tuple[Any, int]]:
    """A test for each band of a number or a date, from the lowest."""
    if path == v.day.name:
        number, plain = _day(cell)
    else:
        number, plain = _quantity(cell, isinstance(v.BY_NAME[path], WholeNumber))
    if number is None:
        return
    most = plain(getattr(v.BY_NAME[path], "most"))  # noqa: B009  # a quantity has one
    within = number.between(plain(bands[0]), most)
    for upper, value in zip(bands[1:], values, strict=False):
        yield within & (number < plain(upper)), value
    yield within, values[-1]


def _day(cell: Any) -> tuple[Any, Any]:
    kind = cell.type()
    if kind.is_string():
        return cell.re_search(DAY).ifelse(cell, None).cast("date"), ibis.literal
    if kind.is_date():
        return cell, ibis.literal
    if kind.is_timestamp() and kind.timezone is None:
        return cell.cast("date"), ibis.literal
    return None, None


def _quantity(cell: Any, whole: bool) -> tuple[Any, Any]:
    """A column as numbers to compare, null where a cell is none, and how an edge is written among them."""
    kind = cell.type()
    if kind.is_string():
        form, into = WHOLE if whole else DECIMAL, "int64" if whole else dt.Decimal(14, SCALE)
        return cell.re_search(form).ifelse(cell.replace(",", ""), None).cast(into), _exact
    if kind.is_integer():
        return cell, _exact
    if kind.is_floating():
        return (cell == (cell.floor() if whole else cell.round(3))).ifelse(cell, None), float
    if kind.is_decimal() and (kind.scale or 99) <= SCALE:
        return ((cell == cell.floor()).ifelse(cell, None) if whole else cell), _exact
    return None, None


def _exact(edge: Any) -> Any:
    return ibis.literal(edge) if isinstance(edge, int | date) else ibis.literal(edge, dt.Decimal(14, SCALE))
