"""How a certificate is set so that its page prints on one sheet: an estimate of its height, for HTML cannot measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from .qr import Code
from .sheet import Item, Row, Sheet

PAGE_POINTS = 756.0
LEFT_POINTS, RIGHT_POINTS, FULL_POINTS = 328.0, 187.0, 470.0
CHARACTER = 0.48
"""The mean width of a character, in ems."""
HEADING = 2.8
MOVABLE = ("documents", "duties", "notes")
"""The lists that go into whichever column is shorter."""


@dataclass(frozen=True)
class Density:
    """How tightly print is set: its name in the style sheet, the size in points, the height of a line in ems."""

    name: str
    size: float
    line: float

    def text(self, length: int, points: float, size: float = 1.0) -> float:
        """The height of a text of so many characters, in ems."""
        return max(1, ceil(length * CHARACTER * self.size * size / points)) * self.line * size


DENSITIES = (
    Density("roomy", 8.5, 1.27),
    Density("snug", 8.1, 1.23),
    Density("tight", 7.7, 1.2),
    Density("tighter", 7.3, 1.17),
)
"""As `certificate.css` sets them."""


@dataclass(frozen=True)
class Fit:
    """The density, the movable lists that go left, and the height in pages."""

    density: Density
    left: tuple[str, ...]
    pages: float


def fit(sheet: Sheet, code: Code | None) -> Fit:
    """The roomiest setting that stays on one page; the tightest if none does."""
    tried = [_tried(sheet, code, density) for density in DENSITIES]
    return next((one for one in tried if one.pages <= 1), tried[-1])


def _tried(sheet: Sheet, code: Code | None, d: Density) -> Fit:
    left, right = _left(sheet, d), _right(sheet, code, d)
    goes_left = []
    for name in MOVABLE:
        items, size = getattr(sheet, name), 0.88 if name == "notes" else 1.0
        if left <= right:
            goes_left.append(name)
            left += _items(items, d, LEFT_POINTS, size)
        else:
            right += _items(items, d, RIGHT_POINTS, size)
    return Fit(d, tuple(goes_left), (_around(sheet, d) + max(left, right)) * d.size / PAGE_POINTS)


def _around(sheet: Sheet, d: Density) -> float:
    """The head, the banner, the verdict and the foot."""
    banner = 4.2 + d.text(len(sheet.ended.sentence), FULL_POINTS) if sheet.ended else 0.0
    verdict = 5.3 + d.text(len(sheet.summary), FULL_POINTS, 1.12) + (0 if sheet.permits else 1.12 * d.line + 0.2)
    return 4.2 + banner + verdict + 1.4 + 2 * 0.86 * d.line


def _left(sheet: Sheet, d: Density) -> float:
    rows = _rows(sheet.identity, d) + HEADING + HEADING + _rows(sheet.facts, d)
    unknown = ", ".join(row.name for row in sheet.unknown)
    rows += (0.3 + d.text(len(unknown) + 12, LEFT_POINTS) if unknown else 0) + (0.86 * d.line if sheet.turns else 0)
    if sheet.presumed:
        rows += HEADING + 0.86 * d.line + (len(sheet.presumed) + 1) // 2 * (0.9 * d.line + 0.12)
    law = HEADING + sum(d.line + d.text(len(item.text), LEFT_POINTS) + 0.28 for item in sheet.provisions)
    others = (sheet.questions, sheet.remedies, sheet.conflicts, sheet.warnings)
    return rows + law + sum(_items(items, d, LEFT_POINTS) for items in others)


def _right(sheet: Sheet, code: Code | None, d: Density) -> float:
    told = d.text(len(sheet.about_code), RIGHT_POINTS, 0.86) if sheet.address else 4 * 0.86 * d.line
    height = 0.9 + (code.side_mm * 72 / 25.4 / d.size + 0.5 if code else 0.0) + told
    height += HEADING + sum(d.text(len(row.value), RIGHT_POINTS * 0.7, 0.93) + 0.12 for row in sheet.record)
    scopes = sum(d.text(len(scope), RIGHT_POINTS, 0.86) for _, scope, _, _ in sheet.readings)
    return height + HEADING + len(sheet.readings) * (d.line + 0.31) + scopes


def _rows(rows: Iterable[Row], d: Density) -> float:
    return sum(d.text(len(row.value), LEFT_POINTS * 0.45) + 0.4 for row in rows)


def _items(items: Sequence[Item], d: Density, points: float, size: float = 1.0) -> float:
    if not items:
        return 0.0
    texts = sum(d.text(len(f"{item.lead} {item.text} {item.source}"), points, size) + 0.28 * size for item in items)
    return HEADING * size + texts
