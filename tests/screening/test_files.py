"""`levcheck screen` on files: what it reads, what it writes, what it says."""

from __future__ import annotations

import csv
import fcntl
import os
import random
import resource
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cli.running import is_error
from levcheck.evidence.registry import Registry
from levcheck.screening.screen import RESULTS
from screening.commands import levcheck
from screening.resuming import resume_trials
from screening.tables import answer, table

HEADER = (
    "Stock,transaction.type,vehicle.vin,vehicle.mileage,vehicle.certification.california,seller.type,buyer.type,"
    "destination.state"
)
NEEDED = (
    "transaction.contract",
    "vehicle.certification.federal",
    "seller.type",
    "buyer.type",
    "destination.state",
)
CIVIC = "2HGFE4F86SH011469"


@pytest.fixture
def lot(tmp_path: Path) -> Path:
    """A dealer's table: a Civic sold, another to another state, a row of a wrong mileage, a row too short."""
    path = tmp_path / "lot.csv"
    rows = [f"A1,sale,{CIVIC},12,no,dealer,individual,VA", f'"A2, ""new""",sale,{CIVIC},12,no,dealer,individual,NC']
    rows += [f"A3,sale,{CIVIC},twelve,no,dealer,individual,VA", "A4,short", f"A5,sale,{CIVIC},,,,,"]
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return path


def read(path: Path) -> list[dict[str, str]]:
    """A CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_screens_a_table(lot: Path, tmp_path: Path) -> None:
    """Rows keep their own columns and order and get the service's answers; the summary counts them."""
    out = tmp_path / "out.csv"
    done = levcheck("screen", lot, "--out", out, "--date", "2024-12-01")
    assert done.returncode == 65, done
    rows = read(out)
    assert [row["Stock"] for row in rows] == ["A1", 'A2, "new"', "A5"]
    assert [row["verdict"] for row in rows] == ["prohibited", "permitted", "undetermined"]
    assert rows[1]["provision"] == "9VAC5-95-30 B 5" and rows[1]["basis"] == "exempt"
    assert "vehicle.certification.california" in rows[2]["needs"].split()
    assert list(rows[0]) == [*HEADER.split(","), *RESULTS]
    assert "Carried through unread: Stock" in done.stderr
    for words in ("5 rows", "permitted", "prohibited", "undetermined", "not read", "█", "out.csv.bad.csv"):
        assert words in done.stdout


def test_bad_rows_go_to_a_side_file(lot: Path, tmp_path: Path) -> None:
    """A row that cannot be read is told with its number, column, value and remedy, and the others go on."""
    out = tmp_path / "out.csv"
    levcheck("screen", lot, "--out", out)
    assert read(tmp_path / "out.csv.bad.csv") == [
        {
            "row": "3",
            "column": "vehicle.mileage",
            "value": "twelve",
            "remedy": "This cannot be read. Write the miles in digits, such as 12 or 7499.5.",
        },
        {
            "row": "4",
            "column": "",
            "value": "2 cells where there are 8 columns",
            "remedy": "Give each row as many cells as there are columns.",
        },
    ]
    assert len(read(out)) == 3


def test_without_bad_rows_it_ends_with_zero(lot: Path, tmp_path: Path) -> None:
    """Where every row was read there is no side file, not even one of an earlier run, and the exit code is 0."""
    out = tmp_path / "out.csv"
    assert levcheck("screen", lot, "--out", out).returncode == 65
    lot.write_text("\n".join(lot.read_text("utf-8").splitlines()[:3]) + "\n", "utf-8")
    done = levcheck("screen", lot, "--out", out)
    assert (done.returncode, len(read(out))) == (0, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lot.csv", "out.csv"]


def test_parquet_keeps_its_types(tmp_path: Path, registry: Registry) -> None:
    """A Parquet table keeps its columns and their types, and its rows get what the service says of each."""
    made = table(random.Random(3), 500, wild=0.0)
    carried = pa.array([{"id": number} for number in range(len(made))])
    pq.write_table(made.append_column("carried", carried), tmp_path / "in.parquet")
    done = levcheck(
        "screen", tmp_path / "in.parquet", "--out", tmp_path / "out.parquet", "--date", "2025-06-01", "--part", "64"
    )
    got = pq.read_table(tmp_path / "out.parquet")
    assert got.schema.field("carried").type == carried.type
    assert len(got) + len({row["row"] for row in read(tmp_path / "out.parquet.bad.csv")}) == 500, done.stderr
    for row in got.to_pylist():
        assert {name: row[name] for name in RESULTS} == answer({path: row[path] for path in made.column_names}, registry)


def test_columns_by_other_names(tmp_path: Path) -> None:
    """A file of names and options map a table's own headers to the contract's paths."""
    source, names = tmp_path / "in.csv", tmp_path / "map.yaml"
    source.write_text(f"VIN,Odometer,CA cert = yes\n{CIVIC},12,no\n", "utf-8")
    names.write_text("VIN: vehicle.vin\nOdometer: vehicle.mileage\n", "utf-8")
    out = tmp_path / "out.csv"
    mapped = ("--columns", names, "--column", "CA cert = yes=vehicle.certification.california")
    done = levcheck("screen", source, "--out", out, *mapped, "--date", "2024-12-01")
    assert done.returncode == 0 and "Carried" not in done.stderr
    assert read(out)[0]["needs"] == " ".join(NEEDED)
    again = levcheck("screen", out, "--out", tmp_path / "again.csv", *mapped, "--prefix", "again_")
    assert again.returncode == 0 and read(tmp_path / "again.csv")[0]["again_verdict"] == "undetermined"


def test_blanks_about_a_header_are_nothing(tmp_path: Path) -> None:
    """A header with blanks about its names, as people type `a, b`, names the same members as without."""
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f"vehicle.vin, vehicle.mileage ,note\n{CIVIC}, 8000,x\n", "utf-8")
    done = levcheck("screen", source, "--out", out, "--date", "2024-12-01")
    assert done.stderr.startswith("Carried through unread: note\n")
    assert read(out)[0]["verdict"] == "permitted"


@pytest.mark.parametrize(
    ("content", "arguments", "code", "words"),
    [
        ("a,b\n1,2\n", (), 65, ("No column is named as a member", "--column NAME=PATH")),
        (
            "vehicle.vin\n",
            ("--column", "vehicle_vin=vehicle.vin"),
            65,
            ("no column 'vehicle_vin'", "Did you mean"),
        ),
        ("vin\n", ("--column", "vin=vehicle.vim"), 65, ("'vehicle.vim' is no member", "Did you mean 'vehicle.vin'")),
        ("vin,vehicle.vin\n", ("--column", "vin=vehicle.vin"), 65, ("both state vehicle.vin",)),
        ("vehicle.vin,vehicle.vin\n", (), 65, ("names the column 'vehicle.vin' twice",)),
        ("", (), 65, ("is empty",)),
        ("vehicle.vin,verdict\n", (), 64, ("has a column 'verdict' already", "--prefix")),
        ("vehicle.vin\n", ("--column", "vin"), 64, ("NAME=PATH",)),
        ("vehicle.vin\n\udcff\udcfe\n", (), 65, ("UTF",)),
    ],
)
def test_what_cannot_be_screened_is_told(
    tmp_path: Path, content: str, arguments: tuple[str, ...], code: int, words: tuple[str, ...]
) -> None:
    """A table or an option that cannot be used is one message that says what to do, and nothing is written."""
    source = tmp_path / "in.csv"
    source.write_bytes(content.encode("utf-8", "surrogateescape"))
    is_error(levcheck("screen", source, "--out", tmp_path / "out.csv", *arguments), code, *words)
    assert not (tmp_path / "out.csv").exists()


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """A missing input, a pipe, a format that is not read, and a Parquet file that is none are errors of their own."""
    os.mkfifo(tmp_path / "pipe.csv")
    is_error(levcheck("screen", tmp_path / "pipe.csv", "--out", tmp_path / "out.csv"), 65, "pipe.csv is no file")
    is_error(levcheck("screen", tmp_path / "no.csv", "--out", tmp_path / "out.csv"), 66, "no.csv cannot be used")
    wrong = tmp_path / "in.parquet"
    wrong.write_text("vehicle.vin\n")
    is_error(levcheck("screen", wrong, "--out", tmp_path / "out.csv"), 65, "in.parquet cannot be read as a table")
    is_error(levcheck("screen", tmp_path / "in.xls", "--out", tmp_path / "out.csv"), 65, "neither .csv nor .parquet")
    is_error(levcheck("screen", wrong, "--out", tmp_path / "out.txt"), 64, "--out ends with")


def test_no_room_for_the_output_is_told_as_such(tmp_path: Path) -> None:
    """An output that may not grow on is told as room that is missing, and nothing is said against the input."""
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("vehicle.vin,note\n" + "".join(f"{CIVIC},{number}\n" for number in range(9_000)), "utf-8")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        done = levcheck("screen", source, "--out", out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    is_error(done, 69, f"There is no room left for {out}: make room")
    assert levcheck("screen", source, "--out", out).returncode == 0
    assert len(read(out)) == 9_000


def test_one_run_at_a_time(lot: Path, tmp_path: Path) -> None:
    """While one run writes an output, another of the same output ends at once and says why."""
    parts = tmp_path / "out.csv.parts"
    parts.mkdir()
    with (parts / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_error(levcheck("screen", lot, "--out", tmp_path / "out.csv"), 69, "Another screening is writing")


def test_another_input_starts_anew(lot: Path, tmp_path: Path) -> None:
    """Parts of another input, reading or date are not taken up: they are made again."""
    out = tmp_path / "out.csv"
    parts = tmp_path / "out.csv.parts"
    parts.mkdir()
    (parts / "manifest.json").write_text("{}", "utf-8")
    (parts / "000000.counts").write_text('{"rows": 1, "bad": 0, "verdicts": {}}', "utf-8")
    done = levcheck("screen", lot, "--out", out)
    assert "Going on" not in done.stderr and len(read(out)) == 3


@pytest.mark.timeout(900)  # eight processes that each load the law: slow where others use the machine
def test_a_killed_run_goes_on() -> None:
    """Killed with -9 at random moments and run again, it ends with the same bytes, does no part twice and leaves nothing."""
    report = resume_trials(2)
    assert report["faults"] == []
    assert report["parts kept"] > 0


@pytest.mark.parametrize("end", ["\n", ""])
def test_an_empty_table(tmp_path: Path, end: str) -> None:
    """A table without rows becomes one without rows, whether or not its only line is ended."""
    (tmp_path / "in.csv").write_text(f'"vehicle.vin"{end}')
    for out in (tmp_path / "out.csv", tmp_path / "out.parquet"):
        done = levcheck("screen", tmp_path / "in.csv", "--out", out)
        assert done.returncode == 0, done
    assert pq.read_table(tmp_path / "out.parquet").column_names == ["vehicle.vin", *RESULTS]
    assert read(tmp_path / "out.csv") == []
