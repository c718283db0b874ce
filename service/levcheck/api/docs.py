"""The contract as a page, made from the OpenAPI document; nothing on it comes from another host."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template
from flask_smorest import Api
from markupsafe import Markup

from .headers import with_style


def blueprint(api: Api) -> Blueprint:
    """The page at /docs for the operations of `api`."""
    docs = Blueprint("docs", __name__)

    @docs.route("/docs")
    def page() -> Response:
        css = render_template("docs.css")
        html = render_template("docs.html", spec=api.spec.to_dict(), resolved=resolved, kind=kind, css=Markup(css))
        return Response(html, mimetype="text/html", headers={"Content-Security-Policy": with_style(css)})

    return docs


def resolved(spec: dict[str, Any], schema: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The name and the definition of a schema that may be a reference."""
    for option in [schema, *schema.get("anyOf", []), *schema.get("allOf", [])]:
        if "$ref" in option:
            name = option["$ref"].rsplit("/", 1)[-1]
            return name, spec["components"]["schemas"][name]
    return "", schema


def kind(schema: dict[str, Any]) -> str:
    """A member's type in words."""
    types = schema.get("type", "")
    named = " or ".join(types) if isinstance(types, list) else types
    if "items" in schema:
        return f"list of {kind(schema['items'])}"
    if reference := resolved({"components": {"schemas": _Any()}}, schema)[0]:
        return reference
    choices = [str(choice) for choice in schema.get("enum", []) if choice is not None]
    if choices:
        return " | ".join(choices) if len(choices) <= 12 else f"{named}, one of {len(choices)} codes such as {choices[0]}"
    return named or "any"


class _Any(dict[str, Any]):
    """Every reference resolves: only its name is wanted."""

    def __missing__(self, name: str) -> dict[str, Any]:
        return {}
