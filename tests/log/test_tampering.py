"""Whoever holds an old checkpoint can prove that a record was removed, altered or back-dated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from levcheck.log import checkpoints, state
from levcheck.log.merkle import leaf_hash, proves_consistency, proves_inclusion
from levcheck.log.sealer import seal
from levcheck.records.audit import audit
from levcheck.records.records import Records
from log.sealing import checkpoint, entries, rows, sealed, verified
from log.tampering import resealed, tamper
from records.keeping import clock, create, sale, supersede, void

ONE = "(SELECT MIN(id) FROM determinations)"
NEW_ROOT = "another root"

# What is done, and the words of the fault that it must be told as.
TAMPERINGS: dict[str, tuple[list[str], str]] = {
    "a record altered": (
        [f"UPDATE determinations SET record = REPLACE(record, 'individual', 'government') WHERE id = {ONE}"], "was altered",
    ),
    "a record dated back": (
        [f"UPDATE determinations SET recorded_at = '2025-01-01T00:00:00.000000Z' WHERE id = {ONE}"], "was altered",
    ),
    "a record kept for less": (
        [f"UPDATE determinations SET retain_until = '2025-01-01T00:00:00.000000Z' WHERE id = {ONE}"], "was altered",
    ),
    "a record removed": ([f"DELETE FROM determinations WHERE id = {ONE}"], "was removed"),
    "a record renamed": ([f"UPDATE determinations SET id = '0' WHERE id = {ONE}"], "was removed"),
    "a void undone": (["DELETE FROM events WHERE event = 'void'"], "was removed"),
    "a void's reason": (["UPDATE events SET reason = 'another' WHERE event = 'void'"], "was altered"),
    "a void made a correction": (["UPDATE events SET event = 'supersede' WHERE event = 'void'"], "was altered"),
    "an entry altered": (
        ["UPDATE log_entries SET entry = REPLACE(entry, '\"record\":\"', '\"record\":\"0') WHERE leaf_index = 0"],
        "does not have the root",
    ),
    "an entry that is none": (["UPDATE log_entries SET entry = '[]' WHERE leaf_index = 0"], "cannot be read"),
    "an entry of another record": (["UPDATE log_entries SET id = 'x' WHERE leaf_index = 0"], "is not of the record"),
    "an entry and its record removed": (
        [
            "DELETE FROM determinations WHERE id = (SELECT id FROM log_entries WHERE leaf_index = 0)",
            "DELETE FROM log_entries WHERE leaf_index = 0",
        ],
        "Entry 0 is missing",
    ),
    "the last entry removed": (["DELETE FROM log_entries WHERE leaf_index = 6"], "there are 6"),
    "an entry hidden before the first": (
        ["INSERT INTO log_entries (leaf_index, id, entry) VALUES (-1, 'x', '{}')"], "Entry 0 is missing",
    ),
    "an entry's place exchanged": (
        [
            "UPDATE log_entries SET leaf_index = 100 WHERE leaf_index = 1",
            "UPDATE log_entries SET leaf_index = 1 WHERE leaf_index = 2",
            "UPDATE log_entries SET leaf_index = 2 WHERE leaf_index = 100",
        ],
        "does not have the root",
    ),
    "the log removed": (
        ["DELETE FROM log_entries", "DELETE FROM log_nodes", "DELETE FROM log_checkpoints"], "there are 0",
    ),
    "a checkpoint removed": (["DELETE FROM log_checkpoints WHERE number = 0"], "Checkpoint 0 is missing"),
    "a checkpoint's root": (["UPDATE log_checkpoints SET root = REPLACE(root, 'a', 'b')"], "does not say what was signed"),
    "a checkpoint's size": (["UPDATE log_checkpoints SET size = 3 WHERE number = 0"], "does not say what was signed"),
    "a checkpoint's time": (["UPDATE log_checkpoints SET at = '2025-01-01T00:00:00.000000Z'"], "does not say what was"),
    "a checkpoint without a time": (["UPDATE log_checkpoints SET at = ''"], "does not say what was"),
    "a checkpoint's signature": (["UPDATE log_checkpoints SET signed = signed || 'x'"], "does not verify"),
    "a checkpoint of nothing": (["UPDATE log_checkpoints SET signed = ''"], "does not verify"),
    "a certificate for a checkpoint": (
        [f"UPDATE log_checkpoints SET signed = (SELECT certificate FROM determinations WHERE id = {ONE})"],
        "not a checkpoint of a log",
    ),
}  # fmt: skip

# What is done to the records before the log is thrown away and made again with the right keys.
REWRITINGS = {
    "a record altered": [f"UPDATE determinations SET record = REPLACE(record, 'individual', 'government') WHERE id = {ONE}"],
    "a void undone": ["DELETE FROM events WHERE event = 'void'"],
    "a void's reason": ["UPDATE events SET reason = 'another' WHERE event = 'void'"],
    "a void dated back": ["UPDATE events SET recorded_at = '2025-01-01T00:00:00.000000Z' WHERE event = 'void'"],
    "a record dated back": [f"UPDATE determinations SET recorded_at = '2025-01-01T00:00:00.000000Z' WHERE id = {ONE}"],
    "everything removed": ["DELETE FROM events", "DELETE FROM determinations"],
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(kept: Records, name: str) -> None:
    """Each change made directly in the database is reported, in words that say what is wrong."""
    statements, words = TAMPERINGS[name]
    held = checkpoint(kept)
    tamper(kept, *statements)
    told = verified(kept, held).told
    assert any(words in fault for fault in told), told


def test_a_gap_is_told_once(kept: Records) -> None:
    """A removed entry is one gap and one run of differing roots, and what a kept checkpoint proves of it is told first."""
    held = checkpoint(kept)
    create(kept, "k5")
    sealed(kept)
    tamper(kept, "DELETE FROM log_entries WHERE leaf_index = 2")
    gone, *others = verified(kept, held).told
    assert "Kept checkpoint 0 (7 entries" in gone and NEW_ROOT in gone
    assert others == [
        "Entry 2 is missing: entry 3 stands in its place.",
        "Checkpoint 0 (of 4 entries) does not have the root of the entries, and so on to Checkpoint 1 (of 7 entries).",
        "Checkpoint 2 was signed over 8 entries; there are 7.",
    ]


def test_a_kept_checkpoint_that_the_log_lost_is_told(kept: Records) -> None:
    """Whoever removes the newest checkpoint, which nothing in the log misses, does not pass who kept it."""
    held = checkpoint(kept)
    tamper(kept, "DELETE FROM log_checkpoints WHERE number = (SELECT MAX(number) FROM log_checkpoints)")
    assert verified(kept).told == []
    (told,) = verified(kept, held).told
    assert "no longer among the checkpoints of the log" in told


@pytest.mark.parametrize("name", REWRITINGS)
def test_a_log_that_was_made_again_is_not_the_one_that_was_seen(kept: Records, name: str) -> None:
    """A rewritten past under a new, well-signed log has no fault in itself, but does not pass whoever kept a checkpoint."""
    held = checkpoint(kept)
    resealed(kept, *REWRITINGS[name])
    assert verified(kept).told == []
    told = verified(kept, held).told
    assert len(told) == 1 and (NEW_ROOT in told[0] or "entries were removed" in told[0]), told


def test_a_record_slipped_into_the_past_is_not_in_the_log_that_was_seen(
    kept: Records, reopened: Callable[..., Records]
) -> None:
    """A back-dated record that a remade log holds in its place among the old ones does not pass a kept checkpoint."""
    held = checkpoint(kept)
    create(reopened(now=lambda: clock() - timedelta(days=30)), "back-dated")
    resealed(kept)
    assert verified(kept).told == []
    assert [fault for fault in verified(kept, held).told if NEW_ROOT in fault]


def test_a_back_dated_record_is_found(kept: Records, reopened: Callable[..., Records]) -> None:
    """A well-signed record of last month is told: as not in the log, and, once sealed, as later than a checkpoint."""
    held = checkpoint(kept)
    past = reopened(now=lambda: clock() - timedelta(days=30))
    id = create(past, "back-dated").determination["id"]
    assert audit(kept.store, kept.keys).faults == []
    assert verified(kept).told == [f"The determination {id} is not in the log."]
    sealed(kept)
    (told,) = verified(kept).told
    assert id in told and "it is back-dated" in told
    tamper(kept, "DELETE FROM log_checkpoints WHERE number < 2", "UPDATE log_checkpoints SET number = 0")
    assert verified(kept).told == []
    assert [fault for fault in verified(kept, held).told if "it is back-dated" in fault]


def test_a_record_dated_back_into_a_quiet_time_is_found(reopened: Callable[..., Records]) -> None:
    """A checkpoint is signed every hour: a record of half an hour before the newest one came after it, and is told."""
    start = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    for hour in range(3):
        records = reopened(now=lambda hour=hour: start + timedelta(hours=hour))
        if hour == 0:
            create(records, "k")
        sealed(records)
    create(reopened(now=lambda: start + timedelta(hours=1, minutes=30)), "back-dated")
    sealed(records)
    assert [fault for fault in verified(records).told if "it is back-dated" in fault]


def test_a_checkpoint_dated_back_is_found(kept: Records) -> None:
    """A well-signed checkpoint that says it was signed last month, after one of today, is told."""
    create(kept, "k5")
    seal(kept.store, kept.keys, lambda: clock() - timedelta(days=30), "levcheck")
    (told,) = verified(kept).told
    assert "long before the one before it" in told


def test_a_late_record_is_no_fault(kept: Records, reopened: Callable[..., Records]) -> None:
    """A record that came into the log a minute late, by the clock of another machine, is no fault."""
    create(reopened(now=lambda: clock() - timedelta(minutes=1)), "late")
    sealed(kept)
    assert verified(kept).told == []


def test_what_waits_is_no_fault(kept: Records) -> None:
    """Records that are younger than the newest checkpoint are not missed yet."""
    create(kept, "k5")
    assert verified(kept).told == []


def test_every_old_checkpoint_goes_on_holding(kept: Records) -> None:
    """Every checkpoint that was ever kept passes, however much came after it and whatever key signs now."""
    held = []
    for number in range(5):
        held.append(checkpoint(kept))
        kept.keys.rotate(clock())
        void(kept, f"v{number}", create(kept, f"n{number}").determination["id"])
        sealed(kept)
    assert verified(kept, *held, checkpoint(kept)).told == []


def test_a_strangers_checkpoint_does_not_pass(kept: Records, tmp_path: Any) -> None:
    """A checkpoint that is cut, is a certificate, or was signed by keys that are not here is told."""
    with kept.store.read() as connection:
        certificate = connection.exec_driver_sql(f"SELECT certificate FROM determinations WHERE id = {ONE}").scalar_one()
    (tmp_path / "keys.json").unlink()
    strangers = type(kept.keys).in_folder(tmp_path, clock())
    assert [fault for fault in verify_with(kept, strangers) if "No key of this service" in fault]
    for held in ("", "x.y.z", checkpoint(kept)[:-5], certificate):
        assert [fault for fault in verified(kept, held).told if fault.startswith("Kept checkpoint 0 does not verify")]


def verify_with(records: Records, keys: Any) -> list[str]:
    """What a verification with other keys finds."""
    records.keys = keys
    return verified(records).told


def test_the_proofs_catch_it_without_the_database(kept: Records) -> None:
    """With an old checkpoint and the service's proofs alone, an honest past passes and a rewritten one does not."""
    held = checkpoints.read(checkpoint(kept), kept.keys)
    supersede(kept, "s2", create(kept, "k9").determination["id"], sale(reference="another"))
    sealed(kept)
    assert _consistent(kept, held)
    resealed(kept, *REWRITINGS["a void's reason"])
    assert not _consistent(kept, held)


def _consistent(records: Records, held: checkpoints.Checkpoint) -> bool:
    newest = checkpoints.read(checkpoint(records), records.keys)
    told = state.consistency(records.store, held.size, newest.size)
    roots = bytes.fromhex(held.root), bytes.fromhex(newest.root)
    return proves_consistency(held.size, newest.size, *roots, [bytes.fromhex(node) for node in told["proof"]])


def test_a_proof_is_of_the_entry_under_the_checkpoint(kept: Records) -> None:
    """The proof of each determination verifies under each checkpoint that holds it, and for no other entry."""
    ids = [id for _, id, _ in rows(kept)[0]]
    sizes = [row[1] for row in rows(kept)[2]]
    assert sizes == [4, 7]
    for index, id in enumerate(ids):
        for size in (size for size in sizes if index < size):
            told = state.inclusion(kept.store, id, size)
            signed = checkpoints.read(told["checkpoint"]["signed"], kept.keys)
            assert (told["index"], told["size"], signed.size) == (index, size, size)
            proof = [bytes.fromhex(node) for node in told["inclusion"]]
            for other, entry in enumerate(entries(kept)):
                proved = proves_inclusion(index, size, leaf_hash(entry.encode()), proof, bytes.fromhex(signed.root))
                assert proved == (other == index) == (entry == told["entry"])
