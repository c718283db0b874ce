"""Backups that fit either database, and what a regulator is given."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import stat
import tarfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from levcheck.access.api_keys import ApiKeys
from levcheck.access.organizations import Organizations
from levcheck.access.secret import AccessSecret
from levcheck.records import archive
from levcheck.records.audit import audit
from levcheck.records.keys import KEYS_FILE
from levcheck.records.records import Records
from levcheck.records.store import default_url
from levcheck.records.tables import determinations, events, rulesets
from records.keeping import clock, create, everything, opened, sale, supersede, void
from records.postgres import Postgres
from sqlalchemy import select

AWKWARD = "line\u2028separator \u0085 next\r\n\ttab é 車 \U0001f697 '\"\\"


def plainly(rows: Iterable[Any], _count: int) -> Iterable[Any]:
    """No progress shown."""
    return rows


@pytest.fixture
def kept(records: Records) -> Records:
    """Records of every kind, with text that is awkward to write down, signed with two keys."""
    create(records, "k", sale(reference="=HYPERLINK(1)"))
    void(records, "v", create(records, "k2", sale(reference=AWKWARD[:64])).determination["id"], AWKWARD)
    records.keys.rotate(clock())
    supersede(records, "s", create(records, "k3").determination["id"], sale(destination={"state": "VA"}), "@typing")
    create(records, "k4", sale(vehicle={**sale()["vehicle"], "mileage": Decimal("12070.08"), "mileage_unit": "km"}))
    return records


@pytest.fixture
def backed_up(kept: Records, tmp_path: Path) -> Path:
    """A backup of them."""
    target = tmp_path / "backup.tar.gz"
    archive.backup(kept.store, tmp_path, target, clock(), plainly)
    return target


@pytest.fixture
def empty(store_name: str, tmp_path: Path, postgres: Postgres) -> Iterable[Records]:
    """Empty records of the other kind of database, in another folder."""
    data = tmp_path / "other"
    data.mkdir()
    records = opened(postgres.fresh() if store_name == "sqlite" else default_url(data), data)
    yield records
    records.store.close()


def rows(records: Records) -> list[list[tuple[Any, ...]]]:
    """Every row of every table."""
    with records.store.read() as connection:
        return [
            [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in (rulesets, determinations, events)
        ]


def altered(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A backup whose files were changed, packed again as a whole archive."""
    with tarfile.open(source) as archive_:
        files = {member.name: archive_.extractfile(member).read() for member in archive_.getmembers()}  # type: ignore[union-attr]
    change(files)
    with tarfile.open(target, "w:gz") as archive_:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive_.addfile(member, io.BytesIO(content))
    return target


def test_a_backup_fits_the_other_database(kept: Records, backed_up: Path, empty: Records, tmp_path: Path) -> None:
    """A backup of one kind of database, restored into the other, holds every row, and every signature verifies there."""
    past = empty.keys.current.kid
    counts = archive.restore(empty.store, tmp_path / "other", backed_up, plainly)
    assert {name: count for name, count in counts.items() if count} == {"rulesets": 1, "determinations": 5, "events": 2}
    assert rows(empty) == rows(kept)
    found = audit(empty.store, empty.keys)
    assert (found.records, found.faults) == (5, [])
    assert everything(empty) == everything(kept)
    assert empty.keys.current.kid == past  # the new folder's own key goes on signing, its past keys are the backup's
    assert create(empty, "k", sale(reference="=HYPERLINK(1)")).replayed
    again = tmp_path / "again.tar.gz"
    assert archive.backup(empty.store, tmp_path / "other", again, clock(), plainly) == counts


def test_a_backup_brings_its_keys_to_an_empty_folder(kept: Records, backed_up: Path, empty: Records, tmp_path: Path) -> None:
    """In a folder without keys the backup's keys are used, the last of them to sign, readable by the owner only."""
    (tmp_path / "other" / KEYS_FILE).unlink()
    archive.restore(empty.store, tmp_path / "other", backed_up, plainly)
    assert empty.keys.public() == kept.keys.public()
    assert stat.S_IMODE((tmp_path / "other" / KEYS_FILE).stat().st_mode) == 0o600


def test_a_backup_is_the_owners_alone(kept: Records, tmp_path: Path) -> None:
    """A backup, which holds private keys, is never readable by others, not even while it is written."""
    modes = []

    def watching(rows_: Iterable[Any], _count: int) -> Iterable[Any]:
        modes.extend(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("b.tar.gz*"))
        return rows_

    archive.backup(kept.store, tmp_path, tmp_path / "b.tar.gz", clock(), watching)
    assert set(modes) == {0o600} == {stat.S_IMODE((tmp_path / "b.tar.gz").stat().st_mode)}


def test_a_backup_is_of_one_moment(kept: Records, empty: Records, tmp_path: Path) -> None:
    """Records and events that arrive while a backup is written are all in it or all missing: it restores without a fault."""
    number = 0

    def arriving(rows_: Iterable[Any], _count: int) -> Iterable[Any]:
        nonlocal number
        number += 1
        void(kept, f"new v{number}", create(kept, f"new {number}").determination["id"])
        return rows_

    counts = archive.backup(kept.store, tmp_path, tmp_path / "b.tar.gz", clock(), arriving)
    assert archive.restore(empty.store, tmp_path / "other", tmp_path / "b.tar.gz", plainly) == counts
    assert audit(empty.store, empty.keys).faults == []


def test_only_an_empty_database_is_restored_into(kept: Records, backed_up: Path, tmp_path: Path) -> None:
    """A database that holds records is left as it is."""
    before = rows(kept)
    with pytest.raises(archive.NotABackup, match="empty"):
        archive.restore(kept.store, tmp_path, backed_up, plainly)
    assert rows(kept) == before


def test_a_damaged_backup_is_refused(backed_up: Path, empty: Records, tmp_path: Path) -> None:
    """A backup that is cut short, or has any bit of its content changed, is refused with nothing written."""
    whole = backed_up.read_bytes()
    chance = random.Random(1)
    damaged = tmp_path / "damaged.tar.gz"
    begins = whole.index(b"\0", 10) + 1  # after gzip's own header, whose time and name mean nothing
    changed = [whole[: chance.randrange(len(whole))] for _ in range(30)] + [b"", whole[:1], whole[: len(whole) // 2]]
    for place in [0, 1, 2, *(chance.randrange(begins, len(whole) - 8) for _ in range(60))]:
        changed.append(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :])
    for content in changed:
        damaged.write_bytes(content)
        with pytest.raises(archive.NotABackup):
            archive.restore(empty.store, tmp_path / "elsewhere", damaged, plainly)
        assert rows(empty) == [[], [], []]
        assert not (tmp_path / "elsewhere").exists()


def test_an_altered_backup_is_refused(backed_up: Path, empty: Records, tmp_path: Path) -> None:
    """A well-formed archive whose rows, keys or manifest were changed is refused with nothing written."""

    def cut(files: dict[str, bytes]) -> None:
        files["determinations.ndjson"] = files["determinations.ndjson"].split(b"\n", 1)[1]

    def reword(files: dict[str, bytes]) -> None:
        files["determinations.ndjson"] = files["determinations.ndjson"].replace(b"individual", b"government", 1)

    def rekey(files: dict[str, bytes]) -> None:
        files[KEYS_FILE] = files[KEYS_FILE].replace(b'"kid": "', b'"kid": "x', 1)

    def relabel(files: dict[str, bytes]) -> None:
        files["manifest.json"] = files["manifest.json"].replace(b"levcheck-backup-1", b"levcheck-backup-2")

    changes: list[Callable[[dict[str, bytes]], Any]] = [cut, reword, rekey, relabel]
    changes += [lambda files, name=name: files.pop(name) for name in ("events.ndjson", "manifest.json", KEYS_FILE)]
    changes += [
        lambda files, text=text: files.update({"manifest.json": text}) for text in (b"{", b"[]", b"null", b"\xff", b"{}")
    ]
    changes += [lambda files: files.update({"more.ndjson": b"{}\n"})]
    for change in changes:
        with pytest.raises(archive.NotABackup):
            archive.restore(empty.store, tmp_path / "elsewhere", altered(backed_up, tmp_path / "x.tar.gz", change), plainly)
        assert rows(empty) == [[], [], []]
        assert not (tmp_path / "elsewhere").exists()


@pytest.fixture
def exported(kept: Records, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """An export of everything, and its manifest."""
    manifest = archive.export(kept.store, tmp_path / "export", {}, clock(), plainly)
    return tmp_path / "export", manifest


def test_an_export_can_be_checked(exported: tuple[Path, dict[str, Any]], kept: Records) -> None:
    """The manifest's hashes are those of the files, which hold every record once, in both forms, with its event."""
    folder, manifest = exported
    assert json.loads((folder / "manifest.json").read_text("utf-8")) == manifest
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert manifest["sha256"] == {name: value for name, value in hashes.items() if name != "manifest.json"}
    lines = [json.loads(line) for line in (folder / "determinations.ndjson").read_bytes().split(b"\n")[:-1]]
    with (folder / "determinations.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    told = {item["id"]: item for item in everything(kept)}
    assert manifest["determinations"] == len(lines) == len(table) == len(told) == 5
    for line, row in zip(lines, table, strict=True):
        item = told[row["id"]]
        assert (line["record"]["id"], line["certificate"]) == (row["id"], item["certificate"])
        assert (row["status"], row["verdict"]) == (item["status"], item["result"]["verdict"])
        assert (line["event"] or {}).get("reason") == (item["history"] or [{}])[0].get("reason")


def test_no_cell_is_a_formula(exported: tuple[Path, dict[str, Any]]) -> None:
    """No cell of the table begins with what a spreadsheet would run; the text itself stays readable."""
    with (exported[0] / "determinations.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert "'=HYPERLINK(1)" in cells


def test_an_export_holds_what_was_asked_for(open_records: Callable[..., Records], tmp_path: Path) -> None:
    """Account, VIN and period choose what is exported; a folder that is there already is not touched."""
    moments = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    for number, moment in enumerate(moments):
        create(open_records(now=lambda moment=moment: moment), f"k{number}")
    records = open_records()
    for number, (wanted, count) in enumerate((
        ({"account": "local"}, 3), ({"account": "x"}, 0), ({"vin": "1FTEW3LP9SKE98169"}, 3), ({"vin": "x"}, 0),
        ({"from": "2026-01-02T00:00:00.000000Z", "to": "2026-01-03T00:00:00.000000Z"}, 1),
    )):  # fmt: skip
        assert archive.export(records.store, tmp_path / f"e{number}", wanted, clock(), plainly)["determinations"] == count
    with pytest.raises(FileExistsError):
        archive.export(records.store, tmp_path / "e0", {}, clock(), plainly)


def test_a_backup_carries_organizations_and_their_keys(kept: Records, empty: Records, tmp_path: Path) -> None:
    """An API key opens the restored deployment as it did the one that was backed up, with the same access secret."""
    secret = AccessSecret.in_folder(tmp_path)
    Organizations(kept.store, clock).add("dealer", "A dealer", "dealer")
    key, _ = ApiKeys(kept.store, secret, clock).make("dealer", clock() + timedelta(days=1))
    archive.backup(kept.store, tmp_path, tmp_path / "b.tar.gz", clock(), plainly)
    other = tmp_path / "other"
    assert archive.restore(empty.store, other, tmp_path / "b.tar.gz", plainly)["api_keys"] == 1
    assert (other / "access.secret").stat().st_mode & 0o777 == 0o600
    caller = ApiKeys(empty.store, AccessSecret.in_folder(other), clock).caller(key)
    assert caller is not None and caller.organization == "dealer"
