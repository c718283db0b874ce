"""A case that has been evaluated, as the rooms of advice read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..evidence.reader import Evidence
from ..evidence.request import ABSENT, member
from ..law.current import LAW, needed
from ..law.logic.facts import Fact, Value
from ..law.ruleset import Finding


@dataclass(frozen=True)
class Situation:
    """The request, its evidence, and what the law comes to: each answer is worked out when it is first asked for."""

    request: Mapping[str, Any]
    evidence: Evidence
    masks: tuple[int, ...]
    reading: str

    @cached_property
    def verdict(self) -> str:
        """Over every completion of the open facts."""
        return LAW.verdict(self.masks, self.reading)

    @cached_property
    def basis(self) -> str | None:
        """Why."""
        return LAW.basis(self.masks, self.reading, self.verdict)

    @cached_property
    def findings(self) -> Mapping[str, Finding]:
        """What each reported provision came to, by citation."""
        return LAW.findings(self.masks, self.reading)

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """The open facts that can still change the verdict, in the vocabulary's order."""
        return needed(self.masks, self.reading) if self.verdict == "undetermined" else ()

    def value(self, fact: Fact) -> Value | None:
        """The fact's value, where it is known."""
        return self.evidence.facts[fact.name].value

    def holds(self, citation: str) -> bool:
        """Whether a provision is known to be met."""
        return self.findings[citation].status == "holds"

    def is_told(self, path: str) -> bool:
        """Whether the request has a member at this path, be it null."""
        return member(self.request, path) is not ABSENT

    @property
    def exemptions(self) -> tuple[str, ...]:
        """The citations of the exemptions that hold, in print order."""
        return tuple(c for c, f in self.findings.items() if c.startswith(EXEMPTION) and f.status == "holds")

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Where the act is exempt but by no one exemption in every completion: the fewest of which one always holds."""
        if self.basis != "exempt" or self.exemptions:
            return ()
        possible = [c for c, f in self.findings.items() if c.startswith(EXEMPTION) and f.status == "unknown"]
        return LAW.fewest(possible, self.masks)

    @property
    def within_the_chapter(self) -> bool:
        """Whether -30 A is known to reach the act and no exemption is known to."""
        return self.verdict == "prohibited" or self.basis == "certified"


EXEMPTION = "9VAC5-95-30 B "
B1, B2, B5, B6, B7, B8, B11 = (f"{EXEMPTION}{number}" for number in (1, 2, 5, 6, 7, 8, 11))
A = "9VAC5-95-30 A"
H1 = "9VAC5-95-30 H 1"
