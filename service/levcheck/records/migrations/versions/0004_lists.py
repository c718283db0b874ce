"""Indexes that answer every list by its first rows: by verdict too, and by a reference that others use as well.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
REPLACED = (["vin", "id"], ["reference", "id"], ["recorded_at"])
INDEXES = (["vin", "account", "id"], ["reference", "account", "id"], ["verdict", "id"], ["account", "verdict", "id"])


def upgrade() -> None:
    """Replace the indexes. A period needs none of its own: it is a range of ids, with which every index ends."""
    for columns in REPLACED:
        op.drop_index(f"ix_determinations_{'_'.join(columns)}", "determinations")
    for columns in INDEXES:
        op.create_index(f"ix_determinations_{'_'.join(columns)}", "determinations", columns)
