"""A reader of `GET /v1/ruleset` that knows nothing of the service: the compiled law alone, in under 100 lines."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from typing import Any


class Reader:
    """Gives verdicts and questions from the JSON of the compiled law.

    Facts are known as a list of possible values or of [low, high] ranges, by the fact's path; what is not named is open.
    """

    def __init__(self, law: Mapping[str, Any]) -> None:
        self.law = law
        self.facts = law["facts"]

    def possible(self, known: Mapping[str, list[Any]]) -> list[set[int]]:
        """The classes still possible of each fact."""
        return [self._classes(fact, known.get(fact["fact"])) for fact in self.facts]

    def _classes(self, fact: Mapping[str, Any], values: list[Any] | None) -> set[int]:
        if "classes" in fact:
            pairs = fact["classes"]
            return {c for value, c in pairs if values is None or any(value is v or value == v for v in values)}
        cuts = fact["cuts"]
        if values is None:
            return set(range(len(cuts) + 1))
        found: set[int] = set()
        for value in values:
            low, high = value if isinstance(value, list) else (value, value)
            found |= set(range(bisect.bisect_right(cuts, low), bisect.bisect_right(cuts, high) + 1))
        return found

    def verdict(self, known: Mapping[str, list[Any]], reading: str) -> str:
        """What every completion comes to."""
        reached, seen, possible = set(), set(), self.possible(known)
        waiting = [self.law["roots"][f"permitted@{reading}"]]
        while waiting:
            node = waiting.pop()
            if node < 2:
                reached.add(node)
            elif node not in seen:
                seen.add(node)
                level, edges = self.law["nodes"][node - 2]
                waiting += [edges[c] for c in possible[level]]
        return "undetermined" if len(reached) == 2 else ("prohibited", "permitted")[reached.pop()]

    def questions(self, known: Mapping[str, list[Any]], reading: str) -> set[str]:
        """The open facts that can still change the verdict: what the diagram still asks once it is restricted."""
        possible, reduced, unique = self.possible(known), {0: 0, 1: 1}, {}

        def reduce(node: int) -> int:
            if node not in reduced:
                level, edges = self.law["nodes"][node - 2]
                left = tuple(reduce(edges[c]) for c in sorted(possible[level]))
                reduced[node] = left[0] if len(set(left)) == 1 else unique.setdefault((level, left), node)
            return reduced[node]

        reduce(self.law["roots"][f"permitted@{reading}"])
        return {self.facts[level]["fact"] for level, _ in unique}
