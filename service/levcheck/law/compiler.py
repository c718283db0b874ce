"""Conditions compiled into a diagram: a test becomes a node, and nodes are combined fact by fact in one fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .diagram import FALSE, TRUE, Diagram, Partition
from .logic.conditions import AllOf, AnyOf, Below, Condition, Not, OneOf, atoms
from .logic.facts import Choice, Fact, Quantity


def compiled(roots: Mapping[str, Condition], order: Sequence[Fact]) -> Diagram:
    """The diagram of named conditions over `order`ed facts. Every fact that a condition tests must be in `order`."""
    tests: dict[Fact, list[OneOf | Below]] = {fact: [] for fact in order}
    for condition in roots.values():
        for atom in atoms(condition):
            tests[atom.fact].append(atom)
    builder = _Builder([partition(fact, tests[fact]) for fact in order])
    tops = {name: builder.build(condition) for name, condition in roots.items()}
    return builder.finish(tops)


def partition(fact: Fact, tests: Iterable[OneOf | Below]) -> Partition:
    """Cut the values of `fact` into the classes that `tests` tell apart."""
    if isinstance(fact, Quantity):
        return Partition(fact.name, cuts=tuple(sorted({test.bound for test in tests if isinstance(test, Below)})))
    assert isinstance(fact, Choice)
    sets = [test.values for test in tests if isinstance(test, OneOf)]
    signatures: dict[tuple[bool, ...], int] = {}
    classes = {v: signatures.setdefault(tuple(v in s for s in sets), len(signatures)) for v in fact.values}
    return Partition(fact.name, classes=classes)


class _Builder:
    """Nodes in the making: `level` and `edges` by node number, each distinct node made once."""

    def __init__(self, partitions: list[Partition]) -> None:
        self.partitions = partitions
        self.index = {p.name: level for level, p in enumerate(partitions)}
        self.level = [len(partitions)] * 2
        self.edges: list[tuple[int, ...]] = [(), ()]
        self.unique: dict[tuple[int, tuple[int, ...]], int] = {}
        self.combined: dict[tuple[str, int, int], int] = {}

    def node(self, level: int, edges: tuple[int, ...]) -> int:
        """The node for this fact and these edges: made once, and left out where all edges agree."""
        if edges.count(edges[0]) == len(edges):
            return edges[0]
        key = (level, edges)
        if key not in self.unique:
            self.unique[key] = len(self.edges)
            self.level.append(level)
            self.edges.append(edges)
        return self.unique[key]

    def build(self, condition: Condition) -> int:
        match condition:
            case OneOf() | Below():
                return self.test(condition)
            case Not():
                return self.combine("xor", self.build(condition.condition), TRUE)
            case AllOf() | AnyOf():
                operation, result = ("and", TRUE) if isinstance(condition, AllOf) else ("or", FALSE)
                for part in condition.conditions:
                    result = self.combine(operation, result, self.build(part))
                return result
        (inner,) = condition.parts()
        return self.build(inner)

    def test(self, test: OneOf | Below) -> int:
        level = self.index[test.fact.name]
        classes = self.partitions[level]
        if isinstance(test, Below):
            inside = {c for c in range(classes.size) if (c <= classes.cuts.index(test.bound)) != test.reverse}
        else:
            inside = {classes.of(value) for value in test.values}
        return self.node(level, tuple(int(c in inside) for c in range(classes.size)))

    def combine(self, operation: str, a: int, b: int) -> int:
        if a <= TRUE and b <= TRUE:
            return {"and": a & b, "or": a | b, "xor": a ^ b}[operation]
        key = (operation, a, b)
        if key not in self.combined:
            level = min(self.level[a], self.level[b])
            size = self.partitions[level].size
            left = self.edges[a] if self.level[a] == level else (a,) * size
            right = self.edges[b] if self.level[b] == level else (b,) * size
            edges = tuple(self.combine(operation, x, y) for x, y in zip(left, right, strict=True))
            self.combined[key] = self.node(level, edges)
        return self.combined[key]

    def finish(self, tops: Mapping[str, int]) -> Diagram:
        """Only what the roots reach, numbered in one canonical order, over classes that some node tells apart."""
        numbers = {FALSE: FALSE, TRUE: TRUE}
        for top in tops.values():
            self._number(top, numbers)
        merged = [self._merged(level, numbers) for level in range(len(self.partitions))]
        nodes = [
            (self.level[old], tuple(numbers[self.edges[old][c]] for c in merged[self.level[old]][1]))
            for old in numbers
            if old > TRUE
        ]
        return Diagram([p for p, _ in merged], nodes, {name: numbers[top] for name, top in tops.items()})

    def _number(self, node: int, numbers: dict[int, int]) -> None:
        if node not in numbers:
            numbers[node] = len(numbers)
            for edge in self.edges[node]:
                self._number(edge, numbers)

    def _merged(self, level: int, numbers: Mapping[int, int]) -> tuple[Partition, list[int]]:
        """The partition without distinctions that no node makes, and an old class for each class that is left."""
        old = self.partitions[level]
        columns = [tuple(self.edges[n][c] for n in numbers if n > TRUE and self.level[n] == level) for c in range(old.size)]
        if old.classes is None:
            kept = [c for c in range(old.size) if c == 0 or columns[c] != columns[c - 1]]
            return Partition(old.name, cuts=tuple(old.cuts[c - 1] for c in kept[1:])), kept
        first = {column: c for c, column in reversed(list(enumerate(columns)))}
        kept = sorted(first.values())
        renumbered = {value: kept.index(first[columns[c]]) for value, c in old.classes.items()}
        return Partition(old.name, classes=renumbered), kept
