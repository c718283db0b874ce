"""The frame of every page: where one is on this site, and where one can go."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, request
from jinja2 import pass_context

from . import language, told


def register(app: Flask) -> None:
    """Give every template the site's addresses, its own place among them, and the words of other rooms in its language."""
    language.register(app)
    app.jinja_env.filters |= {"told": _told, "cited": told.cited, "after_the_verdict": told.after_the_verdict}
    app.context_processor(_places)


@pass_context
def _told(_context: object, text: str) -> str:
    """With a context, so that a constant is not told once and for all when its template is compiled."""
    return told.told(text)


def _places() -> dict[str, Any]:
    """`addresses`: those of the pages that this service has; `place`: the one that this page is of."""
    addresses = {rule.rule for rule in current_app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return {"addresses": addresses, "place": _place(request.path, addresses)}


def _place(path: str, addresses: set[str]) -> str:
    first = f"/{path.split('/')[1]}"
    return first if first in addresses else "/" if request.blueprint == "counter" else ""
