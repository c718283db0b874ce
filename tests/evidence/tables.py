"""Tables as EPA and CARB publish them, made small."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

EPA_COLUMNS = ("Model", "Displ", "Cert Region", "Stnd", "Underhood ID", "Veh Class")
CARB_COLUMNS = ("EO #", "Date", "Test Group", "Fuels")
Rows = Sequence[Sequence[str]]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATION = '<Relationship Id="r1" Type="{office}/{kind}" Target="{target}"/>'


def epa(*rows: tuple[str, str]) -> list[list[str]]:
    """A table in the columns of EPA's list, of (region, test group) rows."""
    return [list(EPA_COLUMNS), *(["CAR", "2", region, "L3SULEV30", group, "small car"] for region, group in rows)]


def carb(*rows: tuple[str, str]) -> list[list[str]]:
    """A table in the columns of CARB's list, of (order, test group) rows."""
    return [list(CARB_COLUMNS), *([order, "4/16/2024", group, "GASOLINE"] for order, group in rows)]


def write_csv(path: Path, rows: Rows, end: str = "\n", encoding: str = "utf-8") -> Path:
    """A table as CSV with these line ends."""
    path.write_bytes("".join(",".join(row) + end for row in rows).encode(encoding))
    return path


def write_xlsx(path: Path, rows: Rows) -> Path:
    """A table as the least workbook that a spreadsheet program would open."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>" for row in rows
    )
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{sheet_type.format("sheet.main")}"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet_type.format("worksheet")}"/></Types>',
        "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return path


def _relations(kind: str, target: str) -> str:
    relation = _RELATION.format(office=_OFFICE, kind=kind, target=target)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{relation}</Relationships>'
