"""The log's tables. Rows are added at the end and never change or go: the database itself refuses it.

The tree is kept in levels of 256, as tlog-tiles keep it: a node of level 1 is the root over 256 entries, one of level 2 over
256 nodes of level 1, and so on. Whatever lies between is computed from at most 256 siblings, so that a proof among ten
million entries reads about a thousand short rows, and an entry costs one row and 1/255 of another.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from ..records.tables import metadata

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite's row number itself

log_entries = Table(
    "log_entries",
    metadata,
    Column("leaf_index", _NUMBER, primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False, unique=True),  # of the determination or event
    Column("entry", Text, nullable=False),
)
log_nodes = Table(
    "log_nodes",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
)
log_checkpoints = Table(
    "log_checkpoints",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False, index=True),
    Column("root", String(64), nullable=False),
    Column("at", String(27), nullable=False),
    Column("signed", Text, nullable=False),
)
