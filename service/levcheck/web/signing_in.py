"""Signing in: a person shows an API key once, and the browser holds a session of it for the working day."""

from __future__ import annotations

import re

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from ..access.sessions import LASTS
from ..api import callers
from ..api.headers import PAGE
from ..api.problems import Problem
from ..api.service import service

AFTER = "/"
_OWN_PATH = re.compile(r"/(?![/\\])[!-~]{0,500}")
blueprint = Blueprint("signing_in", __name__, template_folder="templates")


@blueprint.app_context_processor
def session() -> dict[str, object]:
    """For every page: what its forms must bring back, if the browser holds a session."""
    door, token = service().door, callers.session_token()
    return {"form_token": door.sessions.form_token(token) if door and token and g.get("caller") else ""}


@blueprint.get("/login")
def form() -> AnyResponse:
    """The form that asks for a key. On one's own machine there is nothing to ask."""
    after = _after(request.args.get("next", ""))
    return _page(after) if service().door else redirect(after, 303)


@blueprint.post("/login")
def begin() -> AnyResponse:
    """Begin a session, always a new one: the one that the browser showed before ends."""
    after = _after(request.form.get("next", ""))
    door = service().door
    if door is None:
        return redirect(after, 303)
    try:
        callers.refuse_other_sites()
        caller = callers.signed_in(door, request.form.get("key", "").strip())
    except Problem as problem:
        return _page(after, problem)
    door.sessions.end(callers.session_token() or "")
    response = redirect(after, 303)
    response.set_cookie(
        callers.COOKIE,
        door.sessions.begin(caller),
        max_age=LASTS,
        secure=True,
        httponly=True,
        samesite="Lax",
    )
    return response


@blueprint.post("/logout")
def end() -> AnyResponse:
    """End the session at once, here and at the server."""
    door, token = service().door, callers.session_token()
    if door and token:
        callers.refuse_forged_form(door)
        door.sessions.end(token)
    response = redirect("/login", 303)
    response.delete_cookie(callers.COOKIE, secure=True, httponly=True, samesite="Lax")
    return response


def _page(after: str, problem: Problem | None = None) -> Response:
    html = render_template("login.html", after=after, problem=problem)
    response = Response(html, problem.type.status if problem else 200, mimetype="text/html")
    response.headers["Content-Security-Policy"] = PAGE
    if problem and problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _after(path: str) -> str:
    """Where to go then: an address of this service only."""
    return path if _OWN_PATH.fullmatch(path) else AFTER
