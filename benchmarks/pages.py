"""How soon each page is usable in Chromium, and what it weighs: `python benchmarks/pages.py [ROUNDS]`, 9 unless told.

Each round opens every page in a new browser session with an empty cache, from a real service with two workers on this
machine. A page is usable once its content is painted and its scripts have run (the later of first contentful paint and the
end of DOMContentLoaded, both counted from the navigation's start). `first question` is the time from Enter in the VIN's box
to the focus on the first question. A weight is of everything that the page fetches, before compression.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parent.parent / "tests"
sys.path[0] = str(TESTS)  # this folder holds a file named http, which must not stand for the standard library's

from conftest import serving  # noqa: E402
from playwright.sync_api import Browser, Page, Response, sync_playwright  # noqa: E402
from web.browsing import launched  # noqa: E402
from web.pages import PAGES, VIN, Place, come_to, furnish  # noqa: E402

USABLE = """() => Math.max(
    performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
    performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0)"""
FIRST_QUESTION = """() => {
    const begun = performance.now();
    document.getElementById("check").requestSubmit();
    return new Promise((told) => {
        const there = () => document.activeElement.closest(".question");
        const look = () => there() ? told(performance.now() - begun) : setTimeout(look, 1);
        look();
    });
}"""


def opened(browser: Browser, place: Place, address: str, made: dict[str, str]) -> tuple[float, int]:
    """Milliseconds until a page is usable, and its weight in bytes."""
    context = browser.new_context()
    page, answers = context.new_page(), list[Response]()
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # playwright wants a function
    come_to(page, place, address, made)
    page.wait_for_load_state("networkidle")
    measured = page.evaluate(USABLE), sum(len(answer.body()) for answer in answers if answer.url.startswith(address))
    context.close()
    return measured


def first_question(page: Page, address: str) -> float:
    """Milliseconds from Enter in the VIN's box to the first question."""
    page.goto(address)
    page.fill("#vin", VIN)
    taken: float = page.evaluate(FIRST_QUESTION)
    return taken


def main(rounds: int) -> None:
    """Measure and print."""
    places = {name: place for name, place in PAGES.items() if not place.guarded}
    with tempfile.TemporaryDirectory() as data, serving(Path(data), "--dev") as address, sync_playwright() as playwright:
        browser, made = launched(playwright), furnish(address)
        taken = {name: [opened(browser, place, address, made) for _ in range(rounds)] for name, place in places.items()}
        page = browser.new_page()
        questions = [first_question(page, address) for _ in range(rounds)]
        browser.close()
    print(f"{'page':18} {'usable, median ms':>18} {'slowest':>8} {'kB':>6}")
    for name, measured in taken.items():
        times = [time for time, _ in measured]
        print(f"{name:18} {statistics.median(times):18.0f} {max(times):8.0f} {measured[0][1] / 1000:6.1f}")
    print(f"{'first question':18} {statistics.median(questions):18.0f} {max(questions):8.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
