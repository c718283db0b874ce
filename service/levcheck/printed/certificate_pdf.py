"""A certificate as a PDF, US Letter: one page for ordinary results; code, verdict and vehicle are always on the first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fpdf import FPDF

from . import pdf_marks
from . import sheet as words
from .pdf_flow import BOTTOM, MARGIN, PAGE, RULE, TOP, Column, Layout
from .pdf_text import MONO, Face, Run, latin
from .qr import Code, code
from .sheet import Item, Row, Sheet

INK, SOFT, BLUE, ENDED = "#1c2127", "#505a66", "#24364b", "#8a1230"
COLORS = {"permitted": ("#17693a", "#e9f4ed"), "prohibited": ("#a51c1c", "#fbeceb"), "undetermined": ("#7a4f00", "#fcf3df")}
GREY = ("#4d545c", "#eef0f2")
INNER = PAGE[0] - 2 * MARGIN
LEFT, GAP = 119.0, 8.0
SCALES = (1.0, 0.96, 0.92, 0.88, 0.84, 0.8)
"""Tried in turn until the text fits one page; what fits none is set at the third, on more pages."""

BODY, SMALL, LABEL = Face(8.3), Face(7.3, "", SOFT), Face(7.8, "", SOFT)
VALUE, MARK = Face(8.5, "B"), Face(7, "B", "#7a4f00")


def document(sheet: Sheet) -> bytes:
    """The sheet as a PDF; its bytes depend on nothing else."""
    qr = code(sheet.coded)
    layout = next((made for made in (_layout(sheet, qr, scale) for scale in SCALES) if len(made.pages) == 1), None)
    layout = layout or _layout(sheet, qr, SCALES[2])
    pdf = FPDF(unit="mm", format="letter")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(datetime.fromisoformat(sheet.recorded_at))
    pdf.set_title(latin(f"{words.TITLE} {sheet.id}"))
    pdf.set_subject(latin(f"{words.CHAPTER}: {sheet.ended.word if sheet.ended else sheet.verdict}"))
    pdf.set_lang("en-US")
    for number, strokes in enumerate(layout.pages, 1):
        pdf.add_page()
        if sheet.ended:
            pdf_marks.watermark(pdf, sheet.ended.word.upper(), ENDED)
        for stroke in strokes:
            stroke(pdf)
        foot = Layout()
        _foot(foot, sheet, f"Page {number} of {len(layout.pages)}")
        for stroke in foot.pages[0]:
            stroke(pdf)
    return bytes(pdf.output())


def _layout(sheet: Sheet, qr: Code | None, scale: float) -> Layout:
    layout = Layout()
    top = _top(layout, sheet)
    left = Column(layout, MARGIN, LEFT, top, scale)
    side = qr.side_mm if qr else 0.0
    right_width = max(INNER - LEFT - GAP, side)
    right = Column(layout, PAGE[0] - MARGIN - right_width, right_width, top + 3.0, scale)
    _left(left, sheet)
    _right(right, sheet, qr)
    _items(_shorter(left, right), "Documents to keep", sheet.documents)
    _items(_shorter(left, right), "Duties", sheet.duties)
    _items(_shorter(left, right), "Notes", sheet.notes, Face(7.2))
    return layout


def _shorter(*columns: Column) -> Column:
    return min(columns, key=lambda column: (column.page, column.y))


def _top(layout: Layout, sheet: Sheet) -> float:
    """The head, the banner of a record that ended, and the verdict; returns where they end."""
    head = Column(layout, MARGIN, INNER, TOP)
    head.row([(0, 120, words.TITLE, Face(17, "B", BLUE)), (INNER, -65, sheet.issuer, Face(12, "B", BLUE))], 0.6)
    head.row([(0, 120, words.CHAPTER, Face(9, "", SOFT)), (INNER, -80, sheet.id, Face(8, "", SOFT, MONO))], 1.4)
    layout.rule(0, (MARGIN, head.y), INNER, BLUE, 0.5)
    head.y += 3.4
    if sheet.ended:
        start, place = head.y, len(layout.pages[0])
        inner = Column(layout, MARGIN + 4, INNER - 8, start + 2.4)
        inner.paragraph([(sheet.ended.word.upper(), Face(13, "B", "#ffffff"))], after=0.4)
        inner.paragraph([(sheet.ended.sentence, Face(8.6, "", "#ffffff"))])
        _behind(layout, place, (start, inner.y + 2.2 - start), [(MARGIN, INNER, ENDED)])
        head.y = inner.y + 4.6
    dark, tint = GREY if sheet.ended else COLORS[sheet.verdict]
    start, place = head.y, len(layout.pages[0])
    inner = Column(layout, MARGIN + 22, INNER - 27, start + 3)
    word = sheet.verdict.upper() + (f"  ({sheet.ended.word})" if sheet.ended else "")
    inner.paragraph([(word, Face(20, "B", dark))], after=0.2)
    inner.paragraph([(sheet.summary, Face(10))])
    if not sheet.permits:
        inner.space(0.8)
        inner.paragraph([(words.PERMITS_NOTHING, Face(9.5, "B", dark))])
    tall = max(inner.y + 3 - start, 20.0)
    _behind(layout, place, (start, tall), [(MARGIN, INNER, tint), (MARGIN, 1.6, dark)])
    center = (MARGIN + 11.8, start + min(tall / 2, 12.0))
    layout.draw(0, lambda pdf: pdf_marks.sign(pdf, sheet.verdict, center, 6.6, dark))
    return start + tall + 0.8


def _behind(layout: Layout, place: int, span: tuple[float, float], boxes: Sequence[tuple[float, float, str]]) -> None:
    """Put boxes behind what was laid out from `place` on; a watermark still shows at their right."""
    late = layout.pages[0][place:]
    del layout.pages[0][place:]
    for x, wide, color in boxes:
        layout.box(0, (x, span[0]), (wide, span[1]), color)
    layout.pages[0] += late


def _left(column: Column, sheet: Sheet) -> None:
    column.heading("Vehicle and transaction")
    _rows(column, sheet.identity)
    if sheet.facts or sheet.unknown:
        column.heading("Other facts")
        _rows(column, sheet.facts)
    if sheet.unknown:
        column.paragraph(
            [("Not known:", LABEL), (f" {', '.join(row.name for row in sheet.unknown)}", Face(8.3, "I"))], after=0.8
        )
    if sheet.turns:
        column.paragraph([(words.TURNS_ON_MEANS, SMALL)])
    if sheet.presumed:
        column.heading("Presumed facts")
        column.paragraph([(words.PRESUMED_MEANS, SMALL)], after=0.6)
        half = (len(sheet.presumed) + 1) // 2
        for n in range(half):
            column.row(
                [cell for x, row in zip((0, 60.5), sheet.presumed[n::half], strict=False) for cell in _pair(x, row)], 0.7
            )
    _items(column, "What the law says", sheet.provisions, above=True)
    _items(column, "Still needed for a verdict", sheet.questions)
    _items(column, "What would change the verdict", sheet.remedies)
    _items(column, "Sources that disagree", sheet.conflicts)
    _items(column, "Warnings", sheet.warnings)


def _pair(x: float, row: Row) -> list[tuple[float, float, str, Face]]:
    """A presumed fact in half a column, marked as one."""
    return [(x, 33.5, row.name, Face(7.4, "", SOFT)), (x + 34, 24.5, f"{row.value} (presumed)", Face(7.4, "I"))]


def _rows(column: Column, rows: Sequence[Row]) -> None:
    for row in rows:
        value = VALUE if row.known else Face(8.3, "I")
        value = (
            Face(9.5, "B", INK, MONO) if row.label == "VIN" and row.known else Face(7.6) if len(row.value) > 60 else value
        )
        mark = MARK if row.presumed else SMALL
        column.row([(0, 35, row.name, LABEL), (36, 58, row.value, value), (LEFT, -24, row.source, mark)], 0.55)
        column.layout.rule(column.page, (column.x, column.y), column.width, RULE, 0.1)
        column.space(0.45)


def _items(column: Column, heading: str, items: Sequence[Item], body: Face = BODY, above: bool = False) -> None:
    """A list of paragraphs; what leads an item runs into its text, or stands above it."""
    if items:
        column.heading(heading)
    for item in items:
        runs: list[Run] = [(item.lead if above else f"{item.lead}.", Face(body.size, "B", body.color))] if item.lead else []
        if above:
            column.room(16 * column.scale)
            column.paragraph(runs)
            runs = []
        source = [(f" ({item.source})", Face(body.size * 0.9, "", SOFT))] if item.source else []
        column.paragraph([*runs, (f" {item.text}", body), *source], after=1.1)


def _right(column: Column, sheet: Sheet, qr: Code | None) -> None:
    if qr:
        at = (column.x + (column.width - qr.side_mm) / 2, column.y)
        column.layout.draw(0, lambda pdf: pdf_marks.qr(pdf, qr, at))
        column.y += qr.side_mm + 1.0
    column.paragraph([(sheet.about_code if qr else words.NO_CODE, SMALL)])
    column.heading("Record")
    for row in sheet.record:
        face = Face(6.5, "", INK, MONO) if row.label in ("Record", "Ruleset", "Supersedes") else Face(7.8)
        face = Face(7.8, "B", ENDED) if row.label == "Status" and sheet.ended else face
        column.row([(0, 16, row.label, SMALL), (16.2, column.width - 16.2, row.value, face)], 0.7)
    column.heading("Verdict under each reading")
    for name, scope, verdict, used in sheet.readings:
        told = f"{verdict}, {words.USED}" if used else verdict
        column.row(
            [(0, 28, name, Face(7.8, "B" if used else "")), (column.width, -35, told, Face(7.8, "B" if used else ""))], 0.1
        )
        if scope:
            column.paragraph([(scope, Face(6.9, "", SOFT))], after=0.9)


def _foot(layout: Layout, sheet: Sheet, page: str) -> None:
    layout.rule(0, (MARGIN, BOTTOM + 2.0), INNER, BLUE, 0.25)
    column = Column(layout, MARGIN, INNER, BOTTOM + 3.2, floor=PAGE[1])
    column.row([(0, 138, words.FOOT, Face(7, "", SOFT)), (INNER, -50, f"{page} {sheet.id}", Face(6.4, "", SOFT, MONO))], 0)
