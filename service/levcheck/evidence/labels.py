"""The sentence on an emission label or a manufacturer's certificate of origin (MCO), read for what it certifies.

The sentences are those that New York's and New Jersey's agencies print (dmv.ny.gov, nj.gov/dep/drivegreen). Anything else
is unknown, never a no.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .text import plain_text

_EPA = r"U\.? ?S\.? ?E\.?P\.?A\.?"
_CALIFORNIA = re.compile(
    r"\band (?:the )?(?:State of )?California (?:emissions? )?regulations"
    r"|(?:certified|approved) for (?:sale|use) in California"
    r"|\b(?:50|fifty)[ -]states?\b",
    re.IGNORECASE,
)
_FEDERAL = re.compile(rf"conforms? to (?:the )?{_EPA} (?:and (?:the )?(?:State of )?California )?regulations", re.IGNORECASE)
_OTHER_STATES = re.compile(r"california|\bstates?\b|\b(?:49|50)\b|\bCARB\b", re.IGNORECASE)
_NEGATION = re.compile(
    r"\bnot\b|\bno\b(?! ?[.:#]| ?\d)|\bnon\b|n['’]t\b|\bnever\b|\bneither\b|\bexcept|\bexclud|\bother than\b|\bwithout\b"
    r"|\bunless\b|\bfails?\b",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"\b((?:19|20)\d\d)[ -]*(?:model[ -]*year|my)\b|\b(?:model[ -]*year|my)[ :-]*((?:19|20)\d\d)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a sentence says: each of `california` and `federal` True, False or None (not said); the model year it names."""

    california: bool | None = None
    federal: bool | None = None
    model_year: int | None = None


UNREADABLE = Label()


def read(sentence: str) -> Label:
    """Read a label's sentence."""
    text = " ".join(plain_text(sentence).split())
    years = {int(year) for match in _YEARS.finditer(text) for year in match.groups() if year}
    if _NEGATION.search(text) or len(years) > 1:
        return UNREADABLE
    year = next(iter(years), None)
    federal = True if _FEDERAL.search(text) else None
    if _CALIFORNIA.search(text):
        return Label(california=True, federal=federal, model_year=year)
    if federal and not _OTHER_STATES.search(text):
        return Label(california=False, federal=True, model_year=year)
    return UNREADABLE
