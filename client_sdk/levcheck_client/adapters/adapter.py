"""The one shape of an adapter: a message in, what it says as a transaction out."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, TypeAlias

from levcheck_client.adapters.adapted import Adapted, AdapterError
from levcheck_client.adapters.draft import Draft, loss
from levcheck_client.adapters.members import BRANCHES, MEMBERS, NUMBERS, Unusable
from levcheck_client.adapters.never import refuse
from levcheck_client.adapters.tree import Element, Path

Message: TypeAlias = bytes | str | Mapping[str, object]
Words: TypeAlias = Mapping[str, Mapping[str, str]]
MOST_SHOWN = 5


class Adapter(ABC):
    """Reads messages of one format. Holds nothing that changes, so threads may share it.

    fields    members of the contract, each with the path in your messages where you keep it (`tree`):
              `{"destination.state": "//OptionalField[OptionNumber=7]/AlphaFieldValue"}`; such a field wins over the
              format's own, and one that stands nowhere else is no longer lost
    fixed     members that are the same in every message: `{"seller.type": "dealer"}`; a message's own word wins
    words     for members that are a word or a yes or no, your words and the contract's:
              `{"transaction.type": {"R": "sale", "L": "lease"}}`
    branches  codes of places, each with its state: `{"DCA": "VA"}`

    Raises `ValueError` for a member or a value that the contract does not have, a path that is none, and what must never be
    mapped.
    """

    name: ClassVar[str]
    """What the format is called."""
    own: ClassVar[frozenset[str]]
    """The facts that the format has members for."""
    records: ClassVar[bool] = True
    """Whether its messages are of deals, and not of what comes before one."""

    def __init__(
        self,
        *,
        fields: Mapping[str, str] | None = None,
        fixed: Mapping[str, str] | None = None,
        words: Words | None = None,
        branches: Mapping[str, str] | None = None,
    ) -> None:
        self._paths = {member: Path.of(path) for member, path in (fields or {}).items()}
        self._fixed = dict(fixed or {})
        self._words = {member: dict(table) for member, table in (words or {}).items()}
        self._branches = dict(branches or {})
        for member, value in self._fixed.items():
            _fits(member, value)
        for member, table in self._words.items():
            for value in table.values():
                _fits(member, value)
        for state in self._branches.values():
            _fits("transaction.state", state)
        for member, path in self._paths.items():
            _known(member, {**MEMBERS, **BRANCHES})
            refuse(member, *(step.name for step in path.steps))
        for member in NUMBERS:
            if member in self._words:
                raise ValueError(f"{member} is a number: no word stands for one")

    @property
    def carries(self) -> frozenset[str]:
        """The facts that its messages, with the fields given, can state."""
        given = {BRANCHES.get(member, member) for member in self._paths}
        return self.own | given | frozenset(self._fixed)

    @property
    def loss(self) -> tuple[str, ...]:
        """The contract's facts that its messages cannot state, in the contract's order."""
        return loss(self.carries)

    def with_branches(self, branches: Mapping[str, str]) -> Adapter:
        """The same adapter with another table of branches."""
        for state in branches.values():
            _fits("transaction.state", state)
        other = copy.copy(self)
        other._branches = dict(branches)
        return other

    def read(self, message: Message) -> Adapted:
        """What one message says. Raises `AdapterError`, for a message that cannot be read, and nothing else."""
        if not isinstance(message, (bytes, str, Mapping)):
            raise AdapterError(f"a message is bytes, text or a mapping; this is of type {type(message).__name__}")
        return self._adapted(self._parsed(message))

    def _adapted(self, root: Element) -> Adapted:
        draft = Draft(self.carries, self._branches)
        self._map(root, draft)
        for member, path in self._paths.items():
            if text := agreed(draft, BRANCHES.get(member, member), root, path.text):
                self._take(draft, member, text, path.text)
        for member, value in self._fixed.items():
            if not draft.spoke(member):
                draft.state(member, value, "the fixed value")
        return draft.adapted(self.name, records=self.records)

    def _take(self, draft: Draft, member: str, text: str, at: str) -> None:
        """What stands in a field that the integrator gave."""
        text = self._spelled(member, text)
        if member in BRANCHES:
            draft.branch(member.partition(".")[0], text, at)
        else:
            draft.state(member, text, at, self._words.get(member))

    def _spelled(self, member: str, text: str) -> str:
        """The text of a given field in the contract's spelling; empty, if the format says so that there is nothing."""
        return text

    @abstractmethod
    def _parsed(self, message: Message) -> Element:
        """The message as a tree. Raises `AdapterError`."""

    @abstractmethod
    def _map(self, root: Element, draft: Draft) -> None:
        """Take the format's own members."""


def _known(member: str, members: Mapping[str, object]) -> None:
    if member not in members:
        raise ValueError(f"{member!r} is no member of the contract that a message could state")


def _fits(member: str, value: str) -> None:
    _known(member, MEMBERS)
    try:
        MEMBERS[member](value)
    except Unusable as unusable:
        raise ValueError(f"{member} {unusable}") from None


def agreed(draft: Draft, fact: str, root: Element, *paths: str) -> str:
    """What several places say of a fact; nothing, with the contradiction named, if they differ."""
    told = {text.upper(): (text, path) for path in paths for text in Path.of(path).texts(root)}
    if len(told) > 1:
        at = " and ".join(dict.fromkeys(path for _, path in told.values()))
        draft.leave_out(fact, at, f"differ: {', '.join(repr(text[:40]) for text in sorted(told)[:MOST_SHOWN])}")
        return ""
    return next((text for text, _ in told.values()), "")


def single(draft: Draft, fact: str, root: Element, *paths: str) -> tuple[str, str]:
    """What the first of the paths at which something stands says of a fact, as by `agreed`, and that path."""
    _, at = one(root, *paths)
    return agreed(draft, fact, root, at), at


def one(root: Element, *paths: str) -> tuple[str, str]:
    """The first text that stands at one of the paths, and that path."""
    for path in paths:
        for text in Path.of(path).texts(root):
            return text, path
    return "", paths[0]
