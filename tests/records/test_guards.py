"""What the database itself refuses, whoever asks it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from levcheck.records import archive
from levcheck.records.audit import audit
from levcheck.records.records import Records
from records.keeping import clock, create, everything, sale, supersede, void
from sqlalchemy import make_url

LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)
CHANGES = (
    "UPDATE determinations SET verdict = 'permitted'",
    "UPDATE determinations SET retain_until = '2000-01-01T00:00:00.000000Z'",
    "UPDATE determinations SET id = id",
    "UPDATE events SET reason = 'another'",
    "UPDATE events SET recorded_at = ''",
    "UPDATE rulesets SET law = '{}'",
)
REMOVALS = (
    "DELETE FROM events",
    "DELETE FROM determinations",
    "DELETE FROM rulesets",
)
_RECORD = "idempotency_key, fingerprint, reference, vin, verdict, recorded_at, retain_until, ruleset, record, certificate"
_EVENT = "'void', 'another', NULL, account, {key}, fingerprint, recorded_at FROM events"
REPLACEMENTS = {
    "sqlite": (
        f"REPLACE INTO determinations SELECT id, 'another', {_RECORD} FROM determinations",
        f"REPLACE INTO determinations SELECT 'x' || substr(id, 2), account, {_RECORD} FROM determinations",
        f"REPLACE INTO events SELECT id, determination, {_EVENT.format(key='idempotency_key')}",
        f"REPLACE INTO events SELECT 'x' || substr(id, 2), determination, {_EVENT.format(key='id')}",
        f"REPLACE INTO events SELECT 'x' || substr(id, 2), 'nothing', {_EVENT.format(key='idempotency_key')}",
        "REPLACE INTO rulesets SELECT ruleset, '{}', stored_at FROM rulesets",
        "UPDATE OR REPLACE determinations SET verdict = 'permitted'",
    ),
    "postgresql": (
        "TRUNCATE determinations, events, rulesets",
        "TRUNCATE rulesets CASCADE",
        "TRUNCATE events",
        "INSERT INTO rulesets SELECT * FROM rulesets ON CONFLICT (ruleset) DO UPDATE SET law = '{}'",
        "MERGE INTO determinations d USING rulesets r ON d.ruleset = r.ruleset WHEN MATCHED THEN DELETE",
    ),
}


def attempt(url: str, statement: str) -> str | None:
    """Run one statement as an outsider with the database's own client; what it was refused with, if it was."""
    try:
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(str(make_url(url).database))) as connection, connection:
                connection.execute(statement)
        else:
            with psycopg.connect(url) as connection:
                connection.execute(statement)  # type: ignore[call-overload]
    except (sqlite3.Error, psycopg.Error) as error:
        return str(error)
    return None


@pytest.fixture
def kept(records: Records) -> list[dict[str, object]]:
    """A record that stands, one that was voided, one that was corrected, and its correction."""
    create(records, "k")
    void(records, "v", create(records, "k2").determination["id"])
    supersede(records, "s", create(records, "k3").determination["id"], sale(destination={"state": "VA"}))
    return everything(records)


def test_rows_neither_change_nor_go(records: Records, store_url: str, kept: list[dict[str, object]]) -> None:
    """Plain SQL that changes or deletes what is kept is refused by the database, with the reason."""
    for statement in CHANGES + REMOVALS:
        refused = attempt(store_url, statement)
        assert refused is not None and "levcheck: rows of" in refused, statement
        assert everything(records) == kept, statement
    assert audit(records.store, records.keys).faults == []


def test_nothing_is_replaced(records: Records, store_name: str, store_url: str, kept: list[dict[str, object]]) -> None:
    """Replacing, truncating and merging, which change rows by other names, change nothing either."""
    for statement in REPLACEMENTS[store_name]:
        attempt(store_url, statement)
        assert everything(records) == kept, statement
        assert audit(records.store, records.keys).faults == [], statement


def test_what_has_passed_its_date_may_go(open_records: Callable[..., Records], store_url: str) -> None:
    """Once its date has passed a record may be deleted, its event before it, and no other record."""
    old, new = open_records(now=lambda: LONG_AGO), open_records()
    void(old, "v", create(old, "old").determination["id"])
    create(new, "new")
    assert attempt(store_url, "DELETE FROM determinations WHERE retain_until > '2025'") is not None
    assert attempt(store_url, "DELETE FROM events") is None
    assert attempt(store_url, "DELETE FROM determinations WHERE retain_until < '2025'") is None
    assert len(everything(new)) == 1


def test_an_expired_record_does_not_change_either(open_records: Callable[..., Records], store_url: str) -> None:
    """A record whose date has passed can go, but never change."""
    records = open_records(now=lambda: LONG_AGO)
    create(records, "k")
    assert attempt(store_url, CHANGES[0]) is not None


def test_purge_removes_the_expired_and_counts_them(open_records: Callable[..., Records], tmp_path: Path) -> None:
    """A purge deletes exactly what has passed its date, with its events, and says how many determinations went."""
    old, new = open_records(now=lambda: LONG_AGO), open_records()
    for number in range(3):
        create(old, f"old {number}")
    void(old, "v", create(old, "voided").determination["id"])
    supersede(old, "s", create(old, "corrected").determination["id"], sale(reference="x"))
    kept = [create(new, f"new {number}").determination["id"] for number in range(2)]
    assert archive.purge(new.store, LONG_AGO) == 0
    assert archive.purge(new.store, clock()) == 6
    assert archive.purge(new.store, clock()) == 0
    assert [told["id"] for told in everything(new)] == kept[::-1]
    assert audit(new.store, new.keys).faults == []


def test_a_purge_leaves_no_event_without_its_record(open_records: Callable[..., Records]) -> None:
    """A correction is kept for as long as the record that it corrected, although its own time was shorter."""
    longer, shorter = open_records(now=lambda: LONG_AGO, years=20), open_records(now=lambda: LONG_AGO)
    old = create(longer, "k").determination["id"]
    supersede(shorter, "s", old, sale(reference="x"))
    assert archive.purge(longer.store, clock()) == 0
    assert audit(longer.store, longer.keys).faults == []
