"""The headers that every answer carries, and the policies that tell a browser what a page may do."""

from __future__ import annotations

import base64
import hashlib

from flask import Flask, Response, g

from .. import __version__

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For answers that are no pages."""
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""For the service's own pages: nothing of another host, nothing inline."""
_TWO_YEARS = 63_072_000


def framed_by(origin: str) -> str:
    """For a page of the service's own that pages of this one origin may show within theirs."""
    return PAGE.replace("frame-ancestors 'none'", f"frame-ancestors {origin}")


def with_style(css: str) -> str:
    """For a page that needs nothing but this one style, which stands inside it."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return NOTHING.replace("base-uri", f"style-src 'sha256-{digest}'; base-uri")


def register(app: Flask, *, tls: bool) -> None:
    """Add the headers to every answer; `tls`: outside one's own machine the service is reached by HTTPS only."""

    def finish(response: Response) -> Response:
        headers = response.headers
        headers["X-Request-Id"] = g.get("request_id", "")
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers["Levcheck-Version"] = __version__
        if tls:
            headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}; includeSubDomains"
        headers.setdefault("Cache-Control", "no-store")
        headers.setdefault("Content-Security-Policy", NOTHING)
        headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()")
        return response

    app.after_request(finish)
