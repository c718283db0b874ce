"""The counter on another system's page: in a frame, for one vehicle, by a token that comes with each form.

The first form comes from the page around the frame, which must be of the token's origin, and every other from the frame
itself. No cookie is set or looked at: a browser that is signed in here is, in the frame, nobody.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from ..api import callers, idempotency
from ..api.headers import PAGE, framed_by
from ..api.problems import Problem
from ..api.service import service
from . import counter, forms, language
from .counter import Desk

TOKEN = "token"
EXPIRED, ERROR = "expired", "error"
"""Why the frame ends by itself, as the page around it is told."""
_ANYWHERE = Desk(policy=PAGE, layout="framed.html")

blueprint = Blueprint("embed", __name__, template_folder="templates")


class Ended(Exception):
    """The token is of this service, but its time or its key has ended."""


@blueprint.post("/embed")
def check() -> Response:
    """The first question, or the verdict on what was answered so far."""
    desk = _desk(own_forms_only=False)
    return desk.judged(*desk.told()) if "activity" in request.form else desk.start()


@blueprint.post("/embed/record")
def record() -> Response:
    """Record what was judged, and tell the page around the frame its id."""
    desk = _desk(own_forms_only=True)
    told, activity = desk.told()
    try:
        made = counter.create(told)
    except forms.Unreadable as error:
        return desk.asked_again(told, activity, error)
    return counter.shown(desk, made)


def _desk(*, own_forms_only: bool) -> Desk:
    """The counter that the form's token opens. Raises Problem, Ended."""
    embeds, token = service().embeds, request.form.get(TOKEN, "")
    embed = embeds.read(token) if embeds else None
    if embed is None:
        raise Problem("form_refused", "The page needs a token of this service: ask for one with POST /v1/embeds.")
    if not _from_the_frame() and (own_forms_only or request.headers.get("Origin") != embed.origin):
        raise Problem("form_refused", "The token is for the pages of another origin.")
    check, record = map(language.kept, ("/embed", "/embed/record"))
    g.desk = Desk(check, record, {TOKEN: token}, framed_by(embed.origin), "framed.html", embed.origin, embed.vin)
    if callers.embedded(embed) is None:
        raise Ended
    desk: Desk = g.desk
    return desk


def _from_the_frame() -> bool:
    """Whether the service's own page sent the form; browsers say so, and no page can say it in their stead."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def _ended(status: int, reason: str, title: str, detail: str) -> Response:
    desk: Desk = g.get("desk", _ANYWHERE)
    return desk.html("ended.html", status, reason=reason, title=title, detail=detail)


def _problem(problem: Problem) -> Response:
    g.problem = problem.type.code
    response = _ended(problem.type.status, ERROR, problem.type.title, problem.detail)
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _http_error(error: HTTPException) -> Response:
    return _ended(error.code or 500, ERROR, error.name, "")


@blueprint.errorhandler(Ended)
def _ended_by_time(_error: Ended) -> Response:
    g.problem = "key_refused"
    return _ended(401, EXPIRED, "This check has ended", "It was open for 15 minutes, or was closed. Begin it again.")


blueprint.register_error_handler(Problem, _problem)
blueprint.register_error_handler(HTTPException, _http_error)
for _error, (_code, _detail, _wait) in idempotency.PROBLEMS.items():
    blueprint.register_error_handler(
        _error, lambda _e, code=_code, detail=_detail, wait=_wait: _problem(Problem(code, detail, retry_after=wait))
    )
