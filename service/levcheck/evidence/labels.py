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
    rf"\bconforms? to (?:the )?{_EPA} and (?:the )?(?:State of )?California (?:emissions? )?regulations"
    r"|(?<![\w-])(?:certified|approved) for (?:sale|use) in (?:California|(?:all )?(?:the )?(?:50|fifty)[ -]states)\b"
    r"|\b(?:50|fifty)[ -]states? (?:certified|emissions?|vehicle)\b",
    re.IGNORECASE,
)
_FEDERAL = re.compile(
    rf"\bconforms? to (?:the )?{_EPA} (?:and (?:the )?(?:State of )?California )?regulations", re.IGNORECASE
)
_OTHER_STATES = re.compile(r"\bcalif|\bCA\b|\bstates?\b|\b(?:49|50)\b|\bC?ARB\b|\bsale\b", re.IGNORECASE)
_NUMBER = re.compile(r"\b(?:part|serial|label|form) no\b[.:#]? ?(?=\w*\d)", re.IGNORECASE)
_NEGATION = re.compile(
    r"\bnot\b|\bcannot\b|\bno\b|\bnon|n['’]t\b|\bnor\b|\bnever\b|\bneither\b|\bun-?(?:certif|approv)|\bin-?eligib"
    r"|\bexcept|\bexclud|\bexempt|\bother than\b|\bbut\b|\bminus\b|\bless\b|\boutside\b|\bwithout\b|\bunless\b|\buntil\b"
    r"|\bif\b|\bfail|\bviolat|\bprohibit|\bdenied\b|\brevoked\b|\bpending\b|\b(?:to|will|must) be\b|\bfalse\b|\b49\b"
    r"|\bforty-? ?nine\b|\?|[\[(] ?[\])]|_{2}|[☐□]",
    re.IGNORECASE,
)
"""What takes a sentence back, restricts it, or shows that it is a question or a box that nobody ticked."""
_YEAR = r"(?:19|20)\d\d"
_RUN = rf"{_YEAR}(?: ?(?:[-/,&]|and|or|to|through) ?{_YEAR})*"
_YEARS = re.compile(rf"\b({_RUN})[ )-]*(?:model[ -]*years?|my)\b|\b(?:model[ -]*years?|my)[ :(-]*({_RUN})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Label:
    """What a sentence says: each of `california` and `federal` True, False or None (not said); the model year it names."""

    california: bool | None = None
    federal: bool | None = None
    model_year: int | None = None


UNREADABLE = Label()


def read(sentence: str) -> Label:
    """Read a label's sentence."""
    text = _NUMBER.sub("", " ".join(plain_text(sentence).split()))
    runs = [run for match in _YEARS.finditer(text) for run in match.groups() if run]
    years = {int(year) for run in runs for year in re.findall(_YEAR, run)}
    if _NEGATION.search(text) or len(years) > 1:
        return UNREADABLE
    year = next(iter(years), None)
    federal = True if _FEDERAL.search(text) else None
    if _CALIFORNIA.search(text):
        return Label(california=True, federal=federal, model_year=year)
    if federal and not _OTHER_STATES.search(text):
        return Label(california=False, federal=True, model_year=year)
    return UNREADABLE
