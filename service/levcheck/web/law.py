"""The law's own pages: the chapter beside its code, the cases that test it, and a what-if."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from ..api.headers import PAGE
from ..api.service import service
from ..api.texts import RELOCATION, Unreadable
from ..law import issues, notes, readings, vocabulary
from ..law.current import HASH
from ..law.logic.facts import Choice, Fact
from ..law.places import STATE_NAMES
from ..law.va_9vac5_95 import by_citation, editions, incorporated
from ..printed import wording
from . import cases, chapter, what_if
from .counter import WORDS

WHAT_IF = "/law/what-if"
_MOST_NAMED = 12
blueprint = Blueprint("law", __name__, template_folder="templates")


@blueprint.get("/law")
def whole() -> Response:
    """The chapter as printed, each provision beside its code's reading."""
    facts = [(fact, _takes(fact), _presumed(fact)) for fact in vocabulary.FACTS]
    shown: dict[str, Any] = {"sections": chapter.sections(), "incorporated": incorporated, "facts": facts}
    return _page("law.html", issues=issues.ISSUES, notes=notes.notes_on, **shown)


@blueprint.get("/law/cases")
def listed() -> Response:
    """The worked cases, or those that test one provision."""
    asked = request.args.get("citation", "").strip()
    if not asked:
        return _page("law_cases.html", files=cases.files(), citation="")
    paragraphs = by_citation(asked)
    citation = paragraphs[0].citation if paragraphs else asked
    return _page("law_cases.html", 200 if paragraphs else 404, files=cases.testing(citation), citation=citation)


@blueprint.get("/law/cases/<case>")
def one(case: str) -> Response:
    """A worked case: the transaction, what is expected of it, and what the law makes of it now."""
    if case not in cases.by_slug():
        abort(404)
    file, worked = cases.by_slug()[case]
    told = what_if.told_of(worked.request)
    answer = what_if.answered(told)
    left_out = [path for path in worked.changes if not any(f"{name}.".startswith(f"{path}.") for name in told)]
    shown: dict[str, Any] = {"told": told, "left_out": left_out, "link": _link(told), "result": answer["result"]}
    return _page("law_case.html", file=file, case=worked, rows=cases.compared(worked, answer["result"]), **shown)


@blueprint.get(WHAT_IF)
def supposed() -> AnyResponse:
    """What the law makes of the facts in the address; a form sends empty fields too, which leave the address at once."""
    told = what_if.told_in(request.args)
    if any(not text for text in request.args.values()):
        return redirect(_link(told), 303)
    shown: dict[str, Any] = {
        "told": told,
        "groups": what_if.fields(),
        "relocation": RELOCATION,
        "faults": {},
        "result": None,
    }
    try:
        shown |= what_if.answered(told)
    except Unreadable as error:
        shown["faults"] = error.faults
    return _page("what_if.html", 422 if shown["faults"] else 200, **shown)


def _takes(fact: Fact) -> str:
    """The values that a fact can take, in words; of a number its unit; empty where there are too many to name."""
    if not isinstance(fact, Choice):
        return fact.unit or ""
    return ", ".join(chapter.in_words(fact.name, value) for value in fact.values) if len(fact.values) <= _MOST_NAMED else ""


def _presumed(fact: Fact) -> str:
    """What stands for a fact that a request leaves out; empty: nothing."""
    return chapter.in_words(fact.name, vocabulary.DEFAULTS[fact]) if fact in vocabulary.DEFAULTS else ""


def _link(told: dict[str, str]) -> str:
    return f"{WHAT_IF}?{urlencode(told)}" if told else WHAT_IF


def _page(template: str, status: int = 200, **shown: Any) -> Response:
    html = render_template(
        template,
        anchor=chapter.anchor,
        counts=cases.counts(),
        edition=editions,
        reading_in_use=service().reading,
        readings=readings.BY_NAME,
        ruleset=HASH,
        sources=wording.SOURCES,
        state_names=STATE_NAMES,
        value=wording.value,
        **WORDS,
        **shown,
    )
    response = Response(html, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = PAGE
    return response
