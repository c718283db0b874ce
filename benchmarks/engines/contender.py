"""What is timed: one engine, the cases made ready for it, and the answers that it has to give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TOTAL = "verdict, every fact known"
PARTIAL = "exact verdict, facts unknown"
EXPLAINED = "verdict, basis, findings, questions, readings"


def _nothing() -> None:
    pass


def _as_it_is(answer: Any) -> Any:
    return answer


@dataclass(frozen=True)
class Contender:
    """One engine at one task.

    `ask` takes one of `cases` (or all of them, for a `batch`); `read` turns what it gives into the terms of `expected`
    and is not timed, nor is `before`, which runs ahead of each round. `facts` are the transactions as they were drawn,
    to print the one on which an engine disagrees.
    """

    task: str
    name: str
    ask: Callable[[Any], Any]
    cases: Sequence[Any]
    facts: Sequence[Mapping[str, Any]]
    expected: Sequence[Any]
    read: Callable[[Any], Any] = _as_it_is
    batch: bool = False
    before: Callable[[], None] = _nothing

    @property
    def count(self) -> int:
        """How many transactions one round answers."""
        return len(self.facts)

    def run(self) -> None:
        """Answer every case once, and forget the answers: the part that is timed."""
        ask = self.ask
        if self.batch:
            ask(self.cases)
            return
        for case in self.cases:
            ask(case)

    def disagreement(self) -> str | None:
        """The first case on which this engine and the hand-written form differ, in words."""
        answers = self.read(self.ask(self.cases)) if self.batch else [self.read(self.ask(case)) for case in self.cases]
        if len(answers) != self.count:
            return f"{self.name}: {len(answers)} answers to {self.count} transactions"
        for number, (answer, expected, facts) in enumerate(zip(answers, self.expected, self.facts, strict=True)):
            if answer != expected:
                case = "\n".join(f"  {name} = {value!r}" for name, value in facts.items())
                return f"{self.name}, {self.task}, transaction {number}: {answer!r}, by hand {expected!r}\n{case}"
        return None
