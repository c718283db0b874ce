"""What the service tells in English, in the language of the page: sentences by themselves, and those with values in them.

A sentence that is not known here stays English, and says so to whoever reads it aloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from flask import has_request_context
from markupsafe import Markup, escape

from ..advice.legal_status import ADOPTING_STATES, NOTES, PENALTY
from ..advice.remedies import REMEDIES
from ..api import problems
from ..law import vocabulary as v
from ..law.places import STATE_NAMES
from ..law.readings import READINGS
from ..printed import wording
from . import language
from .sentences import PATTERNS, SENTENCES

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SPELLED = {"month": "|".join(MONTHS), "day": "[0-9]{1,2}", "year": "[0-9]{4}", "clock": "[0-9]{1,2}:[0-9]{2} [AP]M"}
_KEPT = {"english": '<span lang="en">{}</span>', "words": '<span translate="no">{}</span>'}
"""Values that nobody here translates: another's sentence, and words that must be written just so."""
_CITATION = r"9VAC5-95(?:-[0-9]{2}(?: [A-H](?: [0-9]{1,2})?)?)?"
_PLACE = re.compile(r"\{(\w+)\}")
_SEVERAL = {"reasons": (re.compile(r"(?<=\))(?:, | and )"), "; "), "alternatives": (re.compile(r"(?<=\)) or "), " / ")}
"""Values that are several sentences: what stands between them, and what stands there instead."""


def told(text: str) -> str:
    """A text of the service in the language of the page; marked as English where it has no translation."""
    if not has_request_context() or language.current() == language.ENGLISH:
        return text
    found = _translated(text)
    return Markup('<span lang="en">{}</span>').format(text) if found is None else found


def after_the_verdict(summary: str) -> str:
    """A summary without the verdict that it begins with."""
    return wording.begun(summary.partition(": ")[2])


def cited(text: str) -> Markup:
    """A text whose citations of the chapter stay in one line, and untranslated."""
    kept = re.sub(_CITATION, r'<span class="citation" translate="no">\g<0></span>', str(escape(text)))
    return Markup(kept)


def _translated(text: str) -> str | None:
    if text in constants():
        return language.gettext(text)
    for pattern in PATTERNS:
        if match := _expression(pattern).fullmatch(text):
            values = {name: _value(name, value) for name, value in match.groupdict().items()}
            return Markup(_PLACE.sub(lambda place: f"{{{place[1]}}}", str(escape(language.gettext(pattern))))).format(
                **values
            )
    return None


def _value(name: str, text: str) -> str:
    if name in _KEPT:
        return Markup(_KEPT[name]).format(text)
    if name in _SEVERAL:
        between, instead = _SEVERAL[name]
        return Markup(instead).join(_value("", one) for one in between.split(text))
    return _translated(text) or text


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """What a pattern's sentences look like."""
    pieces = _PLACE.split(pattern)
    for at in range(1, len(pieces), 2):
        pieces[at] = f"(?P<{pieces[at]}>{_SPELLED.get(pieces[at], '.+?')})"
    pieces[::2] = map(re.escape, pieces[::2])
    return re.compile("".join(pieces), re.DOTALL)


@cache
def constants() -> frozenset[str]:
    """Every sentence and word of the other rooms that a page may show as it stands."""
    return frozenset(_constants())


def _constants() -> Iterator[str]:
    yield from SENTENCES
    yield from MONTHS
    yield from (fact.ask for fact in v.FACTS)
    for words in (wording.LABELS, STATE_NAMES):
        yield from words.values()
    yield from (reading.scope for reading in READINGS)
    yield from (remedy.text for remedy in REMEDIES)
    yield from (note.text for note in NOTES)
    yield from (problem.title for problem in problems.REGISTER.values())
    yield from (sentence for sentence, _ in ADOPTING_STATES.values())
    yield PENALTY[0]
