"""The tree in the store: its right edge, to which entries are added, and its subtrees, of which proofs are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from .merkle import EMPTY, Span, complete_root, complete_spans, joined, leaf_hash, span_hash
from .tables import log_entries, log_nodes

BITS = 8
WIDTH = 1 << BITS
"""How many siblings stand between two levels that are kept."""
Tile = Callable[[int, int], list[bytes]]


class BrokenLog(Exception):
    """Rows of the log are missing from the store: `levcheck log verify` tells which."""


@dataclass(frozen=True)
class Node:
    """A node that is kept: the root over `WIDTH` nodes of the level below, or over as many entries for level 1."""

    level: int
    position: int
    hash: bytes


class Edge:
    """The right edge of a growing tree: for each level the nodes that no node of the next one covers."""

    def __init__(self) -> None:
        self.size = 0
        self._levels: list[list[bytes]] = [[]]

    @classmethod
    def of(cls, size: int, tile: Tile) -> Edge:
        """The edge of a tree that is there."""
        edge = cls()
        edge.size = size
        edge._levels = [tile(level, size >> BITS * (level + 1)) for level in range(max(1, -(-size.bit_length() // BITS)))]
        return edge

    def append(self, leaf: bytes) -> list[Node]:
        """Add a leaf's hash. Returns the nodes that it completes."""
        self.size += 1
        made: list[Node] = []
        level, hashed = 0, leaf
        while True:
            self._levels[level].append(hashed)
            if len(self._levels[level]) < WIDTH:
                return made
            hashed = complete_root(self._levels[level])
            self._levels[level] = []
            level += 1
            made.append(Node(level, (self.size >> BITS * level) - 1, hashed))
            if level == len(self._levels):
                self._levels.append([])

    def root(self) -> bytes:
        """The tree's root."""
        subtrees = [
            complete_root(hashes[begin:end])
            for hashes in reversed(self._levels)
            for begin, end in complete_spans(0, len(hashes))
        ]
        return joined(subtrees) if subtrees else EMPTY


class Kept:
    """The tree of a store at one size, as one transaction sees it. Each tile (256 siblings) is read once."""

    def __init__(self, connection: Connection, size: int) -> None:
        self.connection, self.size = connection, size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def tile(self, level: int, number: int) -> list[bytes]:
        """The hashes of a tile's nodes, or of its entries at level 0. Raises BrokenLog."""
        if (level, number) not in self._tiles:
            begin = number << BITS
            end = min(begin + WIDTH, self.size >> BITS * level)
            hashes = self._read(level, begin, end) if begin < end else []
            if len(hashes) != max(0, end - begin):
                raise BrokenLog(f"level {level} lacks nodes from {begin} to {end}")
            self._tiles[level, number] = hashes
        return list(self._tiles[level, number])

    def _read(self, level: int, begin: int, end: int) -> list[bytes]:
        if level == 0:
            at = log_entries.c
            query = select(at.entry).where(at.leaf_index >= begin, at.leaf_index < end).order_by(at.leaf_index)
            return [leaf_hash(entry.encode()) for entry in self.connection.execute(query).scalars()]
        node = log_nodes.c
        within = (node.level == level, node.position >= begin, node.position < end)
        found = self.connection.execute(select(node.hash).where(*within).order_by(node.position)).scalars()
        return [bytes.fromhex(hashed) for hashed in found]

    def edge(self) -> Edge:
        """The tree's right edge."""
        return Edge.of(self.size, self.tile)

    def hash(self, span: Span) -> bytes:
        """The hash of a subtree. Raises BrokenLog."""
        return span_hash(span, self._complete)

    def _complete(self, begin: int, end: int) -> bytes:
        """The hash of a complete subtree, of the nodes of the highest level that is kept below it."""
        level = ((end - begin).bit_length() - 1) // BITS
        first, last = begin >> BITS * level, end >> BITS * level
        start = first & (WIDTH - 1)
        return complete_root(self.tile(level, first >> BITS)[start : start + last - first])
