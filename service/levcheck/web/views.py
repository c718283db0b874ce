"""What is shown of a judged list: the vehicles of one verdict, those that hold a text, their order, one page of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from .stock import VERDICTS, Unit

ON_A_PAGE = 100


def _miles(unit: Unit) -> Decimal:
    """The odometer as a number; without one, before all others."""
    try:
        return Decimal(unit.mileage.replace(",", ""))
    except InvalidOperation:
        return Decimal(-1)


_KEYS: dict[str, Callable[[Unit], Any]] = {
    "line": lambda unit: unit.line,
    "model": lambda unit: (unit.model.casefold(), unit.outcome.year),
    "verdict": lambda unit: VERDICTS.index(unit.outcome.verdict),
    "mileage": _miles,
    "certification": lambda unit: unit.outcome.certification,
}
SORTS = tuple(_KEYS)
"""What a list can be ordered by; with a hyphen before it, the other way round."""


@dataclass(frozen=True)
class Page:
    """The vehicles of one page, how many the view has in all, and this page's number of so many."""

    units: Sequence[Unit]
    found: int
    number: int
    pages: int


@dataclass(frozen=True)
class View:
    """Which vehicles are shown, in which order. Empty texts choose all; the page counts from 1."""

    verdict: str = ""
    search: str = ""
    sort: str = "line"
    number: int = 1

    @classmethod
    def of(cls, form: Mapping[str, str]) -> View:
        """The view that a form asks for; what it cannot have is passed over."""
        sort = form.get("resort") or form.get("sort", "")
        number = form.get("page", "")
        return cls(
            form["verdict"] if form.get("verdict") in VERDICTS else "",
            form.get("search", "").strip()[:100],
            sort if sort.removeprefix("-") in SORTS else "line",
            int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
        )

    @property
    def sorted_by(self) -> str:
        """What orders the vehicles, whichever way round."""
        return self.sort.removeprefix("-")

    def next_sort(self, name: str) -> str:
        """What pressing a header orders by: its column, and the other way round when it does already."""
        return f"-{name}" if self.sort == name else name

    def page_of(self, units: Sequence[Unit]) -> Page:
        """The page of this view; the last one where there are fewer."""
        found = sorted(filter(self._has, units), key=_KEYS[self.sorted_by], reverse=self.sort.startswith("-"))
        pages = max(1, -(-len(found) // ON_A_PAGE))
        number = min(max(1, self.number), pages)
        return Page(found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE], len(found), number, pages)

    def _has(self, unit: Unit) -> bool:
        text = f"{unit.vin} {unit.reference} {unit.outcome.year} {unit.model}".casefold()
        return self.verdict in ("", unit.outcome.verdict) and self.search.casefold() in text
