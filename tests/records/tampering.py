"""Changes that no one should be able to make: plain SQL on a database whose guards were taken down."""

from __future__ import annotations

from levcheck.records.records import Records
from sqlalchemy import inspect, text

TABLES = ("determinations", "events", "rulesets")


def unguarded(records: Records) -> None:
    """Drop every trigger, as somebody with the run of the database could."""
    with records.store.write() as connection:
        if records.store.is_sqlite:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
            return
        for table in TABLES:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            for key in inspect(connection).get_foreign_keys(table):
                connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {key['name']}"))


def tamper(records: Records, *statements: str) -> None:
    """Take the guards down and run statements, foreign keys unchecked."""
    unguarded(records)
    if records.store.is_sqlite:
        connection = records.store.engine.raw_connection()
        try:
            connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]
            for statement in statements:
                connection.execute(statement)  # type: ignore[attr-defined]
            connection.commit()
            connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]
        finally:
            connection.close()
        return
    with records.store.write() as writing:
        for statement in statements:
            writing.exec_driver_sql(statement)
