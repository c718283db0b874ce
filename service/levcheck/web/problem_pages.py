"""Problems as pages: whoever opened a page in a browser reads what happened, not JSON."""

from __future__ import annotations

import json

from flask import Flask, Response, render_template, request

from ..api.headers import PAGE

_PAGES = ("counter", "inventory", "signing_in", "docs")
_OF_PROGRAMS = ("/v1/", "/.well-known/", "/assets/", "/openapi.json", "/metrics")


def register(app: Flask) -> None:
    """Answer with a page wherever a browser would otherwise be shown a problem document."""
    app.after_request(_as_a_page)


def _as_a_page(response: Response) -> Response:
    if response.mimetype != "application/problem+json" or not _wants_a_page():
        return response
    response.set_data(render_template("problem.html", **json.loads(response.get_data())))
    response.mimetype = "text/html"
    response.headers["Content-Security-Policy"] = PAGE
    return response


def _wants_a_page() -> bool:
    """Whether this is one of the pages' addresses, or none at all, and a browser asks."""
    of_a_page = request.blueprint in _PAGES or (request.url_rule is None and not request.path.startswith(_OF_PROGRAMS))
    return of_a_page and request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"
