"""The compiled law as expressions of ibis: what every key comes to, on an engine inside this process.

The diagram is read as data. Each node that a root reaches becomes one column, the set of answers that are still possible
there (bit 0 false, bit 1 true): the union of what its edges lead to, over the edges whose class is still possible. Nodes
are staged from the last fact up, one layer of columns a fact, so that the query grows with the diagram and not with its
paths. A set of answers is exact: it is what `Diagram.outcome` finds by following every open edge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

import ibis

from ..advice.situation import EXEMPTION
from ..law.current import LAW, PROHIBITION
from ..law.diagram import FAILS, HOLDS, TRUE, UNKNOWN
from ..law.ruleset import GROUNDS, VERDICT
from .keys import OFFSETS, READING, of_reading

DIAGRAM = LAW.diagram
EXEMPTIONS = tuple(citation for citation in LAW.citations if citation.startswith(EXEMPTION))


def judged(keys: ibis.Table) -> ibis.Table:
    """Of a table with a column `key`: the key, the verdict under each reading by its name, and `verdict`, `basis` and
    `provision` under the key's own.
    """
    named = _named_roots()
    table = _with_nodes(keys.select("key"), named.values())
    chosen = table.key & ~((1 << READING) - 1)

    def came_to(name: str) -> Any:
        """A root's possible answers; of one that every reading has, those under the row's reading."""
        if name in named:
            return _column(table, named[name])
        return chosen.cases(*((of_reading(r), _column(table, named[f"{name}@{r}"])) for r in LAW.readings))

    permitted = came_to("permitted")
    first_ground = ibis.cases(*((came_to(ground) == HOLDS, ground) for ground in GROUNDS), else_="either_way")
    basis = permitted.cases((HOLDS, first_ground), (FAILS, ibis.literal("no_exception")), else_=ibis.null(str))
    exemption = ibis.cases(*((came_to(c) == HOLDS, c) for c in EXEMPTIONS), else_=PROHIBITION)
    return table.select(
        table.key,
        verdict=_verdict(permitted),
        basis=basis,
        provision=(basis.fill_null("") == "exempt").ifelse(exemption, PROHIBITION),
        **{r: _verdict(came_to(f"permitted@{r}")) for r in LAW.readings},
    )


def _named_roots() -> dict[str, int]:
    names = [*GROUNDS, *EXEMPTIONS, *(f"{name}@{r}" for r in LAW.readings for name in ("permitted", "not_covered"))]
    return {name: DIAGRAM.roots[name] for name in names if name in DIAGRAM.roots}


def _with_nodes(table: ibis.Table, roots: Iterable[int]) -> ibis.Table:
    """The table with a column for each node that the roots reach, those of the last fact first."""
    staged: dict[int, list[int]] = defaultdict(list)
    for node in _reached(roots):
        staged[DIAGRAM.level[node]].append(node)
    for level in sorted(staged, reverse=True):
        table = table.mutate(**{f"n{node}": _answers(table, node, level) for node in sorted(staged[level])})
    return table


def _reached(roots: Iterable[int]) -> set[int]:
    found: set[int] = set()
    open_nodes = [root for root in roots if root > TRUE]
    while open_nodes:
        node = open_nodes.pop()
        if node not in found:
            found.add(node)
            open_nodes += [edge for edge in DIAGRAM.edges[node] if edge > TRUE]
    return found


def _answers(table: ibis.Table, node: int, level: int) -> Any:
    """One node: the union over its edges, each counted where a class that takes it is still possible."""
    classes: dict[int, int] = defaultdict(int)
    for number, target in enumerate(DIAGRAM.edges[node]):
        classes[target] |= 1 << OFFSETS[level] + number
    return reduce(
        or_, (((table.key & bits) != 0).ifelse(_column(table, target), 0) for target, bits in classes.items())
    ).cast("int8")


def _column(table: ibis.Table, node: int) -> Any:
    return table[f"n{node}"] if node > TRUE else ibis.literal(1 << node, "int8")


def _verdict(answers: Any) -> Any:
    return answers.cases(*((outcome, VERDICT[outcome]) for outcome in (FAILS, HOLDS)), else_=VERDICT[UNKNOWN])
