"""What a verification of the log comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

GRACE = timedelta(minutes=5)
"""How late a record may come into the log, and how far the clocks of two machines may differ."""
MOST_TOLD = 100


@dataclass
class Findings:
    """What was read, how many faults there are, and a sentence for each of the first."""

    entries: int = 0
    checkpoints: int = 0
    faults: int = 0
    first: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        """The sentences, and before all others those on what was kept elsewhere: there is no arguing with them."""
        return self.first + self.others

    def add(self, sentence: str) -> None:
        """Note a fault."""
        self.faults += 1
        if len(self.others) < MOST_TOLD:
            self.others.append(sentence)

    def add_first(self, sentence: str) -> None:
        """Note a fault that a kept checkpoint proves."""
        self.faults += 1
        self.first.append(sentence)
