"""Columns that the evidence reads together, and how a group's cells become the key's bits: by asking the evidence itself.

No rule of the evidence is written here again. A few texts stand for all others that the law cannot tell apart from them
(every word; of a number, the least of each band). Each combination of them is read once, as the request that it makes, and
what the reader finds is looked up ever after.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any, TypeAlias

from ..api import texts
from ..evidence import reader
from ..evidence.registry import Registry
from ..law import vocabulary as v
from ..law.logic.facts import Fact, Quantity, WholeNumber
from . import keys

Answer: TypeAlias = "int | dict[str, str]"
"""The key's bits, or what is wrong with the texts, by path."""
BLANK = ""
CERTIFICATES = (texts.VIN, texts.LABEL, texts.ORDER, texts.TEST_GROUP)
"""What tells of several facts at once and is none of a few words."""


@dataclass(frozen=True)
class Group:
    """`paths` that are read together, and the `facts` that they tell."""

    paths: tuple[str, ...]
    facts: tuple[Fact, ...]


_CLASS_AND_WEIGHT = (v.vehicle_type, v.gvwr)
_TOGETHER = (
    Group((v.act.name, v.contract.name), (v.act, v.contract)),
    Group((v.vehicle_type.name, v.gvwr.name), _CLASS_AND_WEIGHT),
    Group((v.mileage.name, texts.UNIT), (v.mileage,)),
    Group((v.relocation.name, *texts.RELOCATION), (v.relocation,)),
    Group((texts.READING,), ()),
)
_GROUPED = {fact for group in _TOGETHER for fact in group.facts}
GROUPS = (*_TOGETHER, *(Group((fact.name,), (fact,)) for fact in v.FACTS if fact not in _GROUPED))
"""How a row without certificates is read: every fact in one group."""
_CERTIFIED_FACTS = (v.model_year, *_CLASS_AND_WEIGHT, v.california, v.federal)
CERTIFIED = Group((*CERTIFICATES, *(fact.name for fact in _CERTIFIED_FACTS)), _CERTIFIED_FACTS)
"""What its certificates and these facts' own columns tell of a vehicle; without certificates, `PLAIN` tells the same."""
PLAIN = tuple(group for group in GROUPS if set(group.facts) & set(_CERTIFIED_FACTS))
REST = tuple(group for group in GROUPS if group not in PLAIN)
PATHS = tuple(dict.fromkeys(path for group in (*REST, CERTIFIED) for path in group.paths))
"""Every path that has a say in the verdict."""


class Asked:
    """The evidence, asked for the bits of groups: `most` of its answers are kept."""

    def __init__(self, *, today: date, registry: Registry, reading: str, most: int = 200_000) -> None:
        self.today, self.registry, self.reading, self.most = today, registry, reading, most
        self._answers: dict[tuple[tuple[str, ...], tuple[str, ...]], Answer] = {}

    def bits(self, group: Group, cells: tuple[str, ...]) -> Answer:
        """The key's bits of a group by its texts, one for each path, blank where there is none."""
        asked = (group.paths, cells)
        answer = self._answers.get(asked)
        if answer is None:
            if len(self._answers) >= self.most:
                self._answers.clear()
            answer = self._answers[asked] = self._read(group, cells)
        return answer

    def _read(self, group: Group, cells: tuple[str, ...]) -> Answer:
        told = {path: text for path, text in zip(group.paths, cells, strict=True) if text != BLANK}
        try:
            _, request = texts.request_of(told)
        except texts.Unreadable as error:
            return error.faults
        bits = keys.packed(reader.read(request, today=self.today, registry=self.registry).possible, group.facts)
        return bits | keys.of_reading(request.get("reading") or self.reading) if texts.READING in group.paths else bits

    def every_answer(self, group: Group, present: Iterable[str]) -> dict[tuple[str, ...], int]:
        """The bits for every combination of texts that stand for all, of the paths that are `present`; others are blank."""
        there = set(present)
        each = (representatives(path) if path in there else (BLANK,) for path in group.paths)
        answers = {cells: self.bits(group, cells) for cells in product(*each)}
        return {cells: bits for cells, bits in answers.items() if isinstance(bits, int)}


def representatives(path: str) -> tuple[str, ...]:
    """The texts that stand for all that an engine reads by itself at this path."""
    if path in CERTIFICATES or path == v.relocation.name or path in texts.RELOCATION:
        return (BLANK,)
    return (BLANK, *map(str, edges(path)), *texts.words_of(path))


@cache
def edges(path: str) -> tuple[Any, ...]:
    """The least value of each band of a number or a date, the first being the least of all; none of what is neither.

    Between two edges neither the law nor the reading of evidence sees a difference.
    """
    fact = v.BY_NAME.get(path)
    if not isinstance(fact, Quantity):
        return ()
    found: set[Any] = {fact.least, *next(p.cuts for p in keys.PARTITIONS if p.name == path)}
    if fact is v.mileage:
        found |= {cut * reader.KM_PER_MILE for cut in found}
    if fact is v.gvwr:
        found |= {edge for low, high in v.CLASS_WEIGHTS.values() for edge in (low, high + 1)}
    return tuple(sorted(edge for edge in found if edge <= fact.most))


def stand_in(path: str, text: str, among: tuple[Any, ...]) -> str:
    """The text of what stands for this number or date between the same edges; the text itself if it is neither."""
    number: Any = _plain_day(text) if path == v.day.name else texts.value_of(path, text)
    fact: Any = v.BY_NAME[path]
    if isinstance(number, bool) or not isinstance(number, int | Decimal | date) or not fact.least <= number <= fact.most:
        return text
    if isinstance(fact, WholeNumber) and isinstance(number, Decimal) and number % 1:
        return text
    return str(among[bisect_right(among, number) - 1])


def _plain_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
