"""The language of the pages: the one that was chosen, else what the browser asks for, else English.

Only pages are translated: what programs are told, the law's own words and certificates stay English.
"""

from __future__ import annotations

import gettext as catalogs
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, has_request_context, request

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "es": "Español"}
"""Each by its code, named in itself."""
FIELD, COOKIE = "lang", "language"
"""How a choice is made, in an address, and how it is kept: the cookie holds the code and nothing else."""
CATALOGS = Path(__file__).parent / "translations"
EXTENSION = "levcheck-languages"
_KEPT_S = 31_536_000
_FRAMED = "embed"
"""In a frame on another system's page no cookie is set or looked at."""


def register(app: Flask) -> None:
    """Templates say things with `_()`, `ngettext` and `{% trans %}`, and know `language` and `in_language`."""
    found = {code: catalogs.translation("messages", CATALOGS, [code]) for code in LANGUAGES if code != ENGLISH}
    app.extensions[EXTENSION] = {ENGLISH: catalogs.NullTranslations(), **found}
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension's own
        gettext,
        lambda one, more, n: catalog().ngettext(one, more, n),
        newstyle=True,
        pgettext=lambda context, message: catalog().pgettext(context, message),
    )
    app.context_processor(_of_the_page)
    app.after_request(_finish)


def gettext(message: str) -> str:
    """A message in the language of this answer."""
    return catalog().gettext(message)


def catalog() -> catalogs.NullTranslations:
    """The messages of the language of this answer."""
    if not has_request_context():
        return catalogs.NullTranslations()
    found: catalogs.NullTranslations = current_app.extensions[EXTENSION][current()]
    return found


def current() -> str:
    """The code of the language of this answer."""
    if "language" not in g:
        before = "" if request.blueprint == _FRAMED else request.cookies.get(COOKIE, "")
        asked = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
        g.language = next(code for code in (request.args.get(FIELD), before, *asked, ENGLISH) if code in LANGUAGES)
    language: str = g.language
    return language


def kept(path: str) -> str:
    """An address of this service, in the language of this answer where that was chosen by its address."""
    return f"{path}?{FIELD}={current()}" if request.args.get(FIELD) == current() else path


def _of_the_page() -> dict[str, Any]:
    return {"language": current(), "languages": LANGUAGES, "in_language": _this_page_in}


def _this_page_in(code: str) -> str:
    """The address that shows this page, or the first one after a form, in a language."""
    rules = current_app.url_map.bind("localhost").allowed_methods(request.path)
    others = [(name, value) for name, value in request.args.items(multi=True) if name != FIELD]
    return f"{request.path if 'GET' in rules else '/'}?{urlencode([*others, (FIELD, code)])}"


def _finish(response: Response) -> Response:
    """Say of a page which language it is in and what that depends on, and keep a choice."""
    if "language" not in g or response.mimetype != "text/html":
        return response
    response.headers["Content-Language"] = g.language
    response.vary.update(("Accept-Language", "Cookie"))
    if request.args.get(FIELD) == g.language and request.blueprint != _FRAMED:
        response.set_cookie(COOKIE, g.language, max_age=_KEPT_S, secure=request.is_secure, httponly=True, samesite="Lax")
    return response
