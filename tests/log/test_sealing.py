"""Sealing: every record comes into the log once, whoever seals, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from levcheck.log import state
from levcheck.log.checkpoints import read
from levcheck.log.sealer import BATCH, HEARTBEAT, Outrun, reaching_back, seal
from levcheck.records import canonical
from levcheck.records.records import Records
from log.sealing import PlainTree, checkpoint, entries, rows, sealed, verified
from records.keeping import VIN, clock, create, everything, sale, supersede, void


def test_every_record_and_event_is_sealed(kept: Records) -> None:
    """The log holds one entry for each determination and each event, and its newest checkpoint signs them all."""
    told = [json.loads(entry) for entry in entries(kept)]
    assert sorted(entry["kind"] for entry in told) == ["determination"] * 5 + ["event"] * 2
    assert {entry["id"] for entry in told} >= {item["id"] for item in everything(kept)}
    signed = read(checkpoint(kept), kept.keys)
    assert signed.size == 7
    assert signed.root == PlainTree([entry.encode() for entry in entries(kept)]).root(7).hex()
    assert verified(kept).told == []


def test_entries_name_nobody(kept: Records) -> None:
    """An entry holds ids, times and hashes alone, in canonical JSON: no VIN, no reference, no reason."""
    for entry in entries(kept):
        told = json.loads(entry)
        assert canonical.encoded(told).decode() == entry
        assert set(told) in (
            {"kind", "id", "recorded_at", "retain_until", "record"},
            {"kind", "id", "recorded_at", "determination", "event", "hash"},
        )
        assert not any(word in entry for word in (VIN, "deal 1", "stepped back", "corrected", "local"))


def test_what_is_sealed_is_not_sealed_again(kept: Records) -> None:
    """A pass that finds nothing new writes nothing."""
    before = rows(kept)
    assert sealed(kept) == 0
    assert rows(kept) == before


def test_an_empty_store_is_not_signed(records: Records) -> None:
    """Where nothing was recorded there is no checkpoint."""
    assert sealed(records) == 0
    assert rows(records) == [[], [], []]
    with pytest.raises(state.NotSealedYet):
        state.checkpoint(records.store)


@pytest.mark.slow
def test_batches_make_one_tree(records: Records) -> None:
    """More records than fit into a batch are sealed in several, under one checkpoint, with the nodes that they complete."""
    count = 2 * BATCH + 10
    for number in range(count):
        create(records, f"k{number}")
    assert sealed(records) == count
    _entries, nodes, checkpoints = rows(records)
    assert (len(nodes), len(checkpoints)) == (count // 256, 1)
    plain = PlainTree([entry.encode() for entry in entries(records)])
    assert read(checkpoint(records), records.keys).root == plain.root(count).hex()
    assert [node[2] for node in nodes] == [plain.hash(at, at + 256).hex() for at in range(0, count - 255, 256)]
    assert verified(records).told == []


def test_a_full_batch_is_signed_when_nothing_follows(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass whose last batch happens to be full signs it too."""
    monkeypatch.setattr("levcheck.log.sealer.BATCH", 3)
    for number in range(6):
        create(records, f"k{number}")
    assert sealed(records) == 6
    assert [row[1] for row in rows(records)[2]] == [6]


def test_what_an_interrupted_pass_left_is_signed_by_the_next(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries of a pass that ended between its batches stay, are not acknowledged, and are signed by the next pass."""
    monkeypatch.setattr("levcheck.log.sealer.BATCH", 2)
    ids = [create(records, f"k{number}").determination["id"] for number in range(5)]
    turns = iter([False, True])
    assert seal(records.store, records.keys, clock, "levcheck", ended=lambda: next(turns)) == 2
    assert [len(table) for table in rows(records)] == [2, 0, 0]
    with pytest.raises(state.NotSealedYet):
        state.inclusion(records.store, ids[0])
    assert state.lag(records.store, clock()).seconds > 0
    assert sealed(records) == 3
    assert state.inclusion(records.store, ids[0])["size"] == 5
    assert verified(records).told == []


def test_a_row_that_appears_late_is_found(reopened: Callable[..., Records]) -> None:
    """A record whose row is committed half a minute after younger ones were sealed comes with the next pass."""
    records = reopened()
    create(records, "young")
    sealed(records)
    late = reopened(now=lambda: clock() - timedelta(seconds=30))
    create(late, "late")
    after = reaching_back(records.store, clock(), timedelta(minutes=1))
    assert seal(records.store, records.keys, clock, "levcheck", after) == 1
    assert verified(records).told == []


def test_a_pass_looks_no_further_than_its_window(reopened: Callable[..., Records]) -> None:
    """What is older than the window is left to a wider pass."""
    records = reopened()
    create(records, "young")
    sealed(records)
    create(reopened(now=lambda: clock() - timedelta(hours=2)), "late")
    narrow = reaching_back(records.store, clock(), timedelta(minutes=1))
    wide = reaching_back(records.store, clock(), timedelta(days=1))
    assert seal(records.store, records.keys, clock, "levcheck", narrow) == 0
    assert seal(records.store, records.keys, clock, "levcheck", wide) == 1


def test_a_checkpoint_from_the_future_hides_nothing(reopened: Callable[..., Records]) -> None:
    """A machine whose clock was years ahead when it signed does not keep later records from being sealed."""
    ahead = reopened(now=lambda: clock() + timedelta(days=3_650))
    create(ahead, "ahead")
    sealed(ahead)
    records = reopened()
    create(records, "k")
    after = reaching_back(records.store, clock(), timedelta(minutes=1))
    assert seal(records.store, records.keys, clock, "levcheck", after) == 1
    told = verified(records).told
    assert ["back-dated" in told[0], "long before the one before it" in told[1], len(told)] == [True, True, 2]
    create(records, "k2")
    sealed(records)
    assert verified(records).told == told


def test_a_quiet_log_is_signed_every_hour(reopened: Callable[..., Records]) -> None:
    """Where nothing comes the same tree is signed again after an hour, and not before."""
    records = reopened()
    create(records, "k")
    sealed(records)
    sealed(reopened(now=lambda: clock() + HEARTBEAT - timedelta(minutes=1)))
    assert len(rows(records)[2]) == 1
    sealed(reopened(now=lambda: clock() + HEARTBEAT))
    first, second = rows(records)[2]
    assert first[1:3] == second[1:3] and first[3] < second[3]
    assert datetime.fromisoformat(second[3]) - datetime.fromisoformat(first[3]) >= timedelta(minutes=59)


def test_a_sealer_that_was_outrun_writes_nothing(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that was made for another end of the log than it has by now is given up whole."""
    create(records, "k")
    taken = []

    def overtaken() -> datetime:  # the time is asked between reading and writing
        if not taken:
            taken.append(True)
            sealed(records)
        return clock()

    with pytest.raises(Outrun):
        seal(records.store, records.keys, overtaken, "levcheck")
    assert [len(table) for table in rows(records)] == [1, 0, 1]
    assert verified(records).told == []


def test_many_write_and_many_seal(reopened: Callable[..., Records]) -> None:
    """While four clients record, void and correct, four sealers at once bring every record into the log exactly once."""
    deployments = [reopened() for _ in range(8)]
    ended = []

    def writing(number: int) -> None:
        records = deployments[number]
        try:
            for at in range(12):
                id = create(records, f"{number} {at}").determination["id"]
                if at % 3 == 1:
                    void(records, f"{number} {at} v", id)
                elif at % 3 == 2:
                    supersede(records, f"{number} {at} s", id, sale(reference=f"{at}"))
        finally:
            ended.append(number)

    def sealing(number: int) -> int:
        records, appended = deployments[number], 0
        while len(ended) < 4:
            with contextlib.suppress(Outrun):
                appended += sealed(records)
        return appended

    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(writing, number) for number in range(4)]
        sealers = [pool.submit(sealing, number) for number in range(4, 8)]
        for writer in writers:
            writer.result()
        appended = sum(sealer.result() for sealer in sealers)
    appended += sealed(deployments[0])
    told = [json.loads(entry) for entry in entries(deployments[0])]
    assert len(told) == len({entry["id"] for entry in told}) == appended == 4 * (12 + 4 + 8)
    assert verified(deployments[0]).told == []


def test_lag_tells_how_far_the_log_has_come(reopened: Callable[..., Records]) -> None:
    """The lag is the signed size and the age of the oldest record that waits; none waits after a pass."""
    records = reopened()
    assert state.lag(records.store, clock()) == state.Lag(0, 0.0)
    create(records, "k")
    sealed(records)
    assert state.lag(records.store, clock()) == state.Lag(1, 0.0)
    void(records, "v", create(records, "k2").determination["id"])
    waits = state.lag(records.store, clock() + timedelta(seconds=60))
    assert waits.size == 1 and 60 <= waits.seconds < 90
    sealed(records)
    assert state.lag(records.store, clock()) == state.Lag(3, 0.0)
