"""The transparency log: entries, the tree's nodes, and signed checkpoints, all of which only grow.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
LOG = {
    "log_entries": ("leaf_index = NEW.leaf_index", "id = NEW.id"),
    "log_nodes": ("level = NEW.level AND position = NEW.position",),
    "log_checkpoints": ("number = NEW.number",),
}


def upgrade() -> None:
    """Make the tables as they were at this revision, then their guards."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "log_entries",
        sa.Column("leaf_index", number, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.UniqueConstraint("id", name="uq_log_entries_id"),
    )
    op.create_table(
        "log_nodes",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "log_checkpoints",
        sa.Column("number", number, primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("signed", sa.Text, nullable=False),
    )
    op.create_index("ix_log_checkpoints_size", "log_checkpoints", ["size"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for table, unique in LOG.items():
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'levcheck: rows of {table} never change and never go'); END"
            )
        # INSERT OR REPLACE would delete the row in its way without firing the trigger above.
        there = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {condition})" for condition in unique)
        op.execute(
            f"CREATE TRIGGER {table}_never_replaced BEFORE INSERT ON {table} WHEN {there} "
            f"BEGIN SELECT RAISE(ABORT, 'levcheck: rows of {table} never change and never go'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION levcheck_keep_log() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'levcheck: rows of % never change and never go', TG_TABLE_NAME; END $$"
    )
    for table in LOG:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION levcheck_keep_log()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION levcheck_keep_log()"
        )
