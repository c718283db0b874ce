"""The law's pages and the rental desk in a real browser: live and without scripts, by keyboard, for everyone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from web.test_law_page import SALE
from web.test_rental import EPA, LIST, TRUCK

pytestmark = pytest.mark.slow
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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


def test_the_browser_remembers_the_branches(open_page: Open) -> None:
    """The list of branches stands in the box again the next time, until it is emptied; no cookie is set."""
    page = open_page("/rental")
    page.locator("#codes summary").click()
    page.fill("#branches", "K9X = NC")
    page.fill("#return", "k9x")
    page.get_by_role("button", name="May it go?").click()
    expect(page.locator("#result")).to_contain_text("k9x (NC)")
    page.goto(page.url)
    expect(page.locator("#branches")).to_have_value("K9X = NC")
    page.locator("#codes summary").click()
    page.fill("#branches", "")
    page.locator("#return").focus()
    page.goto(page.url)
    expect(page.locator("#branches")).to_have_value("")
    assert page.context.cookies() == []


def _chapter(page: Page) -> None:
    page.locator("summary").first.click()


def _cases(page: Page) -> None:
    page.goto(f"{page.url}/cases?citation=9VAC5-95-30 B 11")


def _case(page: Page) -> None:
    page.goto(f"{page.url}/cases/b06-norm")


def _what_if(page: Page) -> None:
    page.goto(f"{page.url}/what-if?vehicle.mileage=12&vehicle.certification.california=no&seller.type=dealer")
    page.locator("summary").click()


def _wrong(page: Page) -> None:
    page.goto(f"{page.url}/what-if?vehicle.mileage=many")


def _desk(page: Page) -> None:
    page.locator("#codes summary").click()


def _held(page: Page) -> None:
    page.fill("#return", "RIC")
    page.fill("#vin", TRUCK)
    page.fill("#mileage", "12")
    page.select_option("#label", "federal")
    page.get_by_role("button", name="May it go?").click()
    expect(page.locator("#answer")).to_have_text("Hold it")


def _listed(page: Page) -> None:
    page.fill("#pasted", f"{LIST}R-9,{TRUCK},10,IAD,the moon,{EPA}\n")
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_text("1 entry could not be read")).to_be_visible()


SHOWN: list[tuple[str, Callable[[Page], None]]] = [
    *(("/law", show) for show in (_chapter, _cases, _case, _what_if, _wrong)),
    *(("/rental", show) for show in (_desk, _held, _listed)),
]
LOOKS: list[dict[str, Any]] = [
    {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
    {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light", "forced_colors": "active"},
]


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize(("path", "show"), SHOWN, ids=lambda value: getattr(value, "__name__", value).strip("_/"))
def test_everyone_can_use_it(
    open_page: Open, server: str, path: str, show: Callable[[Page], None], look: dict[str, Any]
) -> None:
    """Each page has no violation of WCAG 2.2 AA that axe finds, nothing to scroll sideways, and asks no other host."""
    page = open_page(path, **look)
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.reload()
    show(page)
    assert all(url.startswith(f"{server}/") for url in asked_for)
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    found = Axe().run(page, options={"runOnly": RULES})
    assert not found.response["violations"], found.generate_report()
