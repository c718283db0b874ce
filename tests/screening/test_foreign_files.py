"""Tables as other programs write them, and outputs that cannot be written: what `levcheck screen` makes of each."""

from __future__ import annotations

import csv
import errno
import os
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from cli.running import is_error
from levcheck.screening import run
from screening.commands import levcheck

HEADER = ["Fahrzeug", "vehicle.mileage", "destination.state", "Notiz"]
ROWS = [
    ["Müller; Söhne", "12,070", "VA", "zwei\nZeilen"],
    ["007", "twelve", "VA", ""],
    [" 1e5 ", "12", "NC", 'a "q" | b'],
    ["NULL", " 12 ", "VA", "\U0001f600"],
]


def written(path: Path, rows: list[list[str]], delimiter: str = ",", start: str = "") -> Path:
    """A CSV file with the ends of lines that Windows has, and a few empty ones."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(start)
        csv.writer(file, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
        file.write("\r\n\r\n")
    return path


def read(path: Path) -> list[list[str]]:
    """A CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter(tmp_path: Path, delimiter: str) -> None:
    """Whatever stands between the cells, they come out as they were, beside the same verdicts, with commas between them."""
    source, out = written(tmp_path / "in.CSV", [HEADER, *ROWS], delimiter, "\ufeff"), tmp_path / "out.csv"
    done = levcheck("screen", source, "--out", out, "--date", "2025-06-01")
    assert done.returncode == 65, done
    header, *rows = read(out)
    assert header[:4] == HEADER
    assert [row[:4] for row in rows] == [ROWS[0], ROWS[2], ROWS[3]]
    assert [row[4] for row in rows] == ["permitted", "undetermined", "undetermined"]
    assert read(tmp_path / "out.csv.bad.csv")[1][:3] == ["2", "vehicle.mileage", "twelve"]


def test_nothing_and_an_empty_text_stay_two(tmp_path: Path) -> None:
    """A cell without anything and one of two quotation marks state nothing, and come out as the one and the other."""
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text('id,vehicle.mileage\n"",""\n,\nNULL,""\n', "utf-8")
    assert levcheck("screen", source, "--out", out).returncode == 0
    lines = out.read_text("utf-8").splitlines()[1:]
    assert [line.split(',"und')[0] for line in lines] == ['"",""', ",", '"NULL",""']


@pytest.mark.parametrize("opened", ['"open,12', 'shut,12,"open', 'short,"'])
def test_open_quotation_marks_swallow_no_rows(tmp_path: Path, opened: str) -> None:
    """A quotation mark that is never closed ends the screening and is named by its row: no row is lost in its cell."""
    source = tmp_path / "in.csv"
    source.write_text(f"id,vehicle.mileage,note\na,1,\nb,2\n{opened}\n" + "c,3,\n" * 50, "utf-8")
    is_error(levcheck("screen", source, "--out", tmp_path / "out.csv"), 65, "open in row 3", "quotation mark")
    assert not (tmp_path / "out.csv").exists()


def test_a_late_byte_that_is_not_utf8(tmp_path: Path) -> None:
    """Bytes of another encoding far behind the header end the screening with what to do."""
    source = tmp_path / "in.csv"
    source.write_bytes(b"id,vehicle.mileage\n" + b"a,12\n" * 5_000 + "Müller,12\n".encode("latin-1"))
    is_error(levcheck("screen", source, "--out", tmp_path / "out.csv"), 65, "in.csv", "UTF-8")


def test_messages_name_the_columns(tmp_path: Path) -> None:
    """Where a column is not found, or none is known, the message lists those that there are; one named twice is told."""
    source = written(tmp_path / "in.csv", [["Vin No.", *map(str, range(20))]])
    is_error(levcheck("screen", source, "--out", tmp_path / "out.csv"), 65, "'Vin No.'", "and 9 more")
    told = ("--column", "odometer=vehicle.mileage")
    is_error(levcheck("screen", source, "--out", tmp_path / "out.csv", *told), 65, "no column 'odometer'", "'Vin No.'")
    twice = written(tmp_path / "twice.csv", [["vehicle.vin", "", ""]])
    is_error(levcheck("screen", twice, "--out", tmp_path / "out.csv"), 65, "''", "a name of its own")


@pytest.mark.parametrize("cell", [[1, 2], {"a": 1}, b"\xff"])
def test_what_csv_cannot_hold(tmp_path: Path, cell: object) -> None:
    """A column that no CSV file can hold is told with what to do, and Parquet carries it through."""
    source = tmp_path / "in.parquet"
    pq.write_table(pa.table({"vehicle.mileage": [12, 7500], "more": [cell, None]}), source)
    is_error(levcheck("screen", source, "--out", tmp_path / "out.csv"), 65, "as CSV", ".parquet")
    assert levcheck("screen", source, "--out", tmp_path / "out.parquet").returncode == 0
    assert pq.read_table(tmp_path / "out.parquet")["more"].to_pylist() == [cell, None]


def test_texts_held_as_views_and_words_numbered_anew_in_each_part(tmp_path: Path) -> None:
    """Columns of Arrow's younger text types, and dictionaries whose words differ from part to part, are no exception."""
    source, kinds = tmp_path / "in.parquet", (pa.string_view(), pa.binary_view(), pa.dictionary(pa.int8(), pa.string()))
    names = ("vehicle.mileage", "more", "stock")
    with pq.ParquetWriter(source, pa.schema(zip(names, kinds, strict=True))) as writer:
        for part in "ab":
            stock = pa.array([f"{part}{number}" for number in range(100)])
            columns = (
                pa.array(["12"] * 99 + ["odd"], kinds[0]),
                pa.array([b"\xff"] * 100, kinds[1]),
                pa.DictionaryArray.from_arrays(pa.array(range(100), pa.int8()), stock),
            )
            writer.write_table(pa.table(columns, names))
    done = levcheck("screen", source, "--out", tmp_path / "out.parquet", "--part", "150")
    assert done.returncode == 65, done.stderr
    out = pq.read_table(tmp_path / "out.parquet")
    assert out["stock"].to_pylist() == [f"{part}{number}" for part in "ab" for number in range(99)]
    assert set(out["more"].to_pylist()) == {b"\xff"} and set(out["vehicle.mileage"].to_pylist()) == {"12"}
    assert [row[0] for row in read(tmp_path / "out.parquet.bad.csv")] == ["row", "100", "200"]


def test_the_input_is_never_written_over(tmp_path: Path) -> None:
    """An output that is the input, by whatever name, or whose side file is, is refused and the input stays."""
    source = written(tmp_path / "out.csv.bad.csv", [HEADER, *ROWS])
    (tmp_path / "link.csv").symlink_to(source)
    before = source.read_bytes()
    for out in (source, tmp_path / "link.csv", tmp_path / "out.csv"):
        is_error(levcheck("screen", source, "--out", out), 64, "write over")
    assert source.read_bytes() == before


def test_an_output_that_is_a_folder(tmp_path: Path) -> None:
    """A folder of the output's name is told before any work is done."""
    source = written(tmp_path / "in.csv", [HEADER, *ROWS])
    (tmp_path / "out.csv").mkdir()
    is_error(levcheck("screen", source, "--out", tmp_path / "out.csv"), 64, "folder")
    assert not (tmp_path / "out.csv.parts").exists()


def test_a_data_folder_that_is_not_there(tmp_path: Path) -> None:
    """A data folder that does not exist is told: nothing is screened without the registries that were meant."""
    source = written(tmp_path / "in.csv", [HEADER, *ROWS])
    is_error(levcheck("screen", source, "--out", tmp_path / "out.csv", "--data", tmp_path / "no"), 64, "does not exist")


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """On a full disk the run ends and says so of the output; with room again, the same command ends it."""
    source, out = written(tmp_path / "in.csv", [HEADER, *ROWS]), tmp_path / "out.csv"
    put, calls = run._put, []

    def full(path: Path, content: bytes) -> None:
        calls.append(path)
        if len(calls) > 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        put(path, content)

    with patch.object(run, "_put", full):
        is_error(levcheck("screen", source, "--out", out, "--part", "1"), 69, "no room", "out.csv", "same command")
    done = levcheck("screen", source, "--out", out, "--part", "1")
    assert "Going on" in done.stderr and len(read(out)) == 4


def test_an_input_that_changes_meanwhile(tmp_path: Path) -> None:
    """An input that is changed while it is read makes no output; one that is removed after it was read makes the whole."""
    source, out = written(tmp_path / "in.csv", [HEADER, *ROWS]), tmp_path / "out.csv"
    join = run.Run._check_unchanged

    def changed(job: run.Run) -> None:
        written(source, [HEADER, *ROWS, *ROWS])
        join(job)

    def removed(job: run.Run) -> None:
        source.unlink()
        join(job)

    with patch.object(run.Run, "_check_unchanged", changed):
        is_error(levcheck("screen", source, "--out", out), 65, "was changed while it was read")
    assert not out.exists()
    with patch.object(run.Run, "_check_unchanged", removed):
        assert levcheck("screen", source, "--out", out).returncode == 65
    assert len(pacsv.read_csv(out)) == 6


def test_stopped_by_hand(tmp_path: Path) -> None:
    """Ctrl-C ends it with 130, says that it can go on, and the same command does."""
    source, out = written(tmp_path / "in.csv", [HEADER, *ROWS]), tmp_path / "out.csv"
    with patch.object(run.Run, "_join", side_effect=KeyboardInterrupt):
        done = levcheck("screen", source, "--out", out)
    assert done.returncode == 130 and "same command goes on" in done.stderr and not out.exists()
    done = levcheck("screen", source, "--out", out)
    assert "Going on" in done.stderr and len(read(out)) == 4


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_part_that_is_cut_off_is_made_again(tmp_path: Path, suffix: str) -> None:
    """A finished part of which something is missing when the run goes on is screened again: no row is lost with it."""
    source, out = written(tmp_path / "in.csv", [HEADER, *ROWS]), tmp_path / f"out{suffix}"
    assert levcheck("screen", source, "--out", out, "--part", "1").returncode == 65
    made = (out, tmp_path / f"{out.name}.bad.csv")
    whole = [path.read_bytes() for path in made]
    [path.unlink() for path in made]
    with patch.object(run.Run, "_join", side_effect=KeyboardInterrupt):
        levcheck("screen", source, "--out", out, "--part", "1")
    parts, sides = (sorted((tmp_path / f"{out.name}.parts").glob(f"*{kind}")) for kind in (suffix, ".bad"))
    parts[0].write_bytes(parts[0].read_bytes()[:-3])
    parts[1].unlink()
    max(sides, key=lambda side: side.stat().st_size).write_bytes(b"")
    done = levcheck("screen", source, "--out", out, "--part", "1")
    assert (done.returncode, "Going on" in done.stderr) == (65, True), done.stderr
    assert [path.read_bytes() for path in made] == whole
