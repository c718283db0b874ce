"""`levcheck db`, `keys` and `records`: what an operator runs, on either database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from cli.running import is_error, levcheck
from levcheck.records.records import Records
from levcheck.records.store import DATABASE_FILE, default_url
from records.keeping import create, everything, opened, sale, void
from records.postgres import Postgres
from records.tampering import tamper

pytestmark = pytest.mark.slow
Command = Callable[..., CompletedProcess[str]]


@pytest.fixture
def run(store_url: str, tmp_path: Path) -> Command:
    """Run a command on the test's store."""
    return lambda *arguments, **more: levcheck(*arguments, "--data", tmp_path, "--database", store_url, **more)


def test_a_database_is_upgraded_once(run: Command) -> None:
    """`db upgrade` makes the schema of an empty database, and leaves one that has it as it is."""
    is_error(run("db", "verify"), 69, "levcheck db upgrade")
    assert run("db", "upgrade").stdout == "Upgraded the schema from nothing to 0004.\n"
    assert run("db", "upgrade").stdout == "The schema is 0004.\n"
    assert "0 records and 0 rulesets" in run("db", "verify").stdout


def test_an_audit_ends_with_what_it_found(records: Records, run: Command) -> None:
    """`db verify` ends with 0 and the number of records read, or with 1 and each fault."""
    create(records, "k")
    assert (run("db", "verify").returncode, run("db", "verify").stdout.split(":")[0]) == (0, "1 records and 1 rulesets read")
    tamper(records, "UPDATE determinations SET verdict = 'prohibited'")
    done = run("db", "verify")
    assert done.returncode == 1
    assert "column verdict" in done.stdout and done.stdout.endswith("Records read: 1; faults: 1.\n")


def test_a_backup_moves_to_the_other_database(
    records: Records, run: Command, tmp_path: Path, store_name: str, postgres: Postgres
) -> None:
    """`db backup` and `db restore` move every record and key to a new folder and the other kind of database."""
    void(records, "v", create(records, "k").determination["id"])
    made = run("db", "backup", tmp_path / "b.tar.gz").stdout
    assert made == f"Wrote 1 rulesets, 1 determinations, 1 events to {tmp_path / 'b.tar.gz'}, with keys.json.\n"
    data = tmp_path / "new"
    other = postgres.fresh() if store_name == "sqlite" else default_url(data)
    there = ("--data", data, "--database", other)
    done = levcheck("db", "restore", tmp_path / "b.tar.gz", *there)
    assert (done.returncode, done.stdout) == (0, "Restored 1 rulesets, 1 determinations, 1 events.\n")
    assert levcheck("db", "verify", *there).returncode == 0
    is_error(levcheck("db", "restore", tmp_path / "b.tar.gz", *there), 65, "empty")
    (tmp_path / "b.tar.gz").write_bytes(b"not one")
    is_error(run("db", "restore", tmp_path / "b.tar.gz"), 65, "cannot be read")
    new = opened(other, data)
    assert everything(new) == everything(records)
    new.store.close()


def test_a_backup_says_which_secrets_it_lacks(records: Records, store_url: str, tmp_path: Path) -> None:
    """A backup beside a data folder without secrets, whoever mistyped its name, does not pass for one with them."""
    create(records, "k")
    made = levcheck("db", "backup", tmp_path / "b.tar.gz", "--data", tmp_path / "typo", "--database", store_url)
    assert (made.returncode, made.stdout.split(", ")[-1]) == (0, f"of which {tmp_path / 'typo'} holds none.\n")


def test_an_export_says_how_many(records: Records, run: Command, tmp_path: Path) -> None:
    """`records export` writes what was asked for, says how many, and touches no folder that is there."""
    create(records, "k", sale(reference="=1+1"))
    folder = tmp_path / "export"
    assert run("records", "export", folder).stdout == f"Wrote 1 determinations to {folder}.\n"
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["determinations"] == 1
    assert ",'=1+1," in (folder / "determinations.csv").read_text("utf-8")
    is_error(run("records", "export", folder), 65, "name a new folder")
    is_error(run("records", "export", tmp_path / "x", "--from", "yesterday"), 65, "yesterday")
    assert run("records", "export", tmp_path / "y", "--to", "2020-01-01").stdout.startswith("Wrote 0 ")


def test_an_export_of_nothing_is_no_slip(records: Records, run: Command, tmp_path: Path) -> None:
    """A dealer that is not there, a VIN that is none and a period that ends before it begins are refused, not exported."""
    for asked, told in (
        (("--account", "nobody"), "there is no organization nobody"),
        (("--vin", "ABC"), "Not 17 letters and digits"),
        (("--from", "2026-12-01", "--to", "2026-11-01"), "--to 2026-11-01 cannot be used: Nothing lies between"),
    ):
        is_error(run("records", "export", tmp_path / "x", *asked), 65, told)
    assert not (tmp_path / "x").exists()
    assert run("records", "export", tmp_path / "x", "--account", "local").returncode == 0


def test_a_purge_asks_and_says_how_many(open_records: Callable[..., Records], run: Command) -> None:
    """`records purge` asks first, deletes what has passed its date, and says how many that were."""
    old, new = open_records(now=lambda: datetime(2019, 1, 1, tzinfo=UTC)), open_records()
    create(old, "old")
    create(new, "new")
    assert run("records", "purge", stdin="n\n").returncode != 0
    assert len(everything(new)) == 2
    assert "Deleted 1 determinations" in run("records", "purge", stdin="y\n").stdout
    assert "Deleted 0 determinations" in run("records", "purge", "--yes").stdout
    assert len(everything(new)) == 1


def test_keys_are_listed_and_rotated(records: Records, tmp_path: Path) -> None:
    """`keys rotate` names the new key, `keys list` every key, oldest first; given keys are not rotated here."""
    first = records.keys.current.kid
    told = levcheck("keys", "rotate", "--data", tmp_path).stdout
    lines = levcheck("keys", "list", "--data", tmp_path).stdout.splitlines()
    assert [line.split()[0] for line in lines] == [first, told.split()[-1].strip(".")]
    given = (tmp_path / "keys.json").read_text("utf-8")
    is_error(levcheck("keys", "rotate", "--data", tmp_path, LEVCHECK_SIGNING_KEYS=given), 69, "environment")
    assert create(records, "k").determination["certificate"]


def test_a_database_that_is_gone_is_told_in_one_line(tmp_path: Path) -> None:
    """A command that cannot reach its database says so in one line and ends with 69."""
    for arguments in (("db", "upgrade"), ("db", "verify"), ("records", "purge", "--yes"), ("db", "backup", tmp_path / "b")):
        url = f"postgresql://nobody@/nothing?host={tmp_path}"
        done = levcheck(*arguments, "--data", tmp_path / "data", "--database", url)
        is_error(done, 69, "the store cannot be used")
        assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("db", "verify"),
        ("db", "backup", "BACKUP"),
        ("records", "export", "BACKUP"),
        ("keys", "list"),
        ("keys", "rotate"),
        ("org", "list"),
        ("key", "list"),
    ],
)
def test_a_folder_that_is_not_there_is_told_and_not_made(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """A command on a deployment that is not there says so, and leaves nothing behind."""
    named = [tmp_path / "backup" if argument == "BACKUP" else argument for argument in arguments]
    is_error(levcheck(*named, "--data", tmp_path / "typo"), 66, "--data")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    """A data folder's name may hold what means something in a URL: its database lies in it."""
    data = tmp_path / "a b#c?d%41"
    assert levcheck("db", "upgrade", "--data", data).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == [data.name] and (data / DATABASE_FILE).stat().st_size
    assert levcheck("db", "verify", "--data", data).returncode == 0


@pytest.mark.parametrize(
    "url",
    ["x:y:z", "levcheck", "postgresql://host:port/levcheck", "postgresql://[::1/x", "mysql://host/levcheck",
     "postgresql+asyncpg://host/levcheck", "sqlite+aiosqlite:///file", "sqlite://"],
)  # fmt: skip
def test_a_database_url_that_is_none_is_told(url: str, tmp_path: Path) -> None:
    """A database URL that is malformed, or of another kind of database, is a mistake of the caller's, told in one line."""
    for command in (("db", "verify"), ("serve", "--port", "1")):
        done = levcheck(*command, "--database", url, "--data", tmp_path)
        is_error(done, 64, "--database cannot be used")
        assert len(done.stderr.strip().splitlines()) == 1
