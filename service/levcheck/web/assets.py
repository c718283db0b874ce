"""The files that the pages need: a style, scripts, a sign. Their addresses hold their content's hash, so that they keep."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources

from flask import Blueprint, Response, abort, request

KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_FOR_GOOD = "public, max-age=31536000, immutable"
COMPONENT = "levcheck-check.js"
"""The one file that pages of other systems load."""


@dataclass(frozen=True)
class Asset:
    """A file of the package: its content, its media type, the beginning of its hash."""

    content: bytes
    kind: str
    hash: str


def blueprint() -> Blueprint:
    """The files at /assets, and for templates the function `asset`, which gives a file's address."""
    files = _read()
    page = Blueprint("assets", __name__)

    @page.get("/assets/<name>")
    def file(name: str) -> Response:
        if name not in files:
            abort(404)
        asset = files[name]
        response = Response(asset.content, mimetype=asset.kind)
        response.headers["Cache-Control"] = _FOR_GOOD if request.args.get("v") == asset.hash else "no-cache"
        if name == COMPONENT:
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            response.headers["Access-Control-Allow-Origin"] = "*"
        response.set_etag(asset.hash)
        return response.make_conditional(request)  # type: ignore[return-value]  # the same response

    @page.app_context_processor
    def addresses() -> dict[str, object]:
        return {"asset": lambda name: f"/assets/{name}?v={files[name].hash}"}

    return page


def _read() -> dict[str, Asset]:
    found = {}
    for file in resources.files(__package__).joinpath("static").iterdir():
        kind = KINDS.get(file.name.rpartition(".")[2])
        if kind:
            content = file.read_bytes()
            found[file.name] = Asset(content, kind, hashlib.sha256(content).hexdigest()[:16])
    return found
