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
    told: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        """Note a fault."""
        self.faults += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(sentence)
