"""Every page in both languages, both schemes, three widths, with and without scripts, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Guarded
from levcheck.web.language import LANGUAGES
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response
from web.pages import PAGES, Place, come_to, furnish

pytestmark = pytest.mark.slow
AXES: dict[str, tuple[Any, ...]] = {
    "locale": ("en", "es"),
    "color_scheme": ("light", "dark"),
    "width": (320, 768, 1280),
    "java_script_enabled": (True, False),
    "forced_colors": ("none", "active"),
}
LOOKS = [
    ("en", "light", 320, True, "none"),
    ("es", "dark", 320, False, "active"),
    ("en", "dark", 768, True, "active"),
    ("es", "light", 768, False, "none"),
    ("en", "dark", 1280, False, "none"),
    ("es", "light", 1280, True, "active"),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_BYTES = 150_000
FOCUSED = """() => {
    const one = document.activeElement;
    const shown = one.matches(".pick input") ? one.parentElement.querySelector(".button") : one;
    const { outlineStyle, outlineWidth } = getComputedStyle(shown);
    return [one === document.body ? "" : one.localName, outlineStyle, parseFloat(outlineWidth)];
}"""


def test_the_looks_are_pairwise() -> None:
    """Any two choices of language, scheme, width, scripts and forced colours stand together in some look."""
    for one, other in combinations(range(len(AXES)), 2):
        wanted = set(product(*(list(AXES.values())[axis] for axis in (one, other))))
        assert {(look[one], look[other]) for look in LOOKS} == wanted


class Watched:
    """A page, and what it asked for, weighs and complained of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.addresses: list[str] = []
        self.complaints: list[str] = []
        self.answers: list[Response] = []
        page.on("request", lambda request: self.addresses.append(request.url))
        page.on("response", lambda answer: self.answers.append(answer))  # noqa: PLW0108  # playwright wants a function
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        told_status = "the server responded with a status of 4" in message.text  # of the page itself, which is asserted
        if message.type in ("error", "warning") and not told_status:
            self.complaints.append(message.text)

    @property
    def weight(self) -> int:
        return sum(len(answer.body()) for answer in self.answers if answer.url.startswith(self.address))


@pytest.fixture(scope="module")
def made(server: str) -> dict[str, str]:
    """The record that some pages are about."""
    return furnish(server)


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def context(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    """A new browser session of each look."""
    look = dict(zip(AXES, request.param, strict=True))
    viewport = {"width": look.pop("width"), "height": 720}
    context = chromium.new_context(viewport=viewport, **look)
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_everyone_can_use_it(
    context: BrowserContext, request: pytest.FixtureRequest, server: str, guarded: Guarded, made: dict[str, str], name: str
) -> None:
    """A page is in its reader's language, fits its window, is found right by axe, shows the focus, is light, asks no other
    host and leaves nothing in the console."""
    locale, _, width, scripts, _ = request.node.callspec.params["context"]
    place = PAGES[name]
    address = guarded.address if place.guarded else server
    watched = Watched(context.new_page(), address)
    _is_answered(come_to(watched.page, place, address, made), place, locale)
    assert watched.page.locator("h1").count() == 1
    assert watched.page.title().endswith(" | levcheck")
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    _shows_the_focus(watched.page)
    if scripts:
        found = Axe().run(watched.page, options={"runOnly": RULES})
        assert not found.response["violations"], found.generate_report()
    own = (f"{address}/", "data:", "blob:")
    assert [url for url in watched.addresses if not url.startswith(own)] == [f"{place.origin}/"][: bool(place.origin)]
    assert 0 < watched.weight < MOST_BYTES
    assert watched.complaints == []


def test_everyone_can_read_a_certificate(
    context: BrowserContext, request: pytest.FixtureRequest, server: str, made: dict[str, str]
) -> None:
    """A certificate's page comes with its style, fits its window, is found right by axe, is light and asks no other host."""
    _, _, width, scripts, _ = request.node.callspec.params["context"]
    watched = Watched(context.new_page(), server)
    assert watched.page.goto(f"{server}/v1/determinations/{made['id']}/certificate")
    assert watched.page.locator("h1").count() == 1
    assert watched.page.evaluate("document.styleSheets[0].cssRules.length > 50")
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    if scripts:
        found = Axe().run(watched.page, options={"runOnly": RULES})
        assert not found.response["violations"], found.generate_report()
    assert all(url.startswith((f"{server}/", "data:")) for url in watched.addresses)
    assert 0 < watched.weight < MOST_BYTES
    assert watched.complaints == []


def _is_answered(answer: Response, place: Place, locale: str) -> None:
    assert answer.status == place.status, answer.text()
    assert f'<html lang="{locale}">' in answer.text()
    assert answer.headers["content-language"] == locale
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in answer.headers["vary"].split(",")}
    assert locale in LANGUAGES


def _shows_the_focus(page: Page) -> None:
    """The first places that Tab comes to are outlined."""
    seen = set()
    for _ in range(4):
        page.keyboard.press("Tab")
        name, style, outlined = page.evaluate(FOCUSED)
        if name:
            seen.add(name)
            assert style != "none" and outlined >= 1, name
    assert seen
