"""Tables that people send: every usual kind is read, each row keeps its line, and what cannot be read is told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from evidence.tables import write_xlsx
from levcheck.web import rows
from levcheck.web.rows import NoTable, Row, Table, of_file, of_text
from levcheck.web.uploads import Uploads
from web.workbooks import locked, sheet, sheets

pytestmark = pytest.mark.slow
VINS = ("2HGFE4F86SH011469", "1FTEW3LP9SKE98169")
HEADER = ("VIN", "Stock #", "Miles")
ROWS = ((VINS[0], "A 1", "12"), (VINS[1], "A 2", "7,499.5"))


def read(content: bytes) -> Table:
    return of_file(content, Uploads(within_s=60))


def fault(content: bytes) -> tuple[str, int]:
    with pytest.raises(NoTable) as raised:
        read(content)
    return raised.value.fault, raised.value.line


def cells(table: Table) -> tuple[tuple[str, ...], ...]:
    return tuple(row.cells for row in table.rows)


def written(delimiter: str, end: str) -> str:
    return "".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) + end for row in (HEADER, *ROWS)
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_usual_file_is_read(delimiter: str, end: str, encoding: str) -> None:
    """CSV with commas, semicolons, tabs or bars, any line ends, with or without a byte order mark, is the same table."""
    table = read(written(delimiter, end).encode(encoding))
    assert (table.header, cells(table), table.encoding) == (HEADER, ROWS, "")
    assert [row.line for row in table.rows] == [2, 3]


def test_windows_text_is_read_and_named() -> None:
    """A file in Windows-1252 is read as such, and that this was a guess is told."""
    table = read("VIN,Note\n2HGFE4F86SH011469,Citroën – 2 000 €\n".encode("windows-1252"))
    assert table.rows[0].cells[1] == "Citroën – 2 000 €"
    assert table.encoding == "Windows-1252"


def test_quotes_keep_what_is_in_them() -> None:
    """Delimiters, line ends and doubled marks within quotation marks belong to the cell; lines are still counted."""
    table = read(b'VIN,Note\n2HGFE4F86SH011469,"red, ""new""\nsecond line"\n1FTEW3LP9SKE98169,6.5" bed\n')
    assert table.rows == (
        Row(2, (VINS[0], 'red, "new" second line')),
        Row(4, (VINS[1], '6.5" bed')),
    )


def test_torn_rows_are_told_and_the_others_read() -> None:
    """A row with text after its closing quotation mark, or with more cells than headers, is told; others are read."""
    table = read(b'VIN,Note\nA,"b" c\n2HGFE4F86SH011469,a,b\n1FTEW3LP9SKE98169,x\n')
    assert [(row.line, row.fault) for row in table.rows] == [(2, "quotes"), (3, "too_many_cells"), (4, "")]
    assert {row.fault for row in table.rows} - {""} == set(rows.ROW_FAULTS)


def test_a_quotation_mark_that_never_closes_is_told_with_its_line() -> None:
    """A mark that would swallow the rest of the file loses no row in silence: the file is refused, with the line."""
    assert fault(b'VIN,Note\n2HGFE4F86SH011469,x\n1FTEW3LP9SKE98169,"6 ft\n1FTEW3LP9SKE98169,y\n') == ("open_quote", 3)


def test_short_and_empty_rows() -> None:
    """Rows may leave out what is empty at their end; empty ones are passed over, and the others keep their lines."""
    table = read(b"VIN,Miles,Note,,\n\n2HGFE4F86SH011469,12,,,\n,,,,\n1FTEW3LP9SKE98169\n")
    assert table.header == ("VIN", "Miles", "Note")
    assert table.rows == (Row(3, (VINS[0], "12", "")), Row(5, (VINS[1], "", "")))


def test_a_title_above_the_header_is_passed_over() -> None:
    """Lines of words that a program writes above the header are no header, and neither is the first row of a bare table."""
    assert read(b"Inventory report\n06/01/2025\n\nVIN,Miles\n2HGFE4F86SH011469,12\n").header == ("VIN", "Miles")
    bare = read(b"A 1,2HGFE4F86SH011469,12\nA 2,1FTEW3LP9SKE98169,15\n")
    assert (bare.header, bare.rows[0].line, len(bare.rows)) == (("Column 1", "VIN", "Column 3"), 1, 2)
    assert read(b"VIN,,Miles\n2HGFE4F86SH011469,x,12\n").header == ("VIN", "Column 2", "Miles")


@pytest.mark.parametrize("text", ["{}\n{}", "{} {}", "{}, {}", "{}\r\n\r\n  {}  ", "VIN\n{}\n{}", "{};{};"])
def test_pasted_vins(text: str) -> None:
    """VINs that are pasted, under each other or side by side, are a table of one column."""
    table = of_text(text.format(*VINS))
    assert table.header == ("VIN",)
    assert cells(table) == tuple((vin,) for vin in VINS)


def test_a_pasted_vin_that_is_none_stays_a_row() -> None:
    """A first VIN that was copied wrongly is a row to correct, not a header that vanishes."""
    table = of_text(f"{VINS[0][:-1]}\n{VINS[1]}")
    assert cells(table) == ((VINS[0][:-1],), (VINS[1],))


def test_cells_pasted_from_a_spreadsheet() -> None:
    """What a spreadsheet program puts on the clipboard is read as the table that it is."""
    assert cells(of_text(written("\t", "\r\n"))) == ROWS


TYPED = (("VIN", "Miles", "Date", "Certified", "At"), (VINS[0], 12.0, date(2025, 6, 1), True, datetime(2025, 6, 1, 9, 30)))


def test_a_workbook_is_read(tmp_path: Path) -> None:
    """The cells of a workbook are read as a person would write them: whole numbers, days, yes and no as true and false."""
    table = read(sheet(*TYPED, (VINS[1], 7499.5, None, False, None)))
    assert table.header == TYPED[0]
    assert cells(table) == ((VINS[0], "12", "2025-06-01", "true", "2025-06-01"), (VINS[1], "7499.5", "", "false", ""))
    assert read(write_xlsx(tmp_path / "a.xlsx", [HEADER, *ROWS]).read_bytes()).rows[1] == Row(3, ROWS[1])


def test_the_lines_of_a_workbook_are_the_sheets() -> None:
    """Rows keep the number that the spreadsheet program shows, and a first sheet that is empty or hidden is passed over."""
    content = sheet((None,), (), ("Report",), (), ("VIN", "Miles"), (), (VINS[0], 12), before=((), (("VIN",), ("hidden",))))
    assert read(content) == Table(("VIN", "Miles"), (Row(7, (VINS[0], "12")),))


def test_the_sheet_with_vehicles_is_read() -> None:
    """Of several sheets the first that holds a VIN is read, whatever stands before it, and the others are named."""
    table = read(sheets(Cover=[["ABC Motors"], ["Filter", "All"]], New=[HEADER, *ROWS], Used=[HEADER, *ROWS]))
    assert (cells(table), table.unread) == (ROWS, ("Cover", "Used"))
    assert read(sheets(A=[["Return"], ["NC"]], B=[["Return"], ["VA"]])).rows == (Row(2, ("NC",)),)


def remade(change: Callable[[bytes], Iterable[bytes]]) -> bytes:
    """A workbook whose sheet was changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet((12,)))) as book, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name in book.namelist():
            content = book.read(name)
            with out.open(name, "w") as part:
                part.writelines(change(content) if name.endswith("sheet1.xml") else [content])
    return made.getvalue()


def enormous(xml: bytes) -> Iterator[bytes]:
    before, after = xml.split(b"<v>12</v>")
    yield from (before, b"<v>", *[b"0" * 2**20] * 900, b"12</v>", after)


def far_apart(xml: bytes) -> Iterator[bytes]:
    yield xml.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


@pytest.mark.parametrize("change", [enormous, far_apart])
def test_a_workbook_that_unpacks_to_far_more_is_bounded(change: Callable[[bytes], Iterable[bytes]]) -> None:
    """A workbook that is small, and enormous when it is unpacked or its cells are laid out, is given up without harm."""
    content = remade(change)
    assert len(content) < rows.MOST_BYTES
    assert fault(content)[0] in ("broken", "slow")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty"),
        (b"\n , ,\n", "empty"),
        (b"VIN,Miles\n", "no_rows"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_table"),
        (b"%PDF-1.7\n\x00\x01\x02", "not_a_table"),
        (b"VIN\n\x81\x8d", "not_a_table"),
        (b"VIN\n2HGFE4F86SH\x00011469", "not_a_table"),
        (b"PK\x03\x04 and then nothing", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "broken"),
        (locked(), "locked"),
        (sheet(), "empty"),
        (",".join(f"a{n}" for n in range(201)).encode() + b"\n1\n", "too_many_columns"),
        (b"VIN\n" + b"2HGFE4F86SH011469\n" * 10_001, "too_many_rows"),
        (sheet(("VIN",), *[(VINS[0],)] * 10_001), "too_many_rows"),
        (b"x" * 10_000_001, "too_large"),
        (b"VIN\n" + b'"' + b"x" * 200_000, "open_quote"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_table_is_told(content: bytes, expected: str) -> None:
    """Whatever cannot be read as a table, or is larger than it may be, gets a word for it."""
    assert fault(content)[0] == expected
    assert expected in rows.FAULTS


def test_a_table_is_read_again_from_its_text() -> None:
    """What a page carries along of a table is read as the same table again, with the same lines."""
    book = sheet((), ("Report",), ("VIN", "Options; all, of them"), (), (VINS[0], 'a;b,"c"\n'), (VINS[1], '"'))
    for table in (read(book), read(b"VIN;Note\r2HGFE4F86SH011469;1,5\r"), of_text(f"{VINS[0]}, {VINS[1]}")):
        again = of_text(table.text.replace("\n", "\r\n"))  # as forms send it
        assert (again, again.text) == (table, table.text)


def test_a_delimiter_is_not_mistaken() -> None:
    """Lists of options and decimal commas within cells do not pass for what divides the cells."""
    assert read(b"VIN,Options\n2HGFE4F86SH011469,a;b;c;d\n1FTEW3LP9SKE98169,a;b;c;d\n").header == ("VIN", "Options")
    assert read(b"VIN;Miles\n2HGFE4F86SH011469;7,5\n1FTEW3LP9SKE98169;8,5\n").header == ("VIN", "Miles")


def test_ten_thousand_rows_are_read() -> None:
    """A table at the bounds is read whole, as CSV and as a workbook."""
    wide = [f"Column {n}" for n in range(1, 13)]
    body = [[VINS[0], *map(str, range(11))]] * 10_000
    text = "\n".join(",".join(row) for row in (["VIN", *wide[1:]], *body))
    assert read(text.encode()) == read(sheet(["VIN", *wide[1:]], *body))
