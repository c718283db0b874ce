"""Every record read again: its hash, its signature, and its verdict under the law that it was made with."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, select

from ..check import as_judged, judged_again
from ..law.ruleset import Ruleset, content_hash
from . import canonical, certificates
from .keys import Keys
from .store import Store
from .tables import determinations, events, rulesets

BATCH = 500
Progress = Callable[[Iterable[Row[Any]], int], Iterable[Row[Any]]]


@dataclass
class Audit:
    """What an audit came to: how many records were read, and a sentence for each fault."""

    records: int = 0
    rulesets: int = 0
    faults: list[str] = field(default_factory=list)


def audit(store: Store, keys: Keys, progress: Progress = lambda rows, _count: rows) -> Audit:
    """Verify every record of a store. `progress` wraps the rows, of which it is told the number."""
    found = Audit()
    laws = _laws(store, found)
    with store.read() as connection:
        count = connection.execute(select(func.count()).select_from(determinations)).scalar_one()
        known = set(connection.execute(select(determinations.c.id)).scalars())
        corrections = {}
        for row in connection.execute(select(events)):
            if row.determination not in known or (row.by and row.by not in known):
                found.faults.append(f"event {row.id} speaks of a determination that is not there")
            elif row.by:
                corrections[row.by] = row.determination
    for row in progress(rows_in_order(store), count):
        found.records += 1
        faults = _faults(row, keys, laws)
        if row.id in known:  # a younger one may be told by an event that is not read
            faults = itertools.chain(faults, _history_faults(row, known, corrections))
        found.faults += [f"{row.id}: {fault}" for fault in faults]
    return found


def _history_faults(row: Row[Any], known: set[str], corrections: dict[str, str]) -> Iterator[str]:
    """Events are not signed, but a record is, and it names the one that it supersedes."""
    try:
        supersedes = canonical.decoded(row.record)["supersedes"]
    except (ValueError, KeyError, TypeError):
        return  # told as a record that was not signed
    if corrections.get(row.id) != (supersedes if supersedes in known else None):
        yield "the events do not say what it supersedes as it does itself"


def rows_in_order(store: Store) -> Iterator[Row[Any]]:
    """Every determination that is there at the start, by its id, a batch a transaction: a store is never read whole."""
    at = determinations.c
    with store.read() as connection:
        newest = connection.execute(select(func.max(at.id))).scalar_one() or ""
    last = ""
    while last < newest:
        query = select(determinations).where(at.id > last, at.id <= newest).order_by(at.id).limit(BATCH)
        with store.read() as connection:
            rows: Sequence[Row[Any]] = connection.execute(query).all()
        if not rows:  # purged meanwhile
            return
        yield from rows
        last = rows[-1].id


def _laws(store: Store, found: Audit) -> dict[str, Ruleset]:
    laws = {}
    with store.read() as connection:
        for row in connection.execute(select(rulesets)):
            found.rulesets += 1
            if (law := _law(row)) is None:
                found.faults.append(f"ruleset {row.ruleset} does not have the content that its hash names")
            else:
                laws[row.ruleset] = Ruleset.from_portable(law)
    return laws


def _law(row: Row[Any]) -> dict[str, Any] | None:
    """The kept law; None if it is not the one that its hash names."""
    try:
        law: dict[str, Any] = canonical.decoded(row.law)
        return law if content_hash(law) == row.ruleset else None
    except (ValueError, TypeError, RecursionError):  # not JSON, or with numbers that no law has
        return None


def _faults(row: Row[Any], keys: Keys, laws: dict[str, Ruleset]) -> Iterator[str]:
    try:
        claims = certificates.verify(row.certificate, keys).claims
        record = canonical.decoded(row.record)
    except ValueError as error:
        yield f"the certificate does not verify: {error}"
        return
    if claims["record"] != canonical.digest(row.record.encode()) or claims["jti"] != row.id:
        yield "the record is not the one that was signed"
        return
    if certificates.claims(record, row.record.encode()) != claims:
        yield "the certificate does not say what the record says"
    for column in ("id", "account", "recorded_at", "retain_until"):
        if record[column] != getattr(row, column):
            yield f"its column {column} is not what was signed"
    for column, signed in (
        ("reference", record["request"].get("reference")),
        ("vin", (claims["vin"] or "").upper() or None),
    ):
        if signed != getattr(row, column):
            yield f"its column {column} is not what was signed"
    for column in ("verdict", "ruleset"):
        if claims[column] != getattr(row, column):
            yield f"its column {column} is not what was signed"
    law = laws.get(row.ruleset)
    if law is None:
        yield "the law that it was made with is not kept"
    elif judged_again(law, record["result"]) != as_judged(record["result"]):
        yield "its own law gives another answer on its facts"
