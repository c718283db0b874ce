"""Paragraphs of a regulation: what decides (provisions), what gives a word its meaning, what is owed, what is out of reach.

Each is a decorated function whose docstring is the paragraph, verbatim, and whose place in its module is its place in print.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cached_property
from types import ModuleType

from .conditions import Condition
from .facts import Fact


class Paragraph:
    """One piece of the regulation that can be cited: its citation and its words, verbatim."""

    def __init__(self, citation: str, function: Callable[[], object]) -> None:
        self.citation = citation
        self.text = " ".join((inspect.getdoc(function) or "").split())
        self.name = function.__name__
        self.function = function

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.citation}>"


class Provision(Paragraph, Condition):
    """A paragraph that a transaction can meet or fail. Its condition is built on first use: code keeps print order."""

    def __init__(self, citation: str, function: Callable[[], Condition], finding: bool) -> None:
        super().__init__(citation, function)
        self.finding = finding

    @cached_property
    def condition(self) -> Condition:
        built = self.function()
        if not isinstance(built, Condition):
            raise TypeError(f"{self.citation} must return a condition")
        return built

    def parts(self) -> tuple[Condition, ...]:
        return (self.condition,)


class Meaning(Paragraph):
    """A paragraph that gives a fact its meaning; `fact` is the fact that carries it."""

    def __init__(self, citation: str, function: Callable[[], object], fact: Fact) -> None:
        super().__init__(citation, function)
        self.fact = fact


class Duty(Paragraph):
    """A paragraph that somebody owes something by: to whom it binds (`who`) and when it is `due`."""

    def __init__(self, citation: str, function: Callable[[], object], who: str, due: str) -> None:
        super().__init__(citation, function)
        self.who = who
        self.due = due


class OutOfReach(Paragraph):
    """A paragraph on which no single transaction can turn, and why."""

    def __init__(self, citation: str, function: Callable[[], object], reason: str) -> None:
        super().__init__(citation, function)
        self.reason = reason


def provision(citation: str, *, finding: bool = True) -> Callable[[Callable[[], Condition]], Provision]:
    """Declare a paragraph that decides. With `finding`, every result reports what it came to."""
    return lambda function: Provision(citation, function, finding)


def meaning(citation: str, fact: Fact) -> Callable[[Callable[[], None]], Meaning]:
    """Declare a paragraph that gives `fact` its meaning."""
    return lambda function: Meaning(citation, function, fact)


def duty(citation: str, *, who: str, due: str) -> Callable[[Callable[[], None]], Duty]:
    """Declare a paragraph by which `who` owes something, and when."""
    return lambda function: Duty(citation, function, who, due)


def out_of_reach(citation: str, *, reason: str) -> Callable[[Callable[[], None]], OutOfReach]:
    """Declare a paragraph on which no single transaction can turn."""
    return lambda function: OutOfReach(citation, function, reason)


def paragraphs(section: ModuleType) -> Iterator[Paragraph]:
    """The paragraphs that a section's module declares, in print order."""
    return (item for item in vars(section).values() if isinstance(item, Paragraph))
