"""The headers that every answer carries, and the policies that tell a browser what a page may do."""

from __future__ import annotations

import base64
import hashlib

from flask import Flask, Response, g

from .. import __version__
from ..access.limits import Spent

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


_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Levcheck-Version", __version__),
)
_UNLESS_SET = (
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", NOTHING),
    ("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"),
)
_TLS = (("Strict-Transport-Security", f"max-age={_TWO_YEARS}; includeSubDomains"),)


def of_no_page(*, tls: bool) -> tuple[tuple[str, str], ...]:
    """The headers of an answer that sets none of them itself; `tls` as in `register`."""
    return (*_ALWAYS, *(_TLS if tls else ()), *_UNLESS_SET)


def of_quota(spent: Spent) -> tuple[tuple[str, str], ...]:
    """The headers that tell what is left of a caller's quota."""
    return ("RateLimit-Policy", spent.quota.policy), ("RateLimit", spent.header)


def register(app: Flask, *, tls: bool) -> None:
    """Add the headers to every answer; `tls`: outside one's own machine the service is reached by HTTPS only."""
    always = (*_ALWAYS, *(_TLS if tls else ()))

    def finish(response: Response) -> Response:
        headers = response.headers
        headers["X-Request-Id"] = g.get("request_id", "")
        for name, value in always:
            headers[name] = value
        for name, value in _UNLESS_SET:
            headers.setdefault(name, value)
        return response

    app.after_request(finish)
