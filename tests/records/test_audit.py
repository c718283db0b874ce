"""The audit: what was changed behind the service's back is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from levcheck.records.audit import audit
from levcheck.records.certificates import sign, verify
from levcheck.records.records import Records
from records.keeping import create, sale, supersede, void
from records.tampering import tamper

ONE = "(SELECT MIN(id) FROM determinations)"
OTHER = "(SELECT MAX(id) FROM determinations)"
NOWHERE = "00000000-0000-7000-8000-000000000000"

# What is done, and the words of the fault that it must be told as.
TAMPERINGS: dict[str, tuple[list[str], str]] = {
    "another verdict": ([f"UPDATE determinations SET verdict = 'permitted' WHERE id = {OTHER}"], "column verdict"),
    "another VIN": ([f"UPDATE determinations SET vin = '5YJ3E1EA7SF000001' WHERE id = {ONE}"], "column vin"),
    "another reference": ([f"UPDATE determinations SET reference = 'x' WHERE id = {ONE}"], "column reference"),
    "another time": (
        [f"UPDATE determinations SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE id = {ONE}"], "column recorded_at",
    ),
    "an earlier end": (
        [f"UPDATE determinations SET retain_until = '2020-01-01T00:00:00.000000Z' WHERE id = {ONE}"], "column retain_until",
    ),
    "another account": ([f"UPDATE determinations SET account = 'x' WHERE id = {ONE}"], "column account"),
    "another id": ([f"UPDATE determinations SET id = '{NOWHERE}' WHERE id = {ONE}"], "not the one that was signed"),
    "one word of a record": (
        [f"UPDATE determinations SET record = REPLACE(record, 'individual', 'government') WHERE id = {ONE}"],
        "not the one that was signed",
    ),
    "white space in a record": (
        [f"UPDATE determinations SET record = record || ' ' WHERE id = {ONE}"], "not the one that was signed",
    ),
    "a record cut short": (
        [f"UPDATE determinations SET record = SUBSTR(record, 1, 100) WHERE id = {ONE}"], "not",
    ),
    "an empty certificate": ([f"UPDATE determinations SET certificate = '' WHERE id = {ONE}"], "does not verify"),
    "two certificates exchanged": (
        [
            "CREATE TABLE aside AS SELECT id, certificate FROM determinations",
            "UPDATE determinations SET certificate = (SELECT certificate FROM aside WHERE aside.id <> determinations.id"
            f" AND aside.id IN ({ONE}, {OTHER})) WHERE id IN ({ONE}, {OTHER})",
        ],
        "not the one that was signed",
    ),
    "another law": (["UPDATE rulesets SET law = REPLACE(law, '7500', '6500')"], "does not have the content"),
    "a law that cannot be read": (["UPDATE rulesets SET law = '{'"], "does not have the content"),
    "a law with a fraction": (["UPDATE rulesets SET law = '{\"x\":1.5}'"], "does not have the content"),
    "a law that is gone": (["DELETE FROM rulesets"], "is not kept"),
    "an event of nothing": ([f"UPDATE events SET determination = '{NOWHERE}' WHERE event = 'void'"], "not there"),
    "an event by nothing": ([f"UPDATE events SET by = '{NOWHERE}' WHERE event = 'supersede'"], "not there"),
    "a record that is gone": (["DELETE FROM determinations WHERE id IN (SELECT by FROM events)"], "not there"),
    "a correction undone": (["DELETE FROM events WHERE event = 'supersede'"], "supersedes"),
    "a correction turned into a void": (["UPDATE events SET event = 'void', by = NULL"], "supersedes"),
    "a correction of another record": ([f"UPDATE events SET by = {ONE} WHERE event = 'supersede'"], "supersedes"),
}  # fmt: skip


@pytest.fixture
def kept(records: Records) -> Records:
    """Records that stand, a voided one, and a corrected one; the last is prohibited."""
    create(records, "k", sale(reference="deal 1"))
    void(records, "v", create(records, "k2").determination["id"])
    supersede(records, "s", create(records, "k3").determination["id"], sale(reference="corrected"))
    create(records, "k4", sale(destination={"state": "VA"}))
    return records


def test_untouched_records_have_no_fault(kept: Records) -> None:
    """An audit reads every record and every law, and finds nothing where nothing was touched."""
    found = audit(kept.store, kept.keys)
    assert (found.records, found.rulesets, found.faults) == (5, 1, [])


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(kept: Records, name: str) -> None:
    """Each change made directly in the database is reported, in words that say what is wrong."""
    statements, words = TAMPERINGS[name]
    tamper(kept, *statements)
    faults = audit(kept.store, kept.keys).faults
    assert any(words in fault for fault in faults), faults


def test_a_forged_certificate_is_found(kept: Records, open_records: Callable[..., Records]) -> None:
    """A certificate that a real key signed over other claims, or that a lost key signed, is reported."""
    with kept.store.read() as connection:
        id, certificate = connection.exec_driver_sql(f"SELECT id, certificate FROM determinations WHERE id = {ONE}").one()
    forged = sign({**verify(certificate, kept.keys).claims, "verdict": "prohibited"}, kept.keys)
    tamper(kept, f"UPDATE determinations SET certificate = '{forged}' WHERE id = '{id}'")
    faults = audit(kept.store, kept.keys).faults
    assert any("does not say what the record says" in fault for fault in faults)
    (open_records().keys.folder / "keys.json").unlink()  # type: ignore[operator]
    strangers = open_records().keys
    assert len([fault for fault in audit(kept.store, strangers).faults if "No key of this service" in fault]) == 5


def test_an_audit_meets_records_that_arrive(kept: Records) -> None:
    """Records and events that arrive while an audit runs are no faults."""

    def arriving(rows: object, _count: int) -> object:
        for number, row in enumerate(rows):  # type: ignore[arg-type, var-annotated]
            if number < 3:
                void(kept, f"new v{number}", create(kept, f"new {number}").determination["id"])
            yield row

    assert audit(kept.store, kept.keys, arriving).faults == []  # type: ignore[arg-type]
