"""Random partial transactions: of each fact, the classes of values that the chapter tells apart and are still possible.

The cells are written from the law by hand, finer than it needs and apart from the compiler's own, so that a class that the
compiler got wrong is found out.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from math import prod
from typing import Any

from levcheck.law import vocabulary as v
from levcheck.law.logic.facts import Possible

DAY = timedelta(days=1)
IN_FORCE, FEDERAL = date(2024, 3, 13), date(2025, 1, 1)
NUMBER_CELLS: dict[str, list[tuple[Any, Any]]] = {
    "transaction.date": [(date(2024, 1, 1), IN_FORCE - DAY), (IN_FORCE, FEDERAL - DAY), (FEDERAL, date(2026, 12, 31))],
    "vehicle.model_year": [(1990, 2024), (2025, 2025), (2026, 2028), (2029, 2050)],
    "vehicle.gvwr_lb": [(1, 8_500), (8_501, 14_000), (14_001, 50_000)],
    "vehicle.mileage": [(0, 7_499), (7_500, 500_000)],
}
CHOICE_CELLS: dict[str, list[Any]] = {
    "transaction.type": ["sale", "rental"],
    "transaction.state": ["VA", "NC"],
    "destination.state": ["VA", "MD"],
    "destination.country": ["US", "CA"],
}
Cell = Any


def cells(fact: str) -> list[Cell]:
    """One cell for each class of values that may matter."""
    return NUMBER_CELLS.get(fact) or CHOICE_CELLS.get(fact) or list(v.BY_NAME[fact].values)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Partial:
    """Of each fact, the cells that are still possible."""

    cells: Mapping[str, tuple[Cell, ...]]

    @property
    def size(self) -> int:
        """How many completions there are, one representative a cell."""
        return prod(len(left) for left in self.cells.values())

    @property
    def open(self) -> list[str]:
        """The facts with more than one cell left."""
        return [fact for fact, left in self.cells.items() if len(left) > 1]

    @property
    def possible(self) -> dict[str, Possible]:
        """The same, as the law reads it."""
        return {
            fact: Possible(intervals=tuple(left)) if fact in NUMBER_CELLS else Possible(choices=frozenset(left))
            for fact, left in self.cells.items()
        }

    def completions(self, rng: random.Random) -> Iterator[dict[str, Any]]:
        """Every completion: one cell a fact, and of a cell on a line either end."""
        names = list(self.cells)
        for chosen in product(*self.cells.values()):
            yield {
                name: rng.choice(cell) if name in NUMBER_CELLS else cell for name, cell in zip(names, chosen, strict=True)
            }


# Values that keep a transaction within the chapter's reach, so that most walks go deep.
DEEP: dict[str, tuple[Cell, ...]] = {
    "transaction.state": ("VA",),
    "transaction.date": tuple(NUMBER_CELLS["transaction.date"][1:]),
    "vehicle.model_year": tuple(NUMBER_CELLS["vehicle.model_year"][1:]),
    "vehicle.gvwr_lb": tuple(NUMBER_CELLS["vehicle.gvwr_lb"][:2]),
    "vehicle.mileage": tuple(NUMBER_CELLS["vehicle.mileage"][:1]),
    "vehicle.vehicle_type": v.VEHICLE_TYPES[:4],
    "vehicle.kind": ("vehicle",),
    "transaction.transfer": ("ordinary",),
    "vehicle.off_highway_only": (False,),
    "vehicle.authorized_emergency_vehicle": (False,),
    "vehicle.military_tactical_vehicle": (False,),
    "vehicle.certification.california": (False,),
    "destination.country": ("US",),
    "relocation": (False,),
}


def random_partial(rng: random.Random, largest: int = 4_096) -> Partial:
    """A random partial transaction with at most `largest` completions."""
    deep = rng.random() < 0.7
    left: dict[str, tuple[Cell, ...]] = {}
    facts = list(v.BY_NAME)
    for fact in facts:
        pool = DEEP[fact] if deep and fact in DEEP and rng.random() < 0.9 else tuple(cells(fact))
        left[fact] = (rng.choice(pool),)
    for fact in rng.sample(facts, rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 8))):
        everything = cells(fact)
        some = everything if rng.random() < 0.7 else rng.sample(everything, rng.randint(1, len(everything)))
        wider = {**left, fact: tuple(sorted(some, key=str))}
        if prod(map(len, wider.values())) <= largest:
            left = wider
    return Partial(left)
