"""Files of certifications and Executive Orders: what is read, what is refused, what cannot be read at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from evidence.tables import carb, epa, write_csv, write_xlsx
from levcheck.evidence.imports import Row, UnreadableFile, read_file
from levcheck.evidence.orders import Order
from levcheck.evidence.registry import Certification

BOTH, CALIFORNIA, FEDERAL = "SAAAV01.0AAA", "SBBBT02.0BBB", "SCCCJ03.0CCC"
ROWS = epa(("CA", BOTH), ("FA", BOTH), ("CA", CALIFORNIA), ("FA", FEDERAL), ("FA", FEDERAL))
EXPECTED = [
    Certification(BOTH, True, True, ("all_alpha_25",), ("CAR",)),
    Certification(CALIFORNIA, True, False, ("all_alpha_25",), ("CAR",)),
    Certification(FEDERAL, False, True, ("all_alpha_25",), ("CAR",)),
]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_epas_list_as_csv(end: str, encoding: str, tmp_path: Path) -> None:
    """EPA's list as CSV is read whatever its line ends, CR alone too, and rows of one group make one entry."""
    report = read_file(write_csv(tmp_path / "all_alpha_25.csv", ROWS, end, encoding))
    assert (report.rows, report.certifications, report.orders, report.refused) == (5, EXPECTED, [], [])


def test_epas_list_as_a_workbook(tmp_path: Path) -> None:
    """EPA's list as a workbook comes to the same entries as the CSV."""
    report = read_file(write_xlsx(tmp_path / "all_alpha_25.xlsx", ROWS))
    assert (report.rows, report.certifications, report.refused) == (5, EXPECTED, [])


def test_groups_with_one_kind_of_rows_are_told(tmp_path: Path) -> None:
    """A group with rows of one region only is reported as inconsistent, and as proving nothing."""
    told = read_file(write_csv(tmp_path / "all_alpha_25.csv", ROWS)).inconsistent
    assert len(told) == 2
    assert all("proves nothing" in sentence for sentence in told)
    assert [sentence.split()[0] for sentence in told] == [CALIFORNIA, FEDERAL]
    assert ["California" in sentence for sentence in told] == [True, False]


def test_another_years_letter_is_told(tmp_path: Path) -> None:
    """A group of another model year than most of its file is reported by name, and kept as what it is."""
    rows = epa(*[(region, group) for group in (BOTH, "SDDDV01.0DDD", "TEEEV01.0EEE") for region in ("CA", "FA")])
    report = read_file(write_csv(tmp_path / "all_alpha_25.csv", rows))
    assert [sentence for sentence in report.inconsistent if sentence.startswith("TEEEV01.0EEE") and "model year" in sentence]
    assert len(report.inconsistent) == 1


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("region", "group", "words"),
    [
        ("CA", "SAAAV01.0AA", "'SAAAV01.0AA' does not have the form"),
        ("CA", "", "'' does not have the form"),
        ("CA", "SAAAV01.0AAA/SBBBT02.0BBB", "does not have the form"),
        ("CA", "IAAAV01.0AAA", "does not have the form"),
        ("CE", "SAAAV01.0AAA", "region 'CE' is neither"),
        ("", "SAAAV01.0AAA", "region '' is neither"),
        ("California", "SAAAV01.0AAA", "region 'CALIFORNIA' is neither"),
    ],
)
def test_refused_rows(region: str, group: str, words: str, suffix: str, tmp_path: Path) -> None:
    """A row that cannot be read certifies nothing, and is refused with its number in the file and the reason."""
    rows = epa(("FA", BOTH), (region, group))
    report = read_file((write_csv if suffix == "csv" else write_xlsx)(tmp_path / f"all_alpha_25.{suffix}", rows))
    assert len(report.refused) == 1
    assert report.refused[0].startswith("row 3: ")
    assert words in report.refused[0]
    assert [entry.california for entry in report.certifications] == [False]


def test_short_rows_are_refused(tmp_path: Path) -> None:
    """A row that breaks off is refused by its number and does not stop the import."""
    path = write_csv(tmp_path / "all_alpha_25.csv", [*epa(("CA", BOTH)), ["CAR", "2", "CA"], [], *epa(("FA", BOTH))[1:]])
    report = read_file(path)
    assert [sentence.split(":")[0] for sentence in report.refused] == ["row 3", "row 4"]
    assert report.certifications == [Certification(BOTH, True, True, ("all_alpha_25",), ("CAR",))]


def test_progress_sees_every_row(tmp_path: Path) -> None:
    """Whoever watches an import sees each row once."""
    seen: list[Row] = []

    def watch(rows: Sequence[Row]) -> Iterable[Row]:
        for row in rows:
            seen.append(row)
            yield row

    assert read_file(write_csv(tmp_path / "all_alpha_25.csv", ROWS), watch).rows == len(seen) == 5


@pytest.mark.parametrize("heading", ["EO #", "EO", "EO Number", "Executive Order", "executive_order", " eo  # "])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_carbs_list(heading: str, suffix: str, tmp_path: Path) -> None:
    """CARB's list, with its U+2011 hyphens, becomes orders with all the test groups that each names."""
    rows = carb(("A‑003‑0811‑1", BOTH), ("A‑003‑0811‑1", FEDERAL.lower()), ("A‑515‑0002", "SCANJ.000LRD"))
    rows[0][0] = heading
    report = read_file((write_csv if suffix == "csv" else write_xlsx)(tmp_path / f"eo list.{suffix}", rows))
    source = f"eo_list.{suffix}"
    assert report.orders == [Order("A-003-0811-1", (BOTH, FEDERAL), source), Order("A-515-0002", ("SCANJ.000LRD",), source)]
    assert (report.rows, report.refused, report.inconsistent, report.certifications) == (3, [], [], [])


@pytest.mark.parametrize("heading", ["Test Group", "Engine Family", "Test Group / Engine Family"])
def test_what_carbs_lists_call_a_family(heading: str, tmp_path: Path) -> None:
    """CARB's list of medium-duty engines names engine families where the list of vehicles names test groups."""
    rows = carb(("A‑452‑0012", "PAGIE06.0CNG"))
    rows[0] = [heading if name == "Test Group" else name for name in rows[0]]
    (order,) = read_file(write_csv(tmp_path / "eo.csv", rows)).orders
    assert (order.number, order.test_groups) == ("A-452-0012", ("PAGIE06.0CNG",))


@pytest.mark.parametrize("between", [",", "\t", ";", "|"])
def test_what_stands_between_cells(between: str, tmp_path: Path) -> None:
    """A table copied from a page, with tabs, semicolons or bars between its cells, is read as one with commas."""
    path = tmp_path / "eo.csv"
    rows = carb(("A‑003‑0811‑1", BOTH), ("A‑515‑0002", "SCANJ.000LRD"))
    path.write_text("\n".join(between.join(row) for row in rows), "utf-8")
    assert [order.number for order in read_file(path).orders] == ["A-003-0811-1", "A-515-0002"]


def test_refused_orders(tmp_path: Path) -> None:
    """Orders for parts, motorcycles and what is none, and orders without a test group, are refused with the reason."""
    rows = carb(("D-123-45", BOTH), ("M-030-0188", BOTH), ("na", BOTH), ("A-003-0811", "na"), ("A-003-0812", BOTH))
    report = read_file(write_csv(tmp_path / "eo.csv", [*rows, ["A-003-0813"]]))
    assert [sentence.split(":")[0] for sentence in report.refused] == [f"row {n}" for n in (2, 3, 4, 5, 7)]
    for sentence, word in zip(report.refused, ("part", "motorcycle", "form", "no test group", "no test group"), strict=True):
        assert word in sentence
    assert [order.number for order in report.orders] == ["A-003-0812"]


def test_an_order_of_two_years_is_told(tmp_path: Path) -> None:
    """An order that names test groups of two model years is reported as inconsistent."""
    rows = carb(("A-003-0811", BOTH), ("A-003-0811", "TEEEV01.0EEE"), ("A-003-0812", BOTH))
    assert [told.split()[0] for told in read_file(write_csv(tmp_path / "eo.csv", rows)).inconsistent] == ["A-003-0811"]


def test_a_table_of_something_else(tmp_path: Path) -> None:
    """A table without the columns is refused with the names of those that were looked for, and its own."""
    path = write_csv(tmp_path / "stock.csv", [["VIN", "Price"], ["1FTEW3LP9SKE98169", "50000"]])
    with pytest.raises(UnreadableFile) as refused:
        read_file(path)
    for word in ("stock.csv", "Cert Region", "Underhood ID", "EO #", "Test Group", "vin, price"):
        assert word in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("utf16.csv", "Cert Region,Underhood ID\n".encode("utf-16")),
        ("latin.csv", b"Cert Region,Underhood ID,\xe9\n"),
        ("empty.xlsx", b""),
        ("page.xlsx", b"<html>Access denied</html>"),
        ("text.xlsx", b"Cert Region,Underhood ID\nCA,SAAAV01.0AAA\n"),
        ("text.ods", b"Cert Region"),
        ("text.xls", b"Cert Region"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0"),
    ],
)
def test_files_that_are_no_tables(name: str, content: bytes, tmp_path: Path) -> None:
    """A file that is no table is refused with its name, and never with a traceback."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFile, match=name):
        read_file(tmp_path / name)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    """A file that is missing or is a folder is refused with its name."""
    (tmp_path / "folder.csv").mkdir()
    for name in ("folder.csv", "missing.csv", "missing.xlsx"):
        with pytest.raises(UnreadableFile, match=name):
            read_file(tmp_path / name)


def test_a_truncated_workbook(tmp_path: Path) -> None:
    """A workbook cut off anywhere, as by a broken download, is refused and never read in part."""
    whole = write_xlsx(tmp_path / "all_alpha_25.xlsx", ROWS).read_bytes()
    cut = tmp_path / "cut.xlsx"
    for length in range(0, len(whole) - 22, 37):
        cut.write_bytes(whole[:length])
        with pytest.raises(UnreadableFile, match=r"cut\.xlsx"):
            read_file(cut)


def test_a_damaged_workbook(tmp_path: Path) -> None:
    """A workbook with a flipped byte is read as it was or refused: it never certifies another group."""
    path = write_xlsx(tmp_path / "all_alpha_25.xlsx", ROWS)
    whole, refused = path.read_bytes(), 0
    for place in range(0, len(whole), 5):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x01]) + whole[place + 1 :])
        try:
            assert read_file(path).certifications == EXPECTED
        except UnreadableFile:
            refused += 1
    assert refused > 20
