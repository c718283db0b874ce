"""Six sales as someone does them who has read no documentation: by keyboard, with only what the page says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.slow
TRUCK, CAR = "1FTEW3LP9SKE98169", "2HGFE4F86SH011469"
MOST_PRESSES = 14
QUICK = ["Enter"]
TRADE = ["Tab", "ArrowDown", "Enter"]
RENTAL = ["Tab", *["ArrowDown"] * 4, "Enter"]
NEWCOMER = ["Tab", "ArrowUp", "Enter"]
Sale = tuple[str, list[str], list[tuple[str, list[str]]], str, str]

SALES: dict[str, Sale] = {
    "a certified car": (
        CAR,
        QUICK,
        [("How many miles", ["1", "2", "Enter"]), ("California-certified", ["y"])],
        "Permitted",
        "The vehicle is California-certified (9VAC5-95-30 A).",
    ),
    "a federal-only car to a resident": (
        CAR,
        QUICK,
        [("How many miles", ["1", "2", "Enter"]), ("California-certified", ["n"]), ("registered", ["v"]), ("buys", ["4"])],
        "Prohibited",
        "The vehicle is not California-certified, and no exemption applies (9VAC5-95-30 A).",
    ),
    "the same to North Carolina": (
        CAR,
        QUICK,
        [
            ("How many miles", ["1", "2", "Enter"]),
            ("California-certified", ["n"]),
            ("registered", ["n", "c", "Enter"]),
        ],
        "Permitted",
        "A new motor vehicle sold for registration out-of-state (9VAC5-95-30 B 5).",
    ),
    "a dealer trade with the mileage unknown": (
        TRUCK,
        TRADE,
        [],
        "Permitted",
        "a new motor vehicle sold to another dealer (9VAC5-95-30 B 2).",
    ),
    "a one-way rental": (
        TRUCK,
        RENTAL,
        [
            ("returned", ["n", "c", "Enter"]),
            ("How many miles", ["5", "Enter"]),
            ("California-certified", ["n"]),
            ("federal", ["y"]),
        ],
        "Permitted",
        "outside of Virginia (9VAC5-95-30 B 6).",
    ),
    "a new resident's registration": (
        TRUCK,
        NEWCOMER,
        [("bring it along", ["n", "c", "Tab", "n", "c", "Tab", "n", "c", "Tab", "y", "Enter"])],
        "Permitted",
        "subsequently establishes residency in Virginia (9VAC5-95-30 B 11).",
    ),
}


@pytest.fixture
def page(chromium: Browser, server: str) -> Iterator[Page]:
    """The counter in a new browser session."""
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(server)
    yield page
    context.close()


def _press(page: Page, keys: list[str]) -> int:
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


@pytest.mark.parametrize("name", SALES)
def test_a_sale(page: Page, name: str) -> None:
    """Each sale comes to its verdict and reason within 14 presses after the VIN, asking only what it turns on."""
    vin, begin, answers, verdict, reason = SALES[name]
    page.keyboard.type(vin)
    presses = _press(page, begin)
    for question, keys in answers:
        expect(page.locator("legend").first).to_contain_text(question)
        presses += _press(page, keys)
    expect(page.locator("#result-word")).to_have_text(verdict)
    expect(page.locator("#result")).to_contain_text(reason)
    assert presses <= MOST_PRESSES
