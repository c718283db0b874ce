"""Determinations: made once a key, listed, voided and superseded; the rows themselves never change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, select, union_all
from sqlalchemy.dialects import postgresql, sqlite

from ..evidence.registry import Registry
from ..law.current import HASH, LAW, portable
from . import canonical
from .calls import AlreadyEnded, Call, KeyReused, NoSuchDetermination, Outcome
from .committing import Committer
from .keys import Keys
from .listing import listed
from .making import Maker
from .store import Prepared, Store, StoreUnavailable
from .tables import determinations, events, rulesets
from .telling import CURRENT, STATUS, history, joined, row_told, told
from .times import RETENTION_YEARS, as_text, new_id


class Records:
    """The records of one deployment. Threads may share it."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        registry: Registry,
        *,
        reading: str,
        issuer: str = "levcheck",
        years: int = RETENTION_YEARS,
        now: Callable[[], datetime],
    ) -> None:
        if years < RETENTION_YEARS:
            raise ValueError(f"records are kept at least {RETENTION_YEARS} years (9VAC5-95-30 H 1), not {years}")
        self.store, self.keys, self.issuer, self.now = store, keys, issuer, now
        self._maker = Maker(keys, registry, reading, issuer, years, now)
        self._committer = Committer(store.write, self._inserted)
        self._law_is_kept = False
        self._inserting = cache(self._inserting_so_many)

    def create(self, call: Call, request: Mapping[str, Any], today: date) -> Outcome:
        """Evaluate, sign and record a valid request. Returns once it is durable. Raises KeyReused, InFlight."""
        made = self._maker.made(call, "create", request, call.body, today)
        before = self._committer.insert(made.row, lambda connection: self._replayed(connection, call, "create"))
        return before or made.outcome()

    def supersede(self, call: Call, id: str, request: Mapping[str, Any], today: date, reason: str | None) -> Outcome:
        """Record a corrected transaction in the place of another. Raises also NoSuchDetermination, AlreadyEnded."""
        operation = f"supersede {id}"
        made = self._maker.made(call, operation, request, call.body["request"], today, supersedes=id)
        self._keep_law()

        def job(connection: Connection) -> Outcome:
            if not self._added(connection, made.row):
                return self._replayed(connection, call, operation)
            if not self._end(connection, call, operation, id, "supersede", reason, made.row["id"]):
                raise AlreadyEnded
            return made.outcome()

        return self._committer.run(job)

    def void(self, call: Call, id: str, reason: str) -> Outcome:
        """Mark a determination as voided; the record stays. Raises KeyReused, NoSuchDetermination, AlreadyEnded."""
        operation = f"void {id}"

        def job(connection: Connection) -> Outcome:
            if connection.execute(select(determinations.c.id).where(*_made_by(determinations, call))).first():
                raise KeyReused
            ended = self._end(connection, call, operation, id, "void", reason, None)
            if not ended:
                self._refuse_unless_same(connection, call, operation)
            return Outcome(row_told(self._one(connection, call.account, id)), replayed=not ended)

        return self._committer.run(job)

    def _refuse_unless_same(self, connection: Connection, call: Call, operation: str) -> None:
        """An event is there already: made by this same request before, or by another."""
        before = connection.execute(select(events).where(*_made_by(events, call))).first()
        if before is None:
            raise AlreadyEnded
        if before.fingerprint != call.fingerprint(operation):
            raise KeyReused

    def get(self, account: str | None, id: str) -> dict[str, Any]:
        """One determination of an account, or of any (None). Raises NoSuchDetermination."""
        with self.store.read() as connection:
            return row_told(self._one(connection, account, id))

    def standing(
        self, id: str, certificate: str, reader: Callable[[str], bool] = lambda _account: False
    ) -> tuple[str, list[dict[str, Any]]]:
        """Whether a certificate's record is current, voided or superseded, and its history; `unknown` if it is not here.

        `reader` says of an account whether its records may be read whole: the reason of an event is the account's own.
        """
        with self.store.read() as connection:
            row = connection.execute(joined().where(determinations.c.id == id)).first()
        if row is None or row.certificate != certificate:
            return "unknown", []
        ended = history(row)
        return STATUS[row.event], ended if reader(row.account) else [event | {"reason": None} for event in ended]

    def page(
        self, account: str | None, wanted: Mapping[str, str], before: str | None, limit: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Determinations of an account, or of all (None), from the newest on, and the id before which the next page begins.

        `wanted` may hold `vin`, `reference`, `verdict`, and `from` and `to` as times (`to` excluded).
        """
        query = listed(account, wanted, before).limit(limit + 1)
        with self.store.read() as connection:
            rows = connection.execute(query).all()
        return [row_told(row) for row in rows[:limit]], rows[limit - 1].id if len(rows) > limit else None

    def _keep_law(self) -> None:
        """Store the compiled law before the first determination, to judge them again."""
        if not self._law_is_kept:
            values = {"ruleset": HASH, "law": canonical.encoded(portable(LAW)).decode(), "stored_at": as_text(self.now())}
            with self.store.write() as connection:
                connection.execute(self._insert_new(rulesets).values(values))
            self._law_is_kept = True  # only now: a transaction that was lost at its commit has kept nothing

    def _insert_new(self, table: Any) -> Any:
        """An insert that does nothing where the row is there already: the unique key decides the race."""
        dialect = sqlite if self.store.is_sqlite else postgresql
        return dialect.insert(table).on_conflict_do_nothing()

    def _inserting_so_many(self, count: int) -> Prepared:
        """The statement that inserts so many determinations, which it is given as `id_0`, ..., `id_1`, ...

        One statement decides the race for a key; a key that ended a determination makes none.
        """
        columns = list(determinations.columns)
        rows = []
        for number in range(count):
            given = {column.name: bindparam(f"{column.name}_{number}", type_=column.type) for column in columns}
            ending = exists().where(
                events.c.account == given["account"], events.c.idempotency_key == given["idempotency_key"]
            )
            rows.append(select(*given.values()).where(~ending))
        names = [column.name for column in columns]
        return self.store.prepared(self._insert_new(determinations).from_select(names, union_all(*rows)))

    def _inserted(self, rows: Sequence[Mapping[str, Any]]) -> set[str]:
        """Insert determinations in one transaction; the ids of those whose keys were not used before."""
        self._keep_law()
        ids = {row["id"] for row in rows}
        try:
            count = self.store.alone(self._inserting(len(rows)), _numbered(rows))
        except StoreUnavailable:
            self._law_is_kept = False  # not by another database that may be there in the place of the one before
            raise
        if count == len(rows):
            return ids
        with self.store.read() as connection:  # an id is of one row alone, and what was just inserted is there to stay
            return set(connection.execute(select(determinations.c.id).where(determinations.c.id.in_(ids))).scalars())

    def _added(self, connection: Connection, row: Mapping[str, Any]) -> bool:
        """Insert a determination in a transaction with other things; False if its key was used before."""
        inserting = self._inserting(1)
        return connection.exec_driver_sql(inserting.sql, inserting.given(_numbered([row]))).rowcount == 1

    def _replayed(self, connection: Connection, call: Call, operation: str) -> Outcome:
        """The answer that an earlier request with this key got: the determination as it was then."""
        row = connection.execute(select(determinations).where(*_made_by(determinations, call))).first()
        if row is None or row.fingerprint != call.fingerprint(operation):
            raise KeyReused
        return Outcome(told(canonical.decoded(row.record), row.certificate, CURRENT, []), replayed=True)

    def _end(
        self, connection: Connection, call: Call, operation: str, id: str, kind: str, reason: str | None, by: str | None
    ) -> bool:
        """Add the event that ends a determination; False if it has ended, or the key was used, before."""
        self._one(connection, call.account, id)
        moment = self.now()
        values = {
            "id": new_id(moment),
            "determination": id,
            "event": kind,
            "reason": reason,
            "by": by,
            "account": call.account,
            "idempotency_key": call.key,
            "fingerprint": call.fingerprint(operation),
            "recorded_at": as_text(moment),
        }
        return connection.execute(self._insert_new(events).values(values).returning(events.c.id)).first() is not None

    def _one(self, connection: Connection, account: str | None, id: str) -> Row[Any]:
        query = joined().where(determinations.c.id == id)
        row = connection.execute(query if account is None else query.where(determinations.c.account == account)).first()
        if row is None:
            raise NoSuchDetermination
        return row


def _numbered(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {f"{name}_{number}": value for number, row in enumerate(rows) for name, value in row.items()}


def _made_by(table: Any, call: Call) -> tuple[Any, Any]:
    """The condition for the row that a key of an account made."""
    return table.c.account == call.account, table.c.idempotency_key == call.key
