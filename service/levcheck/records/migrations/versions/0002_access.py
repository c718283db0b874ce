"""Organizations, their API keys and sessions, and what was read of other organizations' records.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables as they were at this revision."""
    op.create_table(
        "organizations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.Column("closed_at", sa.String(27)),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("organization", sa.String(64), sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("revoked_at", sa.String(27)),
    )
    op.create_index("ix_api_keys_organization", "api_keys", ["organization"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("key", sa.String(16), sa.ForeignKey("api_keys.id"), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_table(
        "reads",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("organization", sa.String(64), nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("operation", sa.String(100), nullable=False),
        sa.Column("object", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER reads_refuse_{event.lower()} BEFORE {event} ON reads "
                "BEGIN SELECT RAISE(ABORT, 'levcheck: rows of reads are kept as they are'); END"
            )
        # INSERT OR REPLACE would delete the row in its way without firing the trigger above.
        op.execute(
            "CREATE TRIGGER reads_never_replaced BEFORE INSERT ON reads "
            "WHEN EXISTS (SELECT 1 FROM reads WHERE id = NEW.id) BEGIN SELECT RAISE(IGNORE); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER reads_kept BEFORE UPDATE OR DELETE ON reads FOR EACH ROW EXECUTE FUNCTION levcheck_refuse()"
        )
        op.execute(
            "CREATE TRIGGER reads_never_truncated BEFORE TRUNCATE ON reads "
            "FOR EACH STATEMENT EXECUTE FUNCTION levcheck_refuse()"
        )
