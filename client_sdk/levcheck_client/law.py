"""The law as the ruleset tells it: the diagram, the contract's defaults, and the words shown beside a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from levcheck_client.diagram import FAILS, HOLDS, UNKNOWN, Diagram
from levcheck_client.possible import Fact
from levcheck_client.results import AnswerMember, Status, Verdict

STATUS: dict[int, Status] = {HOLDS: "holds", FAILS: "fails", UNKNOWN: "unknown"}
VERDICT: dict[int, Verdict] = {HOLDS: "permitted", FAILS: "prohibited", UNKNOWN: "undetermined"}
GROUNDS = ("not_covered", "exempt", "certified")


class Came(NamedTuple):
    """What one provision came to, and the facts because of which: for `unknown`, those on which it still turns."""

    status: Status
    because: tuple[str, ...]


class Law:
    """Raises KeyError, TypeError, ValueError, IndexError or AttributeError for a form that this version cannot read."""

    def __init__(self, law: Mapping[str, Any], vocabulary: Mapping[str, Any]) -> None:
        self.diagram = Diagram(law)
        self.chapter, self.edition = str(law["chapter"]), str(law["edition"])
        self.readings = tuple(map(str, law["readings"]))
        self.facts = {str(fact["fact"]): _fact(fact) for fact in vocabulary["facts"]}
        self.citations = tuple(map(str, law["findings"]))
        self.texts = {citation: str(vocabulary["provisions"][citation]) for citation in self.citations}
        self.acts_of_a_seller = tuple(map(str, vocabulary["acts_of_a_seller"]))
        self.defaults: Mapping[str, Any] = dict(law["defaults"])
        self.contracts = {str(act): tuple(map(str, some)) for act, some in law["contracts"].items()}
        self.default_contracts: Mapping[str, str] = dict(law["default_contracts"])
        self.class_weights = {str(name): (int(low), int(high)) for name, (low, high) in law["class_weights"].items()}
        self._sentences = {str(name): tuple(map(int, levels)) for name, levels in law["sentences"].items()}
        self._refuse_gaps()

    def _refuse_gaps(self) -> None:
        # Found now rather than in the middle of a sale: every question has its root, every value its class.
        names = [self.root(citation, reading) for citation in self.citations for reading in self.readings]
        names += [f"{ground}@{reading}" for ground in ("permitted", "not_covered") for reading in self.readings]
        for name in (*names, "exempt", "certified"):
            self.diagram.roots[name], [self.diagram.partitions[level] for level in self._sentences[name]]
        if {partition.name for partition in self.diagram.partitions} != set(self.facts):
            raise ValueError("the diagram and the vocabulary are of different facts")
        self.diagram.masks({name: fact.everything for name, fact in self.facts.items()})

    def root(self, citation: str, reading: str) -> str:
        """The name of a provision's root: some differ by reading."""
        return citation if citation in self.diagram.roots else f"{citation}@{reading}"

    def verdict(self, masks: Sequence[int], reading: str) -> Verdict:
        """The verdict over every completion of the open facts."""
        return VERDICT[self._outcome(f"permitted@{reading}", masks)]

    def basis(self, masks: Sequence[int], reading: str, verdict: Verdict) -> str | None:
        """The first ground that holds in every completion; `either_way` when each has one but no ground has all."""
        if verdict != "permitted":
            return "no_exception" if verdict == "prohibited" else None
        names = (f"{ground}@{reading}" if ground == "not_covered" else ground for ground in GROUNDS)
        held = (ground for ground, name in zip(GROUNDS, names, strict=True) if self._outcome(name, masks) == HOLDS)
        return next(held, "either_way")

    def questions(self, masks: Sequence[int], reading: str) -> tuple[str, ...]:
        """The open facts that can still change the verdict, in the contract's order."""
        turns_on = self.diagram.essential(self.diagram.roots[f"permitted@{reading}"], masks)
        asked = {self.diagram.partitions[level].name for level in turns_on}
        return tuple(name for name in self.facts if name in asked)

    def findings(self, masks: Sequence[int], reading: str) -> dict[str, Came]:
        """What each reported provision came to, by citation, in print order."""
        return {citation: self._came(self.root(citation, reading), masks) for citation in self.citations}

    def _came(self, name: str, masks: Sequence[int]) -> Came:
        diagram, order = self.diagram, self._sentences[name]
        root = diagram.roots[name]
        outcome = diagram.outcome(root, masks)
        if outcome == UNKNOWN:
            turns_on = diagram.essential(root, masks)
            levels = tuple(level for level in order if level in turns_on)
        else:
            levels = diagram.settling(root, masks, order)
        return Came(STATUS[outcome], tuple(diagram.partitions[level].name for level in levels))

    def _outcome(self, name: str, masks: Sequence[int]) -> int:
        return self.diagram.outcome(self.diagram.roots[name], masks)


def _fact(told: Mapping[str, Any]) -> Fact:
    members = tuple(
        AnswerMember(name=str(m["name"]), type=str(m["type"]), choices=tuple(m["choices"])) for m in told["members"]
    )
    unit = cast("str | None", told["unit"])
    of_line = (told["least"], told["most"])
    return Fact(str(told["fact"]), str(told["type"]), str(told["ask"]), unit, tuple(told["values"]), *of_line, members)
