"""A PDF laid out before it is drawn: columns that flow over as many pages as they need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from fpdf import FPDF

from .pdf_text import MM_PER_POINT, Face, Line, Run, lines, width

PAGE = (215.9, 279.4)
MARGIN = 13.0
TOP, BOTTOM = 11.0, PAGE[1] - 18.0
RULE = "#c9ced6"
LEADING = 1.24


@dataclass
class Layout:
    """What is to be drawn on each page, in order."""

    pages: list[list[Callable[[FPDF], None]]] = field(default_factory=lambda: [[]])

    def draw(self, page: int, stroke: Callable[[FPDF], None]) -> None:
        while len(self.pages) <= page:
            self.pages.append([])
        self.pages[page].append(stroke)

    def line(self, page: int, at: tuple[float, float], line: Line) -> None:
        """One line of text, `at` its left end on the baseline."""
        for x, text, face in line:
            self.draw(page, lambda pdf, x=x, text=text, face=face: _write(pdf, at[0] + x, at[1], text, face))  # type: ignore[misc]

    def box(self, page: int, at: tuple[float, float], size: tuple[float, float], color: str) -> None:
        """A filled rectangle."""

        def stroke(pdf: FPDF) -> None:
            pdf.set_fill_color(color)
            pdf.rect(*at, *size, style="F")

        self.draw(page, stroke)

    def rule(self, page: int, at: tuple[float, float], length: float, color: str = RULE, thick: float = 0.15) -> None:
        """A horizontal line."""
        self.box(page, (at[0], at[1] - thick / 2), (length, thick), color)


def _write(pdf: FPDF, x: float, y: float, text: str, face: Face) -> None:
    face.set_on(pdf)
    pdf.text(x, y, text)


@dataclass
class Column:
    """A column of text: it goes on at the top of the next page when a block does not fit on this one."""

    layout: Layout
    x: float
    width: float
    y: float
    scale: float = 1.0
    page: int = 0
    floor: float = BOTTOM

    def room(self, height: float) -> None:
        """Go to the next page unless this much fits here."""
        if self.y + height > self.floor and self.y > TOP:
            self.page, self.y = self.page + 1, TOP

    def space(self, height: float) -> None:
        self.y += height * self.scale

    def heading(self, text: str, below: float = 12.0) -> None:
        """A heading with a rule under it, which stays with what is below it."""
        self.space(3.0)
        self.room(below * self.scale)
        self.paragraph([(text, Face(8.6, "B", "#24364b"))])
        self.space(0.7)
        self.layout.rule(self.page, (self.x, self.y), self.width, "#24364b", 0.25)
        self.space(1.1)

    def paragraph(self, runs: Sequence[Run], indent: float = 0.0, after: float = 0.0) -> None:
        """A paragraph; its lines are kept together."""
        scaled = [(text, face.scaled(self.scale)) for text, face in runs]
        high = max(face.size for _, face in scaled) * MM_PER_POINT
        for line in self._kept(lines(scaled, self.width - indent), high * LEADING):
            self.layout.line(self.page, (self.x + indent, self.y + high * 0.95), line)
            self.y += high * LEADING
        self.space(after)

    def _kept(self, made: list[Line], step: float) -> Iterable[Line]:
        self.room(step * min(len(made), 12))
        for line in made:
            self.room(step)
            yield line

    def row(self, cells: Sequence[tuple[float, float, str, Face]], after: float) -> None:
        """Cells side by side: where each begins, how wide it is; one of negative width ends there, aligned right."""
        made = []
        for x, wide, text, face in cells:
            scaled = face.scaled(self.scale)
            made.append((x, wide, lines([(text, scaled)], abs(wide)), scaled.size * MM_PER_POINT))
        high = max(size for *_, size in made)
        tall = max(len(broken) * size * LEADING for _, _, broken, size in made)
        self.room(tall)
        for x, wide, broken, size in made:
            for n, line in enumerate(broken):
                left = x - sum(width(text, face) for _, text, face in line) if wide < 0 else x
                self.layout.line(self.page, (self.x + left, self.y + high * 0.95 + n * size * LEADING), line)
        self.y += tall
        self.space(after)
