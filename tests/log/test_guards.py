"""What the database itself refuses to do to the log, whoever asks it, and the schema that it has."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from levcheck.records.records import Records
from levcheck.records.tables import metadata
from log.sealing import TABLES, rows, verified
from records.test_guards import attempt

CHANGES = (
    "UPDATE log_entries SET entry = '{}'",
    "UPDATE log_entries SET leaf_index = leaf_index + 100",
    "UPDATE log_nodes SET hash = ''",
    "UPDATE log_checkpoints SET at = ''",
    "DELETE FROM log_entries",
    "DELETE FROM log_nodes",
    "DELETE FROM log_checkpoints WHERE number = 0",
)
REPLACEMENTS = {
    "sqlite": (
        "REPLACE INTO log_entries SELECT leaf_index, 'x' || leaf_index, '{}' FROM log_entries",
        "REPLACE INTO log_entries SELECT leaf_index + 100, id, '{}' FROM log_entries",
        "REPLACE INTO log_nodes SELECT level, position, '' FROM log_nodes",
        "REPLACE INTO log_checkpoints SELECT number, 0, '', '', '' FROM log_checkpoints",
        "UPDATE OR REPLACE log_entries SET entry = '{}'",
    ),
    "postgresql": (
        "TRUNCATE log_entries",
        "TRUNCATE log_nodes",
        "TRUNCATE log_checkpoints",
        "INSERT INTO log_entries SELECT * FROM log_entries ON CONFLICT (leaf_index) DO UPDATE SET entry = '{}'",
        "INSERT INTO log_checkpoints SELECT * FROM log_checkpoints ON CONFLICT (number) DO UPDATE SET at = ''",
        "MERGE INTO log_entries e USING log_checkpoints c ON e.leaf_index = c.number WHEN MATCHED THEN DELETE",
    ),
}


@pytest.fixture
def with_node(kept: Records) -> Records:
    """A log that has a node, too (of a level that it will never reach)."""
    with kept.store.write() as connection:
        connection.exec_driver_sql("INSERT INTO log_nodes (level, position, hash) VALUES (7, 0, 'x')")
    return kept


def test_the_log_neither_changes_nor_goes(with_node: Records, store_name: str, store_url: str) -> None:
    """Plain SQL that changes, deletes, replaces or truncates rows of the log is refused, with the reason."""
    before = rows(with_node)
    for statement in CHANGES + REPLACEMENTS[store_name]:
        refused = attempt(store_url, statement)
        assert refused is not None and "never change and never go" in refused, statement
        assert rows(with_node) == before, statement


def test_the_tables_are_the_migrated_ones(records: Records) -> None:
    """The log's tables in code are those that the migrations make."""
    ours = {table.name for table in TABLES}

    def is_ours(object: object, name: str | None, kind: str, *_rest: object) -> bool:
        return kind != "table" or name in ours

    with records.store.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_node_that_no_entries_make_is_a_fault(with_node: Records) -> None:
    """A node beyond the tree is told."""
    assert verified(with_node).told == ["Level 7 has 1 nodes, more than 7 entries make."]
