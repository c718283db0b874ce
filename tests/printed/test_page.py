"""The HTML page by itself: it needs nothing from elsewhere, and people can read it."""

from __future__ import annotations

import re
from importlib import resources
from itertools import pairwise
from typing import Any

import pytest
from levcheck.printed import certificate
from printed.reading import Elements
from printed.transactions import REQUESTS, Make

EACH = pytest.mark.parametrize("name", REQUESTS)
STYLE = resources.files("levcheck.printed").joinpath("templates/certificate.css").read_text("utf-8")


@EACH
def test_it_needs_nothing_else(name: str, determinations: dict[str, dict[str, Any]]) -> None:
    """The page has no script, no style attribute and nothing that a browser would fetch."""
    page = certificate.html(determinations[name])
    read = Elements(page)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form", "a", "use", "image"} & set(read.tags)
    attributes = {attribute for _, attributes in read.elements for attribute in attributes}
    assert not {a for a in attributes if a.startswith("on")} | {"style", "src", "href", "srcset", "action"} & attributes
    assert not re.search(r"url\(|@import|@font-face|https?:|//[a-z]", page, re.IGNORECASE)


def test_its_style_is_always_the_same(determinations: dict[str, dict[str, Any]], make: Make) -> None:
    """Every page has one style element with the words that the security policy allows by their hash, and no others."""
    pages = [certificate.html(one) for one in (*determinations.values(), make(REQUESTS["exempt"], void="x"))]
    assert [re.findall(r"<style>(.*?)</style>", page, re.DOTALL) for page in pages] == [[certificate.style()]] * len(pages)


@EACH
def test_it_is_well_made(name: str, determinations: dict[str, dict[str, Any]]) -> None:
    """The page names its language and its title, has one main heading and skips no level of headings."""
    page = certificate.html(determinations[name])
    read = Elements(page)
    assert page.startswith("<!doctype html>")
    assert ("html", {"lang": "en"}) in read.elements
    title = re.search(r"<title>(.+?)</title>", page)
    assert title
    assert determinations[name]["result"]["verdict"] in title[1]
    levels = [int(tag[1]) for tag in read.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1 == levels[0]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert {"header", "main", "footer"} <= set(read.tags)


def test_each_verdict_has_its_own_sign(determinations: dict[str, dict[str, Any]]) -> None:
    """Verdicts differ by a word, a colour and the shape of a sign, never by colour alone."""
    signs = {}
    for name in ("exempt", "prohibited", "undetermined"):
        found = re.search(r'<svg viewBox="0 0 24 24" aria-hidden="true">(.+?)</svg>', certificate.html(determinations[name]))
        assert found
        signs[name] = found[1]
    assert len(set(signs.values())) == 3


def _palettes() -> list[dict[str, str]]:
    """The colours of each scheme and verdict."""
    dark = STYLE.index("@media screen and (prefers-color-scheme: dark)")
    light, night = STYLE[:dark], STYLE[dark : STYLE.index("\n}\n", dark)]
    palettes = []
    for part in (light, night):
        rules = {
            name: dict(re.findall(r"--(\w+): (#\w+)", body))
            for name, body in re.findall(r"(\S+) \{([^{}]*--[^{}]*)\}", part)
        }
        palettes += [rules[":root"] | rules[name] for name in (":root", ".permitted", ".prohibited", ".undetermined")]
    return palettes


def _luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(c * 2 for c in color[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_its_colours_can_be_read() -> None:
    """In the light and the dark scheme, for every verdict, text stands out from its ground at least 4.5 to 1 (WCAG AA)."""
    assert len(_palettes()) == 8
    for colors in _palettes():
        pairs = [
            ("ink", "paper"),
            ("soft", "paper"),
            ("head", "paper"),
            ("presumed", "paper"),
            ("tone", "tint"),
            ("ink", "tint"),
        ]
        assert all(_contrast(colors[text], colors[ground]) >= 4.5 for text, ground in pairs), colors
        assert _contrast("#ffffff", colors["ended"]) >= 4.5


def test_paper_is_letter() -> None:
    """The style prints on US Letter, in the light scheme only, with the code 54 mm wide."""
    assert "@page { size: Letter;" in STYLE
    assert re.search(r"@media print \{.*?\.qr \{ width: 54mm;", STYLE, re.DOTALL)
    assert all("screen" in rule for rule in re.findall(r"@media [^{]*prefers-color-scheme[^{]*", STYLE))
