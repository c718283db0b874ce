"""The chapter as a page shows it: what is printed, and beside it what the code reads there."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from types import ModuleType
from typing import Any, TypeAlias

from ..api import describe
from ..check import plain
from ..law.logic.conditions import AllOf, AnyOf, Below, Condition, Not, OneOf
from ..law.logic.facts import WholeNumber
from ..law.logic.provisions import Paragraph, Provision, paragraphs
from ..law.logic.words import as_object
from ..law.va_9vac5_95 import SECTIONS, chapter
from ..law.vocabulary import day
from ..printed import wording

Words: TypeAlias = dict[str, Any]
"""A condition in words: `all_of` (and `unless`) or `any_of`, with parts; a `provision`; or a `fact` and its `value`."""


@dataclass(frozen=True)
class Place:
    """What stands under one citation: paragraphs as `describe.paragraph` tells them, with their `words` and `source`."""

    citation: str
    paragraphs: tuple[dict[str, Any], ...]

    @property
    def anchor(self) -> str:
        return anchor(self.citation)

    @property
    def notes(self) -> list[str]:
        """The choices of interpretation made here."""
        return list(self.paragraphs[0]["notes"])


@dataclass(frozen=True)
class Clause:
    """Words that several provisions share, as a function of the code: its name, what it says, its condition, its source."""

    name: str
    text: str
    words: Words
    source: str


@dataclass(frozen=True)
class Section:
    """A section: its citation, its heading without it, its places in print order, the clauses that its provisions share."""

    citation: str
    heading: str
    places: tuple[Place, ...]
    clauses: tuple[Clause, ...]

    @property
    def anchor(self) -> str:
        return anchor(self.citation)


def anchor(citation: str) -> str:
    """A citation as the name of a place on the page."""
    return citation.replace(" ", "-")


@cache
def sections() -> tuple[Section, ...]:
    """The chapter, section by section."""
    return tuple(_section(module) for module in SECTIONS)


def _section(module: ModuleType) -> Section:
    citation, _, heading = chapter.heading(module).partition(". ")
    grouped = groupby(paragraphs(module), key=lambda item: item.citation)
    places = tuple(Place(cited, tuple(map(_paragraph, items))) for cited, items in grouped)
    return Section(citation, heading, places, tuple(_clauses(module)))


def _paragraph(item: Paragraph) -> dict[str, Any]:
    decides = isinstance(item, Provision)
    return {
        **describe.paragraph(item),
        "words": words(item.condition) if isinstance(item, Provision) else None,
        "source": inspect.getsource(item.function) if decides else "",
    }


def _clauses(module: ModuleType) -> Iterator[Clause]:
    for name, function in vars(module).items():
        if inspect.isfunction(function) and function.__module__ == module.__name__:
            yield _clause(name, function)


def _clause(name: str, function: Callable[[], Condition]) -> Clause:
    text = " ".join((inspect.getdoc(function) or "").split())
    return Clause(name, text, words(function()), inspect.getsource(function))


def words(condition: Condition) -> Words:
    """A condition in words. What a provision demands is told at the provision."""
    match condition:
        case Provision():
            return {"provision": condition.citation}
        case AllOf():
            return _all_of(condition)
        case AnyOf():
            return {"any_of": [words(part) for part in condition.conditions]}
        case Below() | OneOf():
            return {"fact": condition.fact.name, "value": _value(condition)}
    raise TypeError(f"{condition!r} has no words")


def _all_of(condition: AllOf) -> Words:
    parts = list(_flat(condition))
    told: Words = {"all_of": [words(part) for part in parts if not isinstance(part, Not)]}
    if exceptions := [words(part.condition) for part in parts if isinstance(part, Not)]:
        told["unless"] = exceptions
    return told


def _flat(condition: AllOf) -> Iterator[Condition]:
    """The parts of a conjunction and of those within it: `a unless b unless c` is one sentence."""
    for part in condition.conditions:
        if isinstance(part, AllOf):
            yield from _flat(part)
        else:
            yield part


def _value(test: Below | OneOf) -> str:
    name = test.fact.name
    if isinstance(test, OneOf):
        ((relation, value),) = ((word, meant) for word, meant in as_object(test).items() if word != "fact")
        if value == "any":
            return "any"
        named = in_words(name, *(value if isinstance(value, list) else [value]))
        return f"any but {named}" if relation == "is_not" else named
    if test.reverse:
        later = "or later" if test.fact is day or test.fact.unit is None else "or more"
        return f"{in_words(name, test.bound)} {later}"
    if isinstance(test.fact, WholeNumber):
        return f"{in_words(name, int(str(test.bound)) - 1)} or {'less' if test.fact.unit else 'earlier'}"
    return f"{'before' if test.fact is day else 'below'} {in_words(name, test.bound)}"


def in_words(name: str, *values: Any) -> str:
    """Values of a fact in words, as certificates print them."""
    return wording.value({"fact": name, "state": "known", "values": [*map(plain, values)], "ranges": []})
