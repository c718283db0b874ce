"""The law as one decision diagram, evaluated here: what the completions of the facts still open come to.

A node asks one fact and has an edge for each class of its values that the law tells apart; 0 is false and 1 is true. What
is possible of a fact is a set of its classes, held as the bits of an integer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from levcheck_client.possible import Possible

FAILS, HOLDS, UNKNOWN = 1, 2, 3


class Partition:
    """The classes of one fact's values: by `cuts` on a line (a value equal to a cut lies above it), or by value."""

    def __init__(self, portable: Mapping[str, Any]) -> None:
        self.name = str(portable["fact"])
        self.classes = {value: int(c) for value, c in portable["classes"]} if "classes" in portable else None
        self.cuts = () if self.classes is not None else tuple(portable["cuts"])
        self.size = len(self.cuts) + 1 if self.classes is None else max(self.classes.values()) + 1
        self.all = (1 << self.size) - 1

    def mask(self, possible: Possible) -> int:
        """The classes of the possible values, as bits."""
        mask = 0
        for value in possible.choices:
            mask |= 1 << (self.classes or {})[value]
        for low, high in possible.intervals:
            mask |= (2 << bisect_right(self.cuts, high)) - (1 << bisect_right(self.cuts, low))
        return mask


class Diagram:
    """Named questions (`roots`) over facts in a fixed order, read from the ruleset's portable form.

    Raises KeyError, TypeError, ValueError or IndexError for what is no such diagram.
    """

    def __init__(self, law: Mapping[str, Any]) -> None:
        self.partitions = tuple(Partition(fact) for fact in law["facts"])
        self.roots: Mapping[str, int] = {str(name): int(node) for name, node in law["roots"].items()}
        nodes = [(int(level), tuple(map(int, edges))) for level, edges in law["nodes"]]
        self.level = (len(self.partitions),) * 2 + tuple(level for level, _ in nodes)
        self.edges: tuple[tuple[int, ...], ...] = ((), (), *(edges for _, edges in nodes))
        self.everything = tuple(partition.all for partition in self.partitions)
        self._refuse_what_does_not_end()

    def _refuse_what_does_not_end(self) -> None:
        for node in range(2, len(self.edges)):
            level, edges = self.level[node], self.edges[node]
            if len(edges) != self.partitions[level].size or any(e < 0 or self.level[e] <= level for e in edges):
                raise ValueError(f"node {node} of the diagram is not below its facts")
        if any(not 0 <= root < len(self.edges) for root in self.roots.values()):
            raise ValueError("a root of the diagram is no node")

    def masks(self, possible: Mapping[str, Possible]) -> tuple[int, ...]:
        """The classes still possible of each fact."""
        return tuple(partition.mask(possible[partition.name]) for partition in self.partitions)

    def outcome(self, root: int, masks: Sequence[int]) -> int:
        """FAILS, HOLDS or UNKNOWN: what the completions of the possible values come to."""
        found, waiting, seen = 0, [root], {root}
        while waiting and found != UNKNOWN:
            node = waiting.pop()
            if node < 2:
                found |= 1 << node
                continue
            for edge in self._open(node, masks):
                if edge not in seen:
                    seen.add(edge)
                    waiting.append(edge)
        return found

    def _open(self, node: int, masks: Sequence[int]) -> Iterator[int]:
        mask = masks[self.level[node]]
        return (edge for c, edge in enumerate(self.edges[node]) if mask >> c & 1)

    def essential(self, root: int, masks: Sequence[int]) -> frozenset[int]:
        """The facts on which the answer still turns: what the diagram asks once it is restricted and reduced again."""
        reduced = {0: 0, 1: 1}
        unique: dict[tuple[int, tuple[int, ...]], int] = {}

        def reduce(node: int) -> int:
            if node not in reduced:
                left = tuple(reduce(edge) for edge in self._open(node, masks))
                same = len(set(left)) == 1
                reduced[node] = left[0] if same else unique.setdefault((self.level[node], left), node)
            return reduced[node]

        reduce(root)
        return frozenset(level for level, _ in unique)

    def settling(self, root: int, masks: Sequence[int], order: Sequence[int]) -> tuple[int, ...]:
        """Facts of `order` whose possible values alone settle the answer, none spare; earlier ones are kept first."""
        settled = self.outcome(root, masks)
        kept = list(self.everything)
        for level in order:
            kept[level] = masks[level]
        for level in reversed(order):
            kept[level] = self.everything[level]
            if self.outcome(root, kept) != settled:
                kept[level] = masks[level]
        return tuple(level for level in order if kept[level] != self.everything[level])
