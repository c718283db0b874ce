"""A compiled law and the questions that can be put to it: verdict, basis, findings, and what is still needed to know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from operator import itemgetter
from typing import Any, TypeAlias

from .diagram import FAILS, HOLDS, UNKNOWN, Diagram, Partition
from .logic.facts import Possible, Value

Picker: TypeAlias = Callable[[Sequence[int]], tuple[int, ...]]

STATUS = {HOLDS: "holds", FAILS: "fails", UNKNOWN: "unknown"}
VERDICT = {HOLDS: "permitted", FAILS: "prohibited", UNKNOWN: "undetermined"}
GROUNDS = ("not_covered", "exempt", "certified")
"""The grounds of a permission, in the order in which a basis is named."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one provision came to, and the facts because of which: for `unknown`, those on which it still turns."""

    citation: str
    status: str
    because: tuple[str, ...]


class Ruleset:
    """A law as one diagram. Its roots are the questions: citations, grounds, `permitted`, each `@reading` if that matters.

    `sentences` lists each root's facts in the order of the law's sentence; `citations` the provisions that results report.
    What is possible of the facts is given as masks, one for each fact of the diagram (see `masks`).
    """

    def __init__(self, diagram: Diagram, sentences: Mapping[str, Sequence[int]], citations: Sequence[str]) -> None:
        self.diagram = diagram
        self.sentences = {name: tuple(levels) for name, levels in sentences.items()}
        self.citations = tuple(citations)
        self.readings = tuple(name.partition("@")[2] for name in diagram.roots if name.startswith("permitted@"))
        self._permitted = {reading: diagram.roots[f"permitted@{reading}"] for reading in self.readings}
        self._starts = {reading: diagram.step(root) for reading, root in self._permitted.items()}
        self._reported = {reading: self._names(reading) for reading in self.readings}
        # The facts of one provision take few combinations of classes, and transactions repeat them.
        self._finding = lru_cache(maxsize=65_536)(self._found)

    def _names(self, reading: str) -> tuple[tuple[str, str, Picker], ...]:
        roots = self.diagram.roots
        named = ((c, c if c in roots else f"{c}@{reading}") for c in self.citations)
        return tuple((citation, name, self._pick(name)) for citation, name in named)

    def _pick(self, name: str) -> Picker:
        """From all masks to those of one root's facts, in the order of its sentence."""
        levels = self.sentences[name]
        if len(levels) > 1:
            return itemgetter(*levels)
        return lambda masks: tuple(masks[level] for level in levels)

    def masks(self, possible: Mapping[str, Possible]) -> tuple[int, ...]:
        """What is possible of each fact, in the diagram's terms; a fact that is not named is open."""
        return self.diagram.masks(possible)

    def class_of(self, name: str, value: Value) -> int:
        """The class of a fact's value: the law never tells values of one class apart."""
        return next(partition for partition in self.diagram.partitions if partition.name == name).of(value)

    def total_verdict(self, facts: Mapping[str, Value], reading: str) -> str:
        """The verdict when every fact has one value: `permitted` or `prohibited`."""
        name, follow = self._starts[reading]
        while name is not None:  # the walk of `Diagram.decide`, without a call
            name, follow = follow(facts[name])
        return "permitted" if follow else "prohibited"

    def verdict(self, masks: Sequence[int], reading: str) -> str:
        """The verdict over every completion of the open facts."""
        return VERDICT[self.diagram.outcome(self._permitted[reading], masks)]

    def basis(self, masks: Sequence[int], reading: str, verdict: str) -> str | None:
        """Why: the first ground that holds in every completion; `either_way` when each has one but no ground has all."""
        if verdict == "permitted":
            for ground in GROUNDS:
                root = self.diagram.roots[f"{ground}@{reading}" if ground == "not_covered" else ground]
                if self.diagram.outcome(root, masks) == HOLDS:
                    return ground
            return "either_way"
        return "no_exception" if verdict == "prohibited" else None

    def questions(self, masks: Sequence[int], reading: str) -> frozenset[str]:
        """The open facts that can still change the verdict."""
        turns_on = self.diagram.essential(self._permitted[reading], masks)
        return frozenset(self.diagram.partitions[level].name for level in turns_on)

    def share_settled(self, masks: Sequence[int], reading: str, name: str) -> float:
        """Of the answers still possible for a fact, as the law tells them apart, the share that settles the verdict."""
        level = next(level for level, partition in enumerate(self.diagram.partitions) if partition.name == name)
        answers = [1 << bit for bit in range(masks[level].bit_length()) if masks[level] >> bit & 1]
        told = (self.verdict([*masks[:level], answer, *masks[level + 1 :]], reading) for answer in answers)
        return sum(verdict != VERDICT[UNKNOWN] for verdict in told) / len(answers)

    def findings(self, masks: Sequence[int], reading: str) -> dict[str, Finding]:
        """What each reported provision came to, by citation, in print order."""
        return {citation: self._finding(citation, name, pick(masks)) for citation, name, pick in self._reported[reading]}

    def fewest(self, citations: Sequence[str], masks: Sequence[int]) -> tuple[str, ...]:
        """The fewest of these provisions of which one holds in every completion; none if all together do not suffice."""
        roots = self.diagram.roots
        for count in range(1, len(citations) + 1):
            for some in combinations(citations, count):
                if self.diagram.one_holds(frozenset(roots[citation] for citation in some), masks):
                    return some
        return ()

    def because(self, name: str, masks: Sequence[int]) -> tuple[str, ...]:
        """Facts whose values alone settle the root `name`, none spare; those it turns on, if it is not settled."""
        return self._finding(name, name, self._pick(name)(masks)).because

    def _found(self, citation: str, name: str, sentence: tuple[int, ...]) -> Finding:
        diagram, order = self.diagram, self.sentences[name]
        root, masks = diagram.roots[name], list(diagram.everything)
        for level, mask in zip(order, sentence, strict=True):
            masks[level] = mask
        status = diagram.outcome(root, masks)
        if status == UNKNOWN:
            turns_on = diagram.essential(root, masks)
            levels = tuple(level for level in order if level in turns_on)
        else:
            levels = diagram.settling(root, masks, order)
        return Finding(citation, STATUS[status], tuple(diagram.partitions[level].name for level in levels))

    def portable(self) -> dict[str, Any]:
        """The compiled law as JSON.

        `facts` in diagram order, each with its `cuts` (a value equal to a cut lies above it) or the class of each value;
        `nodes` as [fact, [node for each class]], numbered from 2 (0 is false, 1 is true); `roots` by name; `sentences` as
        facts by root; `findings` as citations.
        """
        diagram = self.diagram
        return {
            "facts": [
                {"fact": p.name, "cuts": [_plain(cut) for cut in p.cuts]}
                if p.classes is None
                else {"fact": p.name, "classes": [[value, c] for value, c in p.classes.items()]}
                for p in diagram.partitions
            ],
            "nodes": [[level, list(edges)] for level, edges in zip(diagram.level[2:], diagram.edges[2:], strict=True)],
            "roots": diagram.roots,
            "sentences": {name: list(levels) for name, levels in self.sentences.items()},
            "findings": list(self.citations),
        }

    @classmethod
    def from_portable(cls, law: Mapping[str, Any]) -> Ruleset:
        """The ruleset that `portable` described: how a record is judged again under the law that it was made with."""
        partitions = [
            Partition(f["fact"], classes=dict(f["classes"]))
            if "classes" in f
            else Partition(f["fact"], cuts=tuple(map(_read, f["cuts"])))
            for f in law["facts"]
        ]
        nodes = [(level, tuple(edges)) for level, edges in law["nodes"]]
        return cls(Diagram(partitions, nodes, law["roots"]), law["sentences"], law["findings"])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _read(cut: Any) -> Any:
    return date.fromisoformat(cut) if isinstance(cut, str) else cut


def content_hash(law: Mapping[str, Any]) -> str:
    """SHA-256 over a compiled law as compact JSON with sorted keys, in hexadecimal."""
    text = json.dumps(law, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
