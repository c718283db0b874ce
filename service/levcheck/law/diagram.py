"""A law compiled into one reduced multi-valued decision diagram over its facts: exact, fast, and portable as JSON.

Each fact's values are cut into the classes that the law tells apart (model years before 2025, 2025, ...). A node asks one
fact and has an edge for each class; equal nodes are one node, and a node whose edges all lead to one place is left out.
What is still possible of a fact is a set of its classes, held as the bits of an integer; evaluating is following every
edge that is still possible, so an answer holds in every completion of the open facts or is not given.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .logic.facts import Possible, Value

FALSE, TRUE = 0, 1
FAILS, HOLDS, UNKNOWN = 1, 2, 3
"""What a root comes to: the set of terminals reached, bit 0 for false and bit 1 for true."""


Step: TypeAlias = tuple[str | None, Any]
"""The name of the fact to ask and a function from its value to the next step; or None and the answer."""


@dataclass(frozen=True)
class Partition:
    """The classes of one fact's values: by `cuts` on a line (a value equal to a cut lies above it), or by value."""

    name: str
    cuts: tuple[Any, ...] = ()
    classes: Mapping[Value, int] | None = None
    size: int = field(init=False)
    all: int = field(init=False)  # every class, as bits
    bits: Mapping[Value, int] = field(init=False)

    def __post_init__(self) -> None:
        classes = self.classes or {}
        size = max(classes.values()) + 1 if classes else len(self.cuts) + 1
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "all", (1 << size) - 1)
        object.__setattr__(self, "bits", {value: 1 << c for value, c in classes.items()})

    def of(self, value: Value) -> int:
        """The class of one value."""
        return bisect_right(self.cuts, value) if self.classes is None else self.classes[value]

    def mask(self, possible: Possible) -> int:
        """The classes of the possible values, as bits."""
        mask = 0
        for value in possible.choices:
            mask |= self.bits[value]
        for low, high in possible.intervals:
            mask |= (2 << bisect_right(self.cuts, high)) - (1 << bisect_right(self.cuts, low))
        return mask

    def way(self, targets: Sequence[Step]) -> Callable[[Value], Step]:
        """From a value of this fact to the target of its class."""
        if self.classes is not None:
            return {value: targets[c] for value, c in self.classes.items()}.__getitem__
        cuts = self.cuts
        if len(cuts) == 1:
            (cut,), (below, above) = cuts, targets
            return lambda value: below if value < cut else above
        return lambda value: targets[bisect_right(cuts, value)]


class Diagram:
    """Named questions (`roots`) over facts in a fixed order (`partitions`), as one shared diagram.

    Nodes are numbered; 0 is false and 1 is true. `level[n]` is the fact that node n asks (an index into `partitions`),
    `edges[n]` the node for each of its classes.
    """

    def __init__(
        self, partitions: Sequence[Partition], nodes: Sequence[tuple[int, tuple[int, ...]]], roots: Mapping[str, int]
    ) -> None:
        self.partitions = tuple(partitions)
        self.roots = dict(roots)
        self.level = (len(partitions),) * 2 + tuple(level for level, _ in nodes)
        self.edges: tuple[tuple[int, ...], ...] = ((), (), *(edges for _, edges in nodes))
        self.everything = tuple(p.all for p in self.partitions)
        self._ways = tuple((level, self._by_mask(edges)) for level, edges in zip(self.level, self.edges, strict=True))
        self._steps = self._linked()

    @staticmethod
    def _by_mask(edges: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        """For each set of classes, the distinct nodes that its edges lead to."""
        return tuple(
            tuple(dict.fromkeys(e for c, e in enumerate(edges) if mask >> c & 1)) for mask in range(1 << len(edges))
        )

    def _linked(self) -> dict[int, Step]:
        """For each node, the fact that it asks and the way from that fact's value to the next step."""
        steps: dict[int, Step] = {FALSE: (None, False), TRUE: (None, True)}
        for node in sorted(range(TRUE + 1, len(self.edges)), key=lambda n: -self.level[n]):
            partition = self.partitions[self.level[node]]
            steps[node] = partition.name, partition.way([steps[edge] for edge in self.edges[node]])
        return steps

    def decide(self, root: int, facts: Mapping[str, Value]) -> bool:
        """Whether a root holds when every fact that is asked has one value."""
        name, follow = self.step(root)
        while name is not None:
            name, follow = follow(facts[name])
        return follow is True

    def step(self, root: int) -> Step:
        """Where a walk from this root begins, for callers that walk by themselves."""
        return self._steps[root]

    def masks(self, possible: Mapping[str, Possible]) -> tuple[int, ...]:
        """The classes still possible of each fact; a fact that is not named is open."""
        known = possible.get
        return tuple([p.all if (values := known(p.name)) is None else p.mask(values) for p in self.partitions])

    def outcome(self, root: int, masks: Sequence[int]) -> int:
        """FAILS, HOLDS or UNKNOWN: what the completions of the possible values come to."""
        ways, node = self._ways, root
        while node > TRUE:  # as long as one way is open, nothing has to be remembered
            level, reach = ways[node]
            targets = reach[masks[level]]
            if len(targets) > 1:
                break
            node = targets[0]
        else:
            return 1 << node
        found, stack, seen = 0, [node], {node}
        while stack:
            level, reach = ways[stack.pop()]
            for target in reach[masks[level]]:
                if target <= TRUE:
                    found |= 1 << target
                    if found == UNKNOWN:
                        return found
                elif target not in seen:
                    seen.add(target)
                    stack.append(target)
        return found

    def one_holds(self, roots: frozenset[int], masks: Sequence[int]) -> bool:
        """Whether in every completion one of these roots holds, be it now one and now another."""
        known: dict[frozenset[int], bool] = {frozenset(): False}

        def holds(nodes: frozenset[int]) -> bool:
            if TRUE in nodes:
                return True
            if nodes not in known:
                level = min(self.level[node] for node in nodes)
                known[nodes] = all(holds(way) for way in dict.fromkeys(self._ways_on(nodes, level, masks[level])))
            return known[nodes]

        return holds(roots - {FALSE})

    def _ways_on(self, nodes: frozenset[int], level: int, mask: int) -> Iterator[frozenset[int]]:
        """Where nodes lead together when one fact takes each class of the mask; the false ones are dropped."""
        for c in range(self.partitions[level].size):
            if mask >> c & 1:
                yield frozenset(self.edges[n][c] if self.level[n] == level else n for n in nodes) - {FALSE}

    def essential(self, root: int, masks: Sequence[int]) -> frozenset[int]:
        """The facts on which the answer still turns: two completions that differ in one alone give different answers.

        Restrict the diagram to the possible classes and reduce it again; what it still asks are these facts.
        """
        reduced = {FALSE: FALSE, TRUE: TRUE}
        unique: dict[tuple[int, tuple[int, ...]], int] = {}

        def reduce(node: int) -> int:
            if node not in reduced:
                level, reach = self._ways[node]
                targets = reach[masks[level]]
                below = [reduce(target) for target in targets]
                if below.count(below[0]) == len(below):
                    reduced[node] = below[0]
                else:
                    edges = tuple([reduced[e] for c, e in enumerate(self.edges[node]) if masks[level] >> c & 1])
                    reduced[node] = unique.setdefault((level, edges), node)
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
