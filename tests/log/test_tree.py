"""The tree as it is kept: the growing edge and the tiles, against the plain definition."""

from __future__ import annotations

import random
from dataclasses import asdict

import pytest
from levcheck.log import state
from levcheck.log.merkle import consistency_path, inclusion_path, leaf_hash, proves_consistency, proves_inclusion
from levcheck.log.tables import log_entries, log_nodes
from levcheck.log.tree import BrokenLog, Edge, Kept, Node
from levcheck.records.records import Records
from log.sealing import PlainTree, rows, sealed, verified
from log.tampering import tamper
from records.keeping import create
from sqlalchemy import event, insert

SIZE = 256 * 257 + 100
"""A node of level 2, one of level 1 beyond it, and a hundred entries beyond that."""


def test_the_edge_grows_as_the_definition_says() -> None:
    """At every size up to 600 the edge's root is the one of the definition, and so are the nodes that it completes."""
    plain = PlainTree([str(number).encode() for number in range(600)])
    edge, nodes = Edge(), []
    for size in range(601):
        assert edge.root() == plain.root(size)
        if size < 600:
            nodes += edge.append(leaf_hash(plain.entries[size]))
    assert nodes == [Node(1, 0, plain.hash(0, 256)), Node(1, 1, plain.hash(256, 512))]


@pytest.mark.slow
def test_a_large_tree_is_read_a_little_at_a_time(records: Records) -> None:
    """Among 65,892 entries proofs and edges are those of the definition, and each takes six reads of 256 rows at most."""
    texts = [f"entry {number}" for number in range(SIZE)]
    plain, edge = PlainTree([text.encode() for text in texts]), Edge()
    nodes = [asdict(node) for text in texts for node in edge.append(leaf_hash(text.encode()))]
    assert sorted({node["level"] for node in nodes}) == [1, 2]
    with records.store.write() as connection:
        entries = [{"leaf_index": at, "id": str(at), "entry": text} for at, text in enumerate(texts)]
        connection.execute(insert(log_entries), entries)
        connection.execute(insert(log_nodes), [{**node, "hash": node["hash"].hex()} for node in nodes])
    chance = random.Random(1)
    reads: list[str] = []
    with records.store.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *call: reads.append(call[2]))
        for _ in range(40):
            size = chance.choice([SIZE, 65_536, 65_535, chance.randint(1, SIZE)])
            index = chance.randrange(size)
            assert Kept(connection, size).edge().root() == plain.root(size)
            reads.clear()
            tree = Kept(connection, size)
            proof = [tree.hash(span) for span in inclusion_path(index, size)]
            assert len(reads) <= 6
            assert proves_inclusion(index, size, leaf_hash(plain.entries[index]), proof, plain.root(size))
            first = chance.randint(1, size)
            between = [tree.hash(span) for span in consistency_path(first, size)]
            assert proves_consistency(first, size, plain.root(first), plain.root(size), between)


@pytest.mark.slow
def test_a_node_that_was_changed_is_found(records: Records) -> None:
    """A node that is not the hash of its entries is told, and so is one that is not there; a proof that needs it fails."""
    for number in range(260):
        create(records, f"k{number}")
    sealed(records)
    last = rows(records)[0][-1][1]
    tamper(records, "UPDATE log_nodes SET hash = REPLACE(hash, 'a', 'b')")
    assert verified(records).told == ["Node 0 of level 1 is not the hash of its entries."]
    told = state.inclusion(records.store, last)
    root, entry = bytes.fromhex(told["checkpoint"]["root"]), leaf_hash(told["entry"].encode())
    assert not proves_inclusion(259, 260, entry, [bytes.fromhex(node) for node in told["inclusion"]], root)
    tamper(records, "DELETE FROM log_nodes")
    assert verified(records).told == ["Node 0 of level 1 is not the hash of its entries."]
    with pytest.raises(BrokenLog):
        state.inclusion(records.store, last)
