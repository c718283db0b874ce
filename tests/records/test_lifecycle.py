"""Voided and superseded: the record stays, its status changes once."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest
from levcheck.app import Settings, create_app
from levcheck.records.audit import audit
from levcheck.records.records import AlreadyEnded, KeyReused, NoSuchDetermination, Records
from levcheck.records.tables import determinations, events
from records.keeping import ACCOUNT, TODAY, create, everything, sale, supersede, void
from sqlalchemy import func, select

NOWHERE = "00000000-0000-7000-8000-000000000000"


def counted(records: Records) -> tuple[int, int]:
    """How many determinations and events the store holds."""
    with records.store.read() as connection:
        return tuple(connection.execute(select(func.count()).select_from(t)).scalar_one() for t in (determinations, events))  # type: ignore[return-value]


def test_a_voided_determination_stays(records: Records) -> None:
    """Voiding changes the status and adds to the history: when, and why; everything else stays as it was."""
    made = create(records, "k").determination
    told = void(records, "v", made["id"], "the buyer's loan fell through").determination
    assert told["status"] == "voided"
    assert [(entry["event"], entry["reason"], entry["by"]) for entry in told["history"]] == [
        ("void", "the buyer's loan fell through", None)
    ]
    assert {**told, "status": "current", "history": []} == made
    assert records.get(ACCOUNT, made["id"]) == told
    assert create(records, "k").determination == made


def test_a_void_is_replayed_by_its_key(records: Records) -> None:
    """The same void again gets the same answer; with another reason or for another record its key is refused."""
    one, two = (create(records, key).determination["id"] for key in ("k1", "k2"))
    first = void(records, "v", one)
    again = void(records, "v", one)
    assert (first.replayed, again.replayed) == (False, True)
    assert again.determination == first.determination
    for id, reason in ((one, "another reason"), (two, "unwound")):
        with pytest.raises(KeyReused):
            void(records, "v", id, reason)


def test_a_superseded_determination_names_its_successor(records: Records) -> None:
    """A correction is a new determination that names the old one, whose history names the new one."""
    old = create(records, "k").determination
    outcome = supersede(records, "s", old["id"], sale(destination={"state": "VA"}), "registered at home")
    new = outcome.determination
    assert (new["supersedes"], new["status"], new["result"]["verdict"]) == (old["id"], "current", "prohibited")
    told = records.get(ACCOUNT, old["id"])
    assert (told["status"], told["result"]) == ("superseded", old["result"])
    assert [(e["event"], e["reason"], e["by"]) for e in told["history"]] == [("supersede", "registered at home", new["id"])]
    again = supersede(records, "s", old["id"], sale(destination={"state": "VA"}), "registered at home")
    assert (again.replayed, again.determination) == (True, new)


def test_a_correction_can_be_corrected(records: Records) -> None:
    """Corrections follow one another, each superseding the one before it."""
    ids = [create(records, "k").determination["id"]]
    for number in range(3):
        body = sale(reference=f"correction {number}")
        ids.append(supersede(records, f"s{number}", ids[-1], body).determination["id"])
    statuses = {item["id"]: (item["status"], item["supersedes"]) for item in everything(records)}
    assert statuses == {
        id: ("current" if id == ids[-1] else "superseded", before) for id, before in zip(ids, [None, *ids], strict=False)
    }


def test_what_has_ended_cannot_end_again(records: Records) -> None:
    """A voided or superseded determination is neither voided nor superseded again, and nothing is recorded."""
    one, two = (create(records, key).determination["id"] for key in ("k1", "k2"))
    void(records, "v1", one)
    supersede(records, "s1", two, sale(reference="corrected"))
    before = counted(records)
    for number, id in enumerate((one, two)):
        with pytest.raises(AlreadyEnded):
            void(records, f"v again {number}", id)
        with pytest.raises(AlreadyEnded):
            supersede(records, f"s again {number}", id, sale(reference="once more"))
    assert counted(records) == before == (3, 2)


def test_what_is_not_there_cannot_end(records: Records) -> None:
    """Voiding or superseding an unknown determination records nothing."""
    create(records, "k")
    with pytest.raises(NoSuchDetermination):
        void(records, "v", NOWHERE)
    with pytest.raises(NoSuchDetermination):
        supersede(records, "s", NOWHERE, sale())
    assert counted(records) == (1, 0)


def racing(*calls: Any) -> list[Any]:
    """What each of some calls made at once came to: its outcome, or the exception it raised."""
    outcomes: list[Any] = []
    together = threading.Barrier(len(calls))

    def run(call: Any) -> None:
        together.wait()
        try:
            outcomes.append(call())
        except (AlreadyEnded, KeyReused) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_corrections_one_wins(records: Records) -> None:
    """Of corrections made at once one is recorded; the others are told that it ended, and leave nothing behind."""
    for round_ in range(1, 6):
        old = create(records, f"k{round_}").determination["id"]
        outcomes = racing(*(partial(supersede, records, f"s{round_} {n}", old, sale(reference=f"{n}")) for n in range(4)))
        assert outcomes.count(AlreadyEnded) == 3
        (won,) = (outcome for outcome in outcomes if outcome is not AlreadyEnded)
        assert counted(records) == (2 * round_, round_)
        assert records.get(ACCOUNT, old)["history"][0]["by"] == won.determination["id"]
    assert audit(records.store, records.keys).faults == []


def test_of_a_void_and_a_correction_one_wins(records: Records) -> None:
    """A void and a correction made at once never both happen."""
    for number in range(5):
        old = create(records, f"k{number}").determination["id"]
        outcomes = racing(
            partial(void, records, f"v{number}", old),
            partial(supersede, records, f"s{number}", old, sale(reference="corrected")),
        )
        assert outcomes.count(AlreadyEnded) == 1
        assert len(records.get(ACCOUNT, old)["history"]) == 1


def test_one_correction_sent_many_times_at_once_is_one(records: Records) -> None:
    """One correction sent by four threads with one key is recorded once, and each gets the same answer."""
    old = create(records, "k").determination["id"]
    outcomes = racing(*[lambda: supersede(records, "s", old, sale(reference="corrected"))] * 4)
    assert [outcome.replayed for outcome in outcomes].count(False) == 1
    assert all(outcome.determination == outcomes[0].determination for outcome in outcomes)


@pytest.mark.parametrize("reason", ["", "  ", "\u00a0\n", None, 5])
def test_a_void_says_why(reason: object, store_url: str, tmp_path: Any, records: Records) -> None:
    """A void without a reason that says something is refused with the remedy, and the record stands as before."""
    app = create_app(Settings(dev=True, data=tmp_path, database=store_url), today=lambda: TODAY)
    client = app.test_client()
    id = client.post("/v1/determinations", json=sale(), headers={"Idempotency-Key": "k"}).json["id"]
    answer = client.post(f"/v1/determinations/{id}/void", json={"reason": reason}, headers={"Idempotency-Key": "v"})
    (error,) = answer.json["errors"]
    assert (answer.status_code, error["pointer"], "500 characters" in error["remedy"]) == (422, "/reason", True)
    assert client.get(f"/v1/determinations/{id}").json["status"] == "current"
    app.extensions["levcheck"].records.store.close()


def test_over_http_ends_are_told_by_their_codes(store_url: str, tmp_path: Any, records: Records) -> None:
    """Over HTTP a void is 200, a correction 201, an ended determination 409, an unknown one 404."""
    app = create_app(Settings(dev=True, data=tmp_path, database=store_url), today=lambda: TODAY)
    client = app.test_client()
    id = client.post("/v1/determinations", json=sale(), headers={"Idempotency-Key": "k"}).json["id"]
    told = []
    for key, address, body in (
        ("s", f"{id}/supersede", {"request": sale(reference="corrected"), "reason": "typing"}),
        ("s", f"{id}/supersede", {"reason": "typing", "request": sale(reference="corrected")}),
        ("s2", f"{id}/supersede", {"request": sale()}),
        ("v", f"{id}/void", {"reason": "unwound"}),
        ("v", f"{NOWHERE}/void", {"reason": "unwound"}),
    ):
        answer = client.post(f"/v1/determinations/{address}", json=body, headers={"Idempotency-Key": key})
        told.append((answer.status_code, answer.json.get("code"), answer.headers.get("Idempotency-Replayed")))
    assert told == [
        (201, None, None), (201, None, "true"), (409, "already_ended", None), (409, "already_ended", None),
        (404, "no_such_determination", None),
    ]  # fmt: skip
    assert client.get(f"/v1/determinations/{NOWHERE}").json["code"] == "no_such_determination"
    app.extensions["levcheck"].records.store.close()
