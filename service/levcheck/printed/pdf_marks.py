"""What a PDF of a certificate shows beside text: a sign for each verdict, the QR code, the mark of a record that ended."""

from __future__ import annotations

from math import cos, pi, sin

from fpdf import FPDF

from .pdf_flow import PAGE
from .pdf_text import MM_PER_POINT, SANS
from .qr import QUIET, Code

OVERLAP = 0.02
"""Of a module: rows that only touch would leave hairlines between them on a screen."""
_CORNERS = {"prohibited": (8, pi / 8), "undetermined": (4, 0.0)}


def sign(pdf: FPDF, verdict: str, center: tuple[float, float], radius: float, color: str) -> None:
    """A check in a disc, a cross in an octagon, a question mark in a diamond: each verdict has its own shape."""
    x, y = center
    pdf.set_fill_color(color)
    if verdict in _CORNERS:
        count, turn = _CORNERS[verdict]
        angles = [turn + 2 * pi * n / count for n in range(count)]
        pdf.polygon([(x + radius * cos(a), y + radius * sin(a)) for a in angles], style="F")
    else:
        pdf.circle(x, y, radius, style="F")
    pdf.set_draw_color("#ffffff")
    pdf.set_line_width(radius * 0.24)
    if verdict == "permitted":
        check = ((-0.47, 0.03), (-0.13, 0.37), (0.48, -0.34))
        pdf.polyline([(x + right * radius, y + down * radius) for right, down in check])
    elif verdict == "prohibited":
        arm = 0.4 * radius
        pdf.line(x - arm, y - arm, x + arm, y + arm)
        pdf.line(x - arm, y + arm, x + arm, y - arm)
    else:
        pdf.set_font(SANS, "B", radius * 1.25 / MM_PER_POINT)
        pdf.set_text_color("#ffffff")
        pdf.text(x - pdf.get_string_width("?") / 2, y + radius * 0.44, "?")


def qr(pdf: FPDF, code: Code, at: tuple[float, float]) -> None:
    """The code at its printed size, on white, as runs of dark modules."""
    left, top = at
    pdf.set_fill_color("#ffffff")
    pdf.rect(left, top, code.side_mm, code.side_mm, style="F")
    pdf.set_fill_color("#000000")
    step = code.module_mm
    for row, modules in enumerate(code.rows):
        column = 0
        while column < len(modules):
            start = column
            while column < len(modules) and modules[column]:
                column += 1
            if column > start:
                corner = left + (start + QUIET) * step, top + (row + QUIET) * step
                pdf.rect(*corner, (column - start) * step, step * (1 + OVERLAP), style="F")
            column += 1


def watermark(pdf: FPDF, word: str, color: str) -> None:
    """The word across the whole page, faint enough to read through."""
    size = 100.0
    pdf.set_font(SANS, "B", size)
    size *= 235 / pdf.get_string_width(word)
    pdf.set_font(SANS, "B", size)
    x, y = PAGE[0] / 2, PAGE[1] / 2
    with pdf.local_context(fill_opacity=0.13, text_color=color), pdf.rotation(52, x, y):
        pdf.text(x - pdf.get_string_width(word) / 2, y + size * MM_PER_POINT * 0.36, word)
