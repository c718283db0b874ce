"""The law's pages and the rental desk in a real browser: live and without scripts, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from web.test_law_page import SALE
from web.test_rental import LIST, TRUCK

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, server: str) -> Iterator[Open]:
    """A function that opens an address of the service in a new browser session with these properties."""
    contexts: list[BrowserContext] = []

    def opened(path: str, **properties: Any) -> Page:
        contexts.append(chromium.new_context(**properties))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{server}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_the_what_if_is_live(open_page: Open) -> None:
    """Each fact that is set changes verdict, findings and address at once; the address brings all of it back."""
    page = open_page("/law/what-if")
    expect(page.locator("#verdict")).to_have_text("Undetermined")
    for name, value in SALE.items():
        field = page.locator(f"[id='{name}']")
        if field.evaluate("field => field.localName") == "select":
            field.select_option(value)
        else:
            field.fill(value)
    expect(page.locator("#verdict")).to_have_text("Prohibited")
    page.locator("[id='destination.state']").fill("NC")
    expect(page.locator("#verdict")).to_have_text("Permitted")
    expect(page.get_by_role("row", name="9VAC5-95-30 B 5")).to_contain_text("holds")
    page.goto(page.url)
    expect(page.locator("#verdict")).to_have_text("Permitted")
    expect(page.locator("[id='destination.state']")).to_have_value("NC")
    page.locator("[id='vehicle.mileage']").fill("many")
    expect(page.locator("#verdict")).to_have_text("Please look at this again")
    expect(page.locator(".set .fault")).to_contain_text("Write the miles in digits")
    page.locator("[id='vehicle.mileage']").fill("8000")
    expect(page.locator("#verdict")).to_have_text("Permitted")
    expect(page.locator(".set .fault")).to_have_count(0)


def test_the_what_if_without_scripts(open_page: Open) -> None:
    """Without JavaScript the button evaluates, and the address holds only what was set."""
    page = open_page("/law/what-if", java_script_enabled=False)
    page.locator("[id='transaction.type']").select_option("sale")
    page.locator("[id='vehicle.mileage']").fill("8000")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("transaction.type=sale&vehicle.mileage=8000"))
    expect(page.locator("#verdict")).to_have_text("Permitted")


def test_on_a_phone_the_verdict_stays_in_sight(open_page: Open) -> None:
    """Where the answer stands below the form, the verdict stands at the edge of the window and leads to it."""
    page = open_page("/law/what-if", viewport={"width": 360, "height": 640})
    expect(page.locator("#standing")).to_be_in_viewport()
    page.locator("[id='vehicle.model_year']").fill("2020")
    expect(page.locator("#standing")).to_have_text("Permitted")
    page.locator("#standing").click()
    expect(page.locator("#verdict")).to_be_in_viewport()


def test_from_the_chapter_to_a_case_and_on(open_page: Open) -> None:
    """From a provision a reader comes to its cases, to one of them run now, and to the what-if with its facts."""
    page = open_page("/law#9VAC5-95-30-B-6")
    expect(page.locator("[id='9VAC5-95-30-B-6']")).to_be_in_viewport()
    page.locator("[id='9VAC5-95-30-B-6'] summary").click()
    expect(page.locator("[id='9VAC5-95-30-B-6'] pre")).to_contain_text("federal.holds")
    page.locator("[id='9VAC5-95-30-B-6']").get_by_role("link", name="worked cases").click()
    page.locator("a[href='/law/cases/b06-norm']").click()
    expect(page.get_by_text("Evaluated just now")).to_be_visible()
    page.get_by_role("link", name="Change a fact in the what-if").click()
    expect(page.locator("#verdict")).to_have_text("Permitted")
    expect(page.locator("[id='seller.type']")).to_have_value("rental_agency")


@pytest.mark.parametrize("scripts", [True, False])
def test_one_car_by_keyboard(open_page: Open, scripts: bool) -> None:
    """A scanned VIN, the place, miles and label by keyboard alone come to the answer, and to its record."""
    page = open_page("/rental", java_script_enabled=scripts)
    expect(page.locator("#vin")).to_be_focused()  # which without scripts waits for the drawing
    page.keyboard.type(f"{TRUCK}\n")
    expect(page.locator("#return")).to_be_focused()
    page.keyboard.type("RDU\n")
    expect(page.locator("#answer")).to_have_text("Look first")
    page.locator("#mileage").fill("900")
    page.keyboard.press("Tab")
    page.keyboard.type("Conforms to U")
    page.locator("#mileage").press("Enter")
    expect(page.locator("#answer")).to_have_text("It may go")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recorded: permitted")


def test_a_list_is_filtered_and_saved(open_page: Open) -> None:
    """A list shows only what is asked for, with no script too, and is saved as a file with every trip."""
    for scripts in (True, False):
        page = open_page("/rental", java_script_enabled=scripts)
        page.fill("#pasted", LIST)
        page.get_by_role("button", name="Check the list").click()
        expect(page.locator("tbody tr:visible")).to_have_count(4)
        page.get_by_label("Hold: 1").check()
        expect(page.locator("tbody tr:visible")).to_have_count(1)
        expect(page.locator("tbody tr:visible")).to_contain_text("R-502")
        with page.expect_download() as saving:
            page.get_by_role("button", name="Save the answers as CSV").click()
        assert saving.value.path().read_text("utf-8-sig").count("\n") == 5


def test_the_tab_remembers_the_branches(open_page: Open) -> None:
    """The list of branches stands in the box again until it is emptied or the tab closed; no cookie is set."""
    page = open_page("/rental")
    page.locator("#codes summary").click()
    page.fill("#branches", "K9X = NC")
    page.fill("#return", "k9x")
    page.get_by_role("button", name="May it go?").click()
    expect(page.locator("#result")).to_contain_text("k9x (NC)")
    page.goto(page.url)
    expect(page.locator("#branches")).to_have_value("K9X = NC")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#branches")).to_have_value("")
    page.locator("#codes summary").click()
    page.fill("#branches", "")
    page.locator("#return").focus()
    page.goto(page.url)
    expect(page.locator("#branches")).to_have_value("")
    assert page.context.cookies() == []
