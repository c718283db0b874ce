"""The chapter as a whole: its sections and paragraphs in print order, and how to find one by its citation."""

from __future__ import annotations

import re
from types import ModuleType

from ..logic.provisions import Paragraph, Provision, paragraphs
from . import section_10, section_20, section_30, section_40, section_50

SECTIONS: tuple[ModuleType, ...] = (section_10, section_20, section_30, section_40, section_50)
PARAGRAPHS: tuple[Paragraph, ...] = tuple(paragraph for section in SECTIONS for paragraph in paragraphs(section))
PROVISIONS: tuple[Provision, ...] = tuple(p for p in PARAGRAPHS if isinstance(p, Provision))
FINDINGS: tuple[Provision, ...] = tuple(p for p in PROVISIONS if p.finding)


def heading(section: ModuleType) -> str:
    """The section's heading as printed."""
    return (section.__doc__ or "").strip()


def by_citation(citation: str) -> tuple[Paragraph, ...]:
    """The paragraphs with this citation, in print order; none if the chapter has no such place.

    Case, white space, quotation marks and a section sign before the number do not matter: `9vac5-95-30 b(6)` is B 6.
    A sentence of its own within a paragraph (B 11, H 1) shares the paragraph's citation.
    """
    return _INDEX.get(citation) or _INDEX.get(_normal(citation), ())


def _normal(citation: str) -> str:
    spaced = re.sub(r"(?<=[A-Za-z])(?=\d+\s*$)", " ", re.sub(r"[\"“”()§.\s]+", " ", citation))
    return " ".join(spaced.casefold().split())


def _index() -> dict[str, tuple[Paragraph, ...]]:
    """The paragraphs by their citation, as printed and as `_normal` makes it."""
    index: dict[str, tuple[Paragraph, ...]] = {}
    for paragraph in PARAGRAPHS:
        for spelling in (paragraph.citation, _normal(paragraph.citation)):
            index[spelling] = (*index.get(spelling, ()), paragraph)
    return index


_INDEX = _index()
