"""What every page owes its readers: it needs nothing from elsewhere, and can be read by eye, by ear and on paper."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from levcheck.api.headers import PAGE
from levcheck.web import judgement, uploads
from levcheck.web.assets import KINDS
from web import owed
from web.papers import VIN, Show

STYLE = resources.files("levcheck.web").joinpath("static/levcheck.css").read_text("utf-8")
SHOWN = ("form", "nothing", "accept", "look", "another", "voided", "prohibited", "undetermined", "altered", "problem")


@pytest.fixture(params=SHOWN)
def html(request: pytest.FixtureRequest, browser: FlaskClient, show: Show, papers: dict[str, dict[str, Any]]) -> str:
    """Each page that can be shown."""
    name = request.param
    if name in ("form", "problem"):
        headers = {"Sec-Fetch-Site": "cross-site"} if name == "problem" else {}
        return (browser.post if name == "problem" else browser.get)("/verify", headers=headers).text
    text = papers[name if name in papers else "exempt"]["certificate"]
    cut = {"nothing": "", "altered": text[:-2]}.get(name, text)
    return show(cut, {"look": "", "another": "2HGFE4F86SH011469"}.get(name, VIN)).html


def test_it_needs_nothing_from_elsewhere(html: str) -> None:
    """A page has no script or style of its own and no handler, and everything it fetches is one of the service's assets."""
    owed.needs_nothing_from_elsewhere(html)


def test_it_is_well_made(html: str) -> None:
    """A page names its language and title, has one main heading, skips no level, and closes what it opens."""
    owed.is_well_made(html)
    assert '<html lang="en">' in html


def test_every_field_has_its_words(html: str) -> None:
    """Each field has a label, and every id that a page refers to is on it."""
    owed.has_words_for_every_field(html)


def test_signs_are_seen_by_shape(html: str) -> None:
    """Wherever a tone colours a banner or a row, a sign of its own shape and a word stand with it."""
    signs = {"good": "<circle", "bad": "M8 8l8 8M16 8l-8 8", "unsure": "M12 .4L23.6 12"}
    for kind, tone, body in re.findall(
        r'class="(banner|row) (good|bad|unsure)"[^>]*>(.*?)</(?:section|li)>', html, re.DOTALL
    ):
        assert signs[tone] in body
        assert re.search(r"<h[123][^>]*>\s*\w", body), kind


def test_a_page_is_light(html: str, site: Flask) -> None:
    """A page weighs under 150 kB with all that it fetches, and its style under 16 kB."""
    assert owed.weight(site.test_client(), html) < owed.HEAVIEST
    assert len(STYLE.encode()) < 16_000


def test_a_page_has_its_policy(browser: FlaskClient, show: Show) -> None:
    """A browser is told to load nothing but the service's own files, to keep no copy, and not to guess the kind."""
    for headers in (browser.get("/verify").headers, show().headers):
        assert headers["Content-Security-Policy"] == PAGE
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_every_code_has_words(site: Flask) -> None:
    """Each finding, refusal and fault that can come about has words on the page."""
    words = site.jinja_env.get_template("verify_words.html").module
    ask: Any = site.jinja_env.get_template("verify_asks.html").module
    assert set(words.PAPER) == set(judgement.PAPER)
    asked = {*judgement.REFUSALS, "text_differs", "voided", "superseded", "unknown", "another", "prohibited", "undetermined"}
    asked |= {"another_reading", "not_given", "no_vin_given", "none_named"}
    assert set(words.REASONS) == asked
    shown = judgement.Judgement("look", *[judgement.Finding("unchecked", "x")] * 3)
    assert all(str(ask.ask(code, shown)).strip() for code in asked)
    others = {"nothing", "not_a_certificate", "another_code", "several", "no_code", "no_code_in_pdf", "too_large", "busy"}
    assert set(words.FAULTS) == set(uploads.FAULTS) | others | {"unavailable"}
    assert set(words.BANNERS) == {judgement.ACCEPT, judgement.REFUSE, judgement.LOOK}


def _palettes() -> list[dict[str, str]]:
    """The colours of each scheme and tone."""
    dark = STYLE.index("@media screen and (prefers-color-scheme: dark)")
    palettes = []
    for part in (STYLE[:dark], STYLE[dark : STYLE.index("\n}\n", dark)]):
        rules = {
            name: dict(re.findall(r"--([\w-]+): (#\w+)", body))
            for name, body in re.findall(r"(\S+) \{([^{}]*--[^{}]*)\}", part)
        }
        palettes += [rules[":root"] | rules[name] for name in (":root", ".good", ".bad", ".unsure")]
    return palettes


def _luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(c * 2 for c in color[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXTS = [("ink", "paper"), ("soft", "paper"), ("head", "paper"), ("action", "paper"), ("tone", "paper"), ("ink", "mark")]
TEXTS += [("ink", "raised"), ("soft", "raised"), ("head", "raised"), ("action", "raised"), ("on-action", "action")]
TEXTS += [("tone", "tint"), ("ink", "tint")]
EDGES = [("edge", "paper"), ("edge", "raised"), ("focus", "paper"), ("focus", "raised"), ("tone", "tint")]


def test_colours_can_be_read() -> None:
    """In both schemes and every tone text stands out 4.5 to 1, and the edges of fields and the focus 3 to 1 (WCAG AA)."""
    assert len(_palettes()) == 8
    for colors in _palettes():
        assert all(_contrast(colors[text], colors[ground]) >= 4.5 for text, ground in TEXTS), colors
        assert all(_contrast(colors[edge], colors[ground]) >= 3 for edge, ground in EDGES), colors


def test_assets_keep_as_long_as_they_are_the_same(browser: FlaskClient) -> None:
    """A file under its content's hash keeps for a year; under none or another it is asked for again."""
    address = re.search(r"/assets/levcheck\.css\?v=\w+", browser.get("/verify").text)
    assert address
    kept = browser.get(address[0])
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in ("/assets/levcheck.css", "/assets/levcheck.css?v=0"):
        answer = browser.get(other)
        assert (answer.headers["Cache-Control"], answer.data) == ("no-cache", kept.data)
    again = browser.get("/assets/levcheck.css", headers={"If-None-Match": kept.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_assets_are_named(browser: FlaskClient) -> None:
    """Each file is sent as what it is, and no other file is sent."""
    for file in resources.files("levcheck.web").joinpath("static").iterdir():
        assert browser.get(f"/assets/{file.name}").mimetype == KINDS[file.name.rpartition(".")[2]]
    for name in ("other.css", "..%2fverify.py", "%2e%2e/verify.py", "..", "%00"):
        assert browser.get(f"/assets/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/", "/inventory", "/rental", "/law", "/law/cases", "/law/what-if", "/verify"])
def test_a_page_says_where_one_is(path: str, browser: FlaskClient) -> None:
    """Of the site's pages in its head exactly the one that a page is of is marked as the current one."""
    head = browser.get(path).text.partition("</header>")[0]
    first = f"/{path.split('/')[1]}"
    assert re.findall(r'href="([^"]+)" aria-current="page"', head) == [first]
