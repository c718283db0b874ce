"""The log outlives the records' purge, and goes where a backup goes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from levcheck.records import archive
from levcheck.records.records import Records
from levcheck.records.store import default_url
from log.sealing import TABLES, checkpoint, entries, rows, sealed, verified
from log.tampering import tamper
from records.keeping import clock, create, everything, opened, sale, supersede, void
from records.postgres import Postgres
from records.test_archive import altered, plainly

LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)


@pytest.fixture
def other(store_name: str, tmp_path: Path, postgres: Postgres) -> Iterator[Records]:
    """Empty records of the other kind of database, in another folder."""
    data = tmp_path / "other"
    data.mkdir()
    records = opened(postgres.fresh() if store_name == "sqlite" else default_url(data), data)
    yield records
    records.store.close()


def test_a_purge_leaves_the_log_whole(reopened: Callable[..., Records]) -> None:
    """After a purge the log still holds an entry for each record that went, and verifies, against old checkpoints too."""
    old, new = reopened(now=lambda: LONG_AGO), reopened()
    create(old, "k")
    void(old, "v", create(old, "k2").determination["id"])
    supersede(old, "s", create(old, "k3").determination["id"], sale(reference="x"))
    sealed(old)
    held = checkpoint(old)
    create(new, "new")
    sealed(new)
    assert archive.purge(new.store, clock()) == 4
    assert (len(everything(new)), len(entries(new))) == (1, 7)
    assert verified(new, held).told == []
    create(new, "newer")
    sealed(new)
    assert verified(new, held).told == []


def test_what_went_before_its_date_is_told_apart(reopened: Callable[..., Records]) -> None:
    """Beside records that were purged in their time, one that went too early is still found."""
    old, new = reopened(now=lambda: LONG_AGO), reopened()
    create(old, "old")
    sealed(old)
    void(new, "v", create(new, "new").determination["id"])
    sealed(new)
    archive.purge(new.store, clock())
    tamper(new, "DELETE FROM events", "DELETE FROM determinations")
    told = verified(new).told
    assert len(told) == 2 and all("was removed" in fault for fault in told)


def test_a_restored_log_goes_on(kept: Records, other: Records, tmp_path: Path) -> None:
    """A backup restored into the other database carries the log: it verifies, against old checkpoints, and grows on."""
    create(kept, "waiting")
    held = checkpoint(kept)
    target = tmp_path / "backup.tar.gz"
    counts = archive.backup(kept.store, tmp_path, target, clock(), plainly)
    assert (counts["log_entries"], counts["log_nodes"], counts["log_checkpoints"]) == (7, 0, 2)
    assert archive.restore(other.store, tmp_path / "other", target, plainly) == counts
    assert rows(other) == rows(kept)
    assert verified(other, held).told == []
    assert sealed(other) == 1
    assert verified(other, held).told == []


def test_a_backup_from_before_the_log_restores(kept: Records, other: Records, tmp_path: Path) -> None:
    """A backup that was made before there was a log restores, and everything in it can be sealed without a fault."""

    def without_log(files: dict[str, bytes]) -> None:
        manifest = json.loads(files["manifest.json"])
        for name in (table.name for table in TABLES):
            files.pop(f"{name}.ndjson")
            manifest["rows"].pop(name)
            manifest["sha256"].pop(f"{name}.ndjson")
        files["manifest.json"] = json.dumps(manifest).encode()

    archive.backup(kept.store, tmp_path, tmp_path / "b.tar.gz", clock(), plainly)
    source = altered(tmp_path / "b.tar.gz", tmp_path / "before.tar.gz", without_log)
    archive.restore(other.store, tmp_path / "other", source, plainly)
    assert rows(other) == [[], [], []]
    assert sealed(other) == 7
    assert verified(other).told == []
