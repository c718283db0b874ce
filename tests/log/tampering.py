"""Changes to the records and to the log itself that somebody with the run of the database, and of the keys, could make."""

from __future__ import annotations

from levcheck.records.records import Records
from log.sealing import TABLES, sealed
from records import tampering


def tamper(records: Records, *statements: str) -> None:
    """Take the guards of the log down, too, and run statements."""
    if not records.store.is_sqlite:
        with records.store.write() as connection:
            for table in TABLES:
                connection.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
    tampering.tamper(records, *statements)


def resealed(records: Records, *statements: str) -> None:
    """Tamper, throw the log away, and make another one with the deployment's own keys."""
    tamper(records, *statements, *(f"DELETE FROM {table.name}" for table in TABLES))
    sealed(records)
