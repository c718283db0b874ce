"""What the counter is told, as a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, TypeAlias

from levcheck_client.adapters import Adapted
from levcheck_client.results import Question, Result

Action: TypeAlias = Literal["go", "hold", "ask"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the vehicle may be handed over.

    `action` is `go`; `hold`, with the `reason` to show; or `ask`, with the `questions` for a form: each one's `fact`, the
    text to `ask`, and its `answer`'s type, choices, unit and members. `transaction` is what was asked of the service and is
    recorded by `complete`, `result` what came of it, `adapted` what the deal's own message said. `answered` are the
    questions that were answered, `unknown` the facts that nobody knows.

    It is plain data: a web application may pickle it between two pages. `bool(decision)` raises `TypeError`.
    """

    action: Action
    reason: str
    questions: tuple[Question, ...]
    transaction: Mapping[str, Any] = field(hash=False)
    result: Result
    adapted: Adapted
    answered: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    @property
    def provisional(self) -> bool:
        """Whether this was evaluated here, while the service could not be reached."""
        return self.result.provisional

    def __bool__(self) -> NoReturn:
        raise TypeError("a decision has three values, so it is neither true nor false: compare decision.action")
