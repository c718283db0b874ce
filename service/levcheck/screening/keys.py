"""What is possible of every fact as one whole number, the key: each fact's classes as bits, side by side, and the reading.

A key is all that the law reads of a row. It fits an engine's 64-bit integer, so that a table carries it as one column and
equal rows are found by comparing numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate

from ..law.current import LAW
from ..law.logic.facts import Fact, Possible

PARTITIONS = LAW.diagram.partitions
OFFSETS = tuple(accumulate((p.size for p in PARTITIONS), initial=0))[:-1]
"""For each fact of the diagram, the place of its first class among the key's bits."""
READING = sum(p.size for p in PARTITIONS)
"""The place of the reading, a number among `LAW.readings`, above the facts."""
_LEVELS = {p.name: level for level, p in enumerate(PARTITIONS)}

if READING + len(LAW.readings).bit_length() > 63:  # no assertion: it has to hold under -O too
    raise ValueError(f"the law tells {READING} classes apart, more than a key of 63 bits holds: it needs a second column")


def packed(possible: Mapping[str, Possible], facts: Iterable[Fact]) -> int:
    """The key's bits of these facts."""
    return sum(PARTITIONS[level].mask(possible[PARTITIONS[level].name]) << OFFSETS[level] for level in _levels(facts))


def of_reading(name: str) -> int:
    """The key's bits of a reading."""
    return LAW.readings.index(name) << READING


def masks(key: int) -> tuple[int, ...]:
    """A key's masks, in the diagram's order."""
    return tuple([key >> offset & p.all for offset, p in zip(OFFSETS, PARTITIONS, strict=True)])


def reading(key: int) -> str:
    """A key's reading."""
    return LAW.readings[key >> READING]


def _levels(facts: Iterable[Fact]) -> list[int]:
    return [_LEVELS[fact.name] for fact in facts]
