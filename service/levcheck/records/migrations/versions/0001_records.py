"""Determinations, events, rulesets, and the triggers that refuse to change or lose them.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
KEPT = ("determinations", "events", "rulesets")


def upgrade() -> None:
    """Make the tables as they were at this revision, then their guards."""
    op.create_table(
        "rulesets",
        sa.Column("ruleset", sa.String(64), primary_key=True),
        sa.Column("law", sa.Text, nullable=False),
        sa.Column("stored_at", sa.String(27), nullable=False),
    )
    op.create_table(
        "determinations",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("reference", sa.String(64)),
        sa.Column("vin", sa.String(17)),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("retain_until", sa.String(27), nullable=False),
        sa.Column("ruleset", sa.String(64), sa.ForeignKey("rulesets.ruleset"), nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("certificate", sa.Text, nullable=False),
        sa.UniqueConstraint("account", "idempotency_key"),
    )
    for columns in (["account", "id"], ["vin", "id"], ["reference", "id"], ["recorded_at"]):
        op.create_index(f"ix_determinations_{'_'.join(columns)}", "determinations", columns)
    op.create_table(
        "events",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("determination", sa.String(36), sa.ForeignKey("determinations.id"), nullable=False, unique=True),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("by", sa.String(36)),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.UniqueConstraint("account", "idempotency_key"),
    )
    op.create_table(
        "probe", sa.Column("name", sa.String(16), primary_key=True), sa.Column("at", sa.String(27), nullable=False)
    )
    op.execute("INSERT INTO probe (name, at) VALUES ('ready', '')")
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


# A determination may go once its date has passed; its event goes with it, and only with it.
_EXPIRED = "EXISTS (SELECT 1 FROM determinations d WHERE d.id = OLD.determination AND d.retain_until > {now})"


# SQLite's INSERT OR REPLACE deletes the rows in its way without firing their triggers: it finds the row kept, and adds none.
_UNIQUE = {
    "determinations": ("id = NEW.id", "account = NEW.account AND idempotency_key = NEW.idempotency_key"),
    "events": (
        "id = NEW.id",
        "determination = NEW.determination",
        "account = NEW.account AND idempotency_key = NEW.idempotency_key",
    ),
    "rulesets": ("ruleset = NEW.ruleset",),
}


def _guard_sqlite() -> None:
    now = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"
    kept_until = {
        "determinations": f"OLD.retain_until > {now}",
        "events": _EXPIRED.format(now=now),
        "rulesets": "1",
    }
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_never_change BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'levcheck: rows of {table} never change'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_are_kept BEFORE DELETE ON {table} WHEN {kept_until[table]} "
            f"BEGIN SELECT RAISE(ABORT, 'levcheck: rows of {table} are kept until their date'); END"
        )
        there = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {condition})" for condition in _UNIQUE[table])
        op.execute(
            f"CREATE TRIGGER {table}_never_replaced BEFORE INSERT ON {table} WHEN {there} BEGIN SELECT RAISE(IGNORE); END"
        )


def _guard_postgresql() -> None:
    now = "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    kept_until = {
        "determinations": f"OLD.retain_until > {now}",
        "events": _EXPIRED.format(now=now),
        "rulesets": "true",
    }
    op.execute(
        "CREATE FUNCTION levcheck_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'levcheck: rows of % never change, and are kept until their date', TG_TABLE_NAME; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE FUNCTION levcheck_keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {kept_until[table]} THEN "
            "RAISE EXCEPTION 'levcheck: rows of % are kept until their date', TG_TABLE_NAME; END IF; RETURN OLD; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_change BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION levcheck_refuse()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_are_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION levcheck_keep_{table}()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION levcheck_refuse()"
        )
