"""The language of the pages."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Templates mark what they say with `_()`, `ngettext` and `{% trans %}`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
