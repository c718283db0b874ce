"""A certificate as a page of HTML that needs nothing else: no script, no other file, no other host."""

from __future__ import annotations

from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from . import sheet as words
from .html_fit import MOVABLE, fit
from .qr import code
from .sheet import Sheet

SIGNS = {
    "permitted": '<circle cx="12" cy="12" r="11"/><path d="M6.8 12.4l3.8 3.7 6.7-7.7"/>',
    "prohibited": '<path class="shape" d="M7.8 1.8h8.4l6 6v8.4l-6 6H7.8l-6-6V7.8z"/><path d="M8 8l8 8M16 8l-8 8"/>',
    "undetermined": '<path class="shape" d="M12 .4L23.6 12 12 23.6.4 12z"/>'
    '<path d="M8.9 9.8C8.9 5.4 15.2 5.6 15.2 9.4 15.2 11.9 12 11.9 12 14.6M12 16.2v2.4"/>',
}
"""The same shapes as in the PDF: a disc, an octagon, a diamond."""


def page(sheet: Sheet) -> str:
    """The sheet as a page. Its style does not depend on the sheet, so that a policy can name it by one hash."""
    made = code(sheet.coded)
    fitted = fit(sheet, made)
    right = [name for name in MOVABLE if name not in fitted.left]
    sign, css = SIGNS[sheet.verdict], Markup(style())
    return _template().render(sheet=sheet, code=made, words=words, sign=sign, fit=fitted, right=right, style=css)


@cache
def style() -> str:
    """What stands between the page's style tags."""
    return f"\n{resources.files(__package__).joinpath('templates/certificate.css').read_text('utf-8').rstrip()}\n"


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("levcheck.printed"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("certificate.html")
