"""Determinations: made once a key, told the same for ever."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from levcheck.app import Settings, create_app
from levcheck.records import schema
from levcheck.records.audit import audit
from levcheck.records.records import KeyReused, NoSuchDetermination, Records
from levcheck.records.store import Store, StoreUnavailable
from levcheck.records.tables import determinations
from levcheck.records.times import new_id
from records.keeping import ACCOUNT, SALE, TODAY, create, everything, opened, sale, supersede, void
from records.postgres import Postgres
from sqlalchemy import event, select, text

HEADERS = {"Content-Type": "application/json", "Idempotency-Key": "k"}


@pytest.fixture
def client(store_url: str, tmp_path: Path, records: Records) -> Any:
    """The application on the test's store."""
    app = create_app(Settings(dev=True, data=tmp_path, database=store_url), today=lambda: TODAY)
    yield app.test_client()
    app.extensions["levcheck"].records.store.close()


def test_a_determination_tells_what_was_asked_and_answered(records: Records) -> None:
    """A determination holds the request as received, the result, its times, and a certificate."""
    made = create(records, "k", sale(reference="deal 1"))
    assert not made.replayed
    told = made.determination
    assert (told["reference"], told["status"], told["supersedes"], told["history"]) == ("deal 1", "current", None, [])
    assert told["request"] == sale(reference="deal 1")
    assert (told["result"]["verdict"], told["result"]["basis"]) == ("permitted", "exempt")
    assert told["certificate"].count(".") == 2
    assert records.get(ACCOUNT, told["id"]) == told


def test_the_same_key_and_body_get_the_same_answer(records: Records, open_records: Callable[..., Records]) -> None:
    """A request that is sent again gets the stored answer, also after a restart, and nothing is recorded twice."""
    made = create(records, "k")
    for again in (records, open_records()):
        replayed = create(again, "k")
        assert replayed.replayed
        assert replayed.determination == made.determination
    assert len(everything(records)) == 1


def test_the_order_of_members_and_white_space_do_not_matter(client: FlaskClient) -> None:
    """A body with its members in another order, or laid out otherwise, is the same body."""
    first = client.post("/v1/determinations", data=json.dumps(SALE), headers=HEADERS)
    turned = {name: SALE[name] for name in reversed(SALE)}
    turned["vehicle"] = {name: SALE["vehicle"][name] for name in reversed(SALE["vehicle"])}
    for spelling in (json.dumps(turned, indent=3), json.dumps(SALE, separators=(",", ":"))):
        again = client.post("/v1/determinations", data=spelling, headers=HEADERS)
        assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
        assert again.data == first.data
    assert first.headers["Location"] == f"/v1/determinations/{first.json['id']}"
    assert "Idempotency-Replayed" not in first.headers


def test_a_key_stands_for_one_body(client: FlaskClient) -> None:
    """A used key with another body is refused with 422, and nothing is recorded."""
    client.post("/v1/determinations", json=SALE, headers=HEADERS)
    other = client.post("/v1/determinations", json=sale(reference="x"), headers=HEADERS)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert len(client.get("/v1/determinations").json["items"]) == 1


def test_a_key_stands_for_one_operation(records: Records) -> None:
    """A key that recorded, voided or superseded one determination is refused for anything else."""
    one, two, three = (create(records, key).determination["id"] for key in ("k1", "k2", "k3"))
    void(records, "v", one)
    new = supersede(records, "s", two, sale(reference="corrected")).determination["id"]
    for used in ("k1", "v", "s"):
        with pytest.raises(KeyReused):
            create(records, used, sale(reference="another"))
        with pytest.raises(KeyReused):
            void(records, used, three)
        with pytest.raises(KeyReused):
            supersede(records, used, three, sale(reference="another"))
    assert {item["id"]: item["status"] for item in everything(records)} == {
        one: "voided", two: "superseded", three: "current", new: "current"
    }  # fmt: skip


def test_a_record_needs_a_usable_key(client: FlaskClient) -> None:
    """Without a key of 1 to 255 visible ASCII characters nothing is recorded."""
    for key in (None, "", "two words", "é", "x" * 256):
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = client.post("/v1/determinations", json=SALE, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_missing")
    assert client.get("/v1/determinations").json["items"] == []


@pytest.mark.slow
def test_a_key_in_flight_is_answered_with_409(client: FlaskClient, store_name: str, store_url: str) -> None:
    """While another transaction holds the key a request waits, and is then answered: 409 with Retry-After, or 503."""
    client.post("/v1/determinations", json=SALE, headers={"Idempotency-Key": "first"})
    service = client.application.extensions["levcheck"].records
    row = "'x', account, 'k', fingerprint, reference, vin, verdict, recorded_at, retain_until, ruleset, record, certificate"
    with service.store.write() as holding:
        holding.execute(text(f"INSERT INTO determinations SELECT {row} FROM determinations"))
        waiting = client.post("/v1/determinations", json=SALE, headers=HEADERS)
        holding.rollback()
    told = (waiting.status_code, waiting.json["code"], waiting.headers["Retry-After"])
    if store_name == "postgresql":
        assert told == (409, "idempotency_in_flight", "1")
    else:  # SQLite has one writer: who waits too long is told that the store is busy
        assert told == (503, "not_ready", "2")
    assert client.post("/v1/determinations", json=SALE, headers=HEADERS).status_code == 201


def test_a_first_write_that_fails_harms_none_after_it(records: Records) -> None:
    """When the very first transaction is lost at its commit, the next request is recorded, with its law."""

    def fail(_connection: Any) -> None:
        raise RuntimeError("the commit is lost")

    event.listen(records.store.engine, "commit", fail)
    with pytest.raises(RuntimeError):
        create(records, "k")
    event.remove(records.store.engine, "commit", fail)
    assert not create(records, "k").replayed
    assert audit(records.store, records.keys).faults == []


@pytest.mark.parametrize("store_name", ["sqlite"], indirect=True)
def test_a_database_in_the_place_of_another_is_used(records: Records, tmp_path: Path) -> None:
    """Where another database, without the law, has taken the place of the first, all but the first request are recorded."""
    create(records, "before")
    path = Path(str(records.store.url.database))
    other = Store(f"sqlite:///{tmp_path}/other")
    other.make()
    schema.upgrade(other)
    other.close()
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    (tmp_path / "other").rename(path)
    with pytest.raises(StoreUnavailable):
        create(records, "first")
    assert not create(records, "first").replayed
    assert audit(records.store, records.keys).faults == []


@pytest.mark.parametrize("store_name", ["sqlite"], indirect=True)
def test_the_database_is_its_owners_alone(records: Records) -> None:
    """No other user of the machine can read SQLite's file, nor what waits beside it to be written there."""
    create(records, "k")
    path = Path(str(records.store.url.database))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.glob(f"{path.name}*")}
    assert set(modes.values()) == {0o600}, modes


@pytest.mark.parametrize("store_name", ["postgresql"], indirect=True)
def test_a_lost_connection_is_replaced_unnoticed(records: Records, postgres: Postgres) -> None:
    """When PostgreSQL has dropped every connection since the last record, the next is recorded all the same."""
    create(records, "before")
    database = records.store.url.database
    postgres.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database}'")
    assert not create(records, "after").replayed
    assert len(everything(records)) == 2


def test_a_row_whose_acknowledgement_was_lost_is_known_for_its_own(records: Records) -> None:
    """Inserted again because the connection broke after the commit, a row is told as new, and there once."""
    made = create(records, "k").determination["id"]
    with records.store.read() as connection:
        row = dict(connection.execute(select(determinations)).one()._mapping)
    other = row | {"id": new_id(records.now())}
    assert records._inserted([row, other]) == {made}
    assert len(everything(records)) == 1


def test_threads_with_one_key_make_one_record(records: Records) -> None:
    """Eight threads with the same key and body get one answer, and only one of them recorded it."""
    outcomes: list[Any] = []
    threads = [threading.Thread(target=lambda: outcomes.append(create(records, "k"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 8
    assert [outcome.replayed for outcome in outcomes].count(False) == 1
    assert all(outcome.determination == outcomes[0].determination for outcome in outcomes)


def test_another_accounts_records_are_not_there(records: Records) -> None:
    """A determination is seen and ended by its own account only."""
    id = create(records, "k").determination["id"]
    with pytest.raises(NoSuchDetermination):
        records.get("another", id)
    assert records.page("another", {}, None, 10) == ([], None)
    with pytest.raises(NoSuchDetermination):
        void(records, "v", "00000000-0000-7000-8000-000000000000")


LEAP = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)


def test_records_are_kept_five_years_or_longer(open_records: Callable[..., Records]) -> None:
    """The date until which a record is kept is five years away or more, and never a day early for a February 29."""
    for made, years, until in (
        (LEAP, 5, "2029-03-01T12:30:00.000000Z"),
        (LEAP, 8, "2032-02-29T12:30:00.000000Z"),
        (datetime(2026, 2, 28, 23, 59, 59, 999_999, UTC), 5, "2031-02-28T23:59:59.999999Z"),
        (datetime(2026, 12, 31, tzinfo=UTC), 100, "2126-12-31T00:00:00.000000Z"),
    ):
        records = open_records(now=lambda made=made: made, years=years)
        assert create(records, f"{made} {years}").determination["retain_until"] == until


def test_fewer_than_five_years_are_refused(store_url: str, tmp_path: Path) -> None:
    """A deployment cannot choose to keep records for less than the law asks."""
    for years in (4, 0, -5):
        with pytest.raises(ValueError, match="at least 5 years"):
            opened(store_url, tmp_path, years=years)
