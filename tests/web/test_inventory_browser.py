"""The inventory in a real browser: ten thousand rows, quick and by keyboard, without scripts, for every reader."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from web import lists
from web.workbooks import sheet

pytestmark = pytest.mark.slow
VIN = "2HGFE4F86SH011469"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ROWS, BAD = 10_000, 300
Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, server: str) -> Iterator[Open]:
    """A function that opens the inventory in a new browser session with these properties."""
    contexts: list[BrowserContext] = []

    def opened(**properties: Any) -> Page:
        contexts.append(chromium.new_context(**properties))
        page = contexts[-1].new_page()
        page.set_default_timeout(120_000)  # the machine may be busy
        page.goto(f"{server}/inventory")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of ten thousand vehicles, of which three hundred cannot be read."""
    path = tmp_path_factory.mktemp("lists") / "stock.csv"
    path.write_bytes(lists.as_csv(lists.rows(ROWS, bad=range(5, ROWS, ROWS // BAD))).encode())
    return path


def check(page: Page, file: Path | None = None, pasted: str = "") -> None:
    """Send a list, and wait until the whole answer is there."""
    if file:
        page.set_input_files("#file", file)
    page.fill("#pasted", pasted)
    page.get_by_role("button", name="Check the list").click(no_wait_after=True)
    page.locator("#found").wait_for()
    page.wait_for_load_state()


def shown(page: Page) -> list[str]:
    """The verdicts of the rows that are shown."""
    return page.locator("#units tbody tr").evaluate_all("rows => rows.map(row => row.dataset.verdict)")


NOTE_PROGRESS = """
window.progress = [];
const look = () => {
    const bar = [...document.querySelectorAll(".step progress")].find((one) => one.checkVisibility());
    if (bar && bar.value !== progress.at(-1)) progress.push(bar.value);
    requestAnimationFrame(look);
};
look();
"""
"""What the bar shows whenever the page is drawn: whoever asks from outside may come when all is over."""


def number(page: Page, words: str) -> int:
    """The number on a tile."""
    return int(page.locator(".tile", has_text=words).locator(".figure").inner_text().replace(",", ""))


def test_ten_thousand_rows(open_page: Open, large: Path, tmp_path: Path) -> None:
    """A large list tells how far it is, is seen at one glance, searched, sorted and paged in the page, and saved."""
    page = open_page()
    asked: list[str] = []
    page.add_init_script(NOTE_PROGRESS)
    check(page, large)
    progress = page.evaluate("progress")
    assert progress and progress == sorted(progress) and 0 < progress[0] <= progress[-1] <= ROWS
    expect(page.locator(".step").last).to_be_hidden()
    bad = number(page, "Rows that cannot be read")
    verdicts = {words: number(page, words) for words in ("Permitted", "Prohibited", "Not known yet")}
    assert bad == len(range(5, ROWS, ROWS // BAD)) >= BAD
    assert sum(verdicts.values()) == ROWS - bad

    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator("#found")).to_have_text(f"1 to 100 of {ROWS - bad:,}")
    page.select_option("#verdict", "prohibited")
    expect(page.locator("#found")).to_have_text(f"1 to 100 of {verdicts['Prohibited']:,}")
    assert set(shown(page)) == {"prohibited"}
    page.get_by_role("button", name="Next page").click()
    expect(page.locator("#found")).to_have_text(f"101 to 200 of {verdicts['Prohibited']:,}")
    page.select_option("#verdict", "")
    page.fill("#search", "s09999")
    expect(page.locator("#found")).to_have_text("1 to 1 of 1")
    page.fill("#search", "")
    page.get_by_role("button", name="Miles").click()
    page.get_by_role("button", name="Miles").click()
    expect(page.get_by_role("columnheader", name="Miles")).to_have_attribute("aria-sort", "descending")
    expect(page.locator("#units tbody tr").first).to_contain_text("31000")
    assert asked == []

    with page.expect_download() as saved:
        page.get_by_role("button", name="Save all as CSV").click()
    saved.value.save_as(tmp_path / "saved.csv")
    with (tmp_path / "saved.csv").open(encoding="utf-8-sig", newline="") as file:
        came = [row["levcheck verdict"] for row in csv.DictReader(file)]
    assert len(came) == ROWS
    assert {verdict: came.count(verdict) for verdict in ("permitted", "prohibited", "undetermined", "")} == {
        "permitted": verdicts["Permitted"],
        "prohibited": verdicts["Prohibited"],
        "undetermined": verdicts["Not known yet"],
        "": bad,
    }


def test_without_scripts(open_page: Open, tmp_path: Path) -> None:
    """Without JavaScript the same list is judged, cut down to a verdict, sorted, paged and judged anew by plain forms."""
    path = tmp_path / "stock.xlsx"
    listed = lists.rows(350)
    path.write_bytes(sheet(lists.HEADER, *(tuple(row.values()) for row in listed)))
    page = open_page(java_script_enabled=False)
    page.set_input_files("#file", path)
    page.get_by_role("button", name="Check the list").click()
    expect(page.locator("#found")).to_have_text("350 found, page 1 of 4")
    page.get_by_role("button", name="Next page").click()
    expect(page.locator("#found")).to_have_text("350 found, page 2 of 4")
    prohibited = number(page, "Prohibited")
    page.select_option("#verdict", "prohibited")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#found")).to_have_text(f"{prohibited} found, page 1 of 1")
    expect(page.locator("#units tbody .verdict.bad")).to_have_count(prohibited)
    page.get_by_role("button", name="Vehicle").click()
    expect(page.get_by_role("columnheader", name="Vehicle")).to_have_attribute("aria-sort", "ascending")
    page.select_option("#destination", "NC")
    page.get_by_role("button", name="Check the list again").click()
    assert number(page, "Prohibited") == 0
    expect(page.locator("#found")).to_have_text("0 found, page 1 of 1")


def test_by_keyboard(open_page: Open) -> None:
    """Pasted VINs are judged, a verdict is chosen, the list sorted and a column read otherwise, by keyboard alone."""
    page = open_page()
    page.locator("#pasted").focus()
    page.keyboard.insert_text(f"VIN,Miles,Emissions test\n{VIN},12,no\n{VIN},9000,no\n")
    page.get_by_role("button", name="Check the list").focus()
    page.keyboard.press("Enter")
    page.locator("#found").wait_for()
    page.wait_for_load_state()
    page.locator("#verdict").focus()
    page.keyboard.type("Perm")
    expect(page.locator("#found")).to_have_text("1 to 1 of 1")
    page.keyboard.press("Home")
    expect(page.locator("#found")).to_have_text("1 to 2 of 2")
    page.get_by_role("button", name="Miles").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    expect(page.locator("#units tbody tr").first).to_contain_text("9000")
    page.locator("summary", has_text="How the columns were read").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Emissions test").focus()
    page.keyboard.type("California-certified")
    page.get_by_role("button", name="Check the list again").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tile.bad .figure")).to_have_text("1")


def test_reload_and_back_keep_the_work(open_page: Open) -> None:
    """A reload shows the same list judged again; Back comes to it too, once the browser was told to send it again."""
    page = open_page()
    check(page, pasted=f"{VIN}\n2HGFE4F80SH011469\n")
    page.reload()
    expect(page.locator("#units tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Another list").click()
    page.get_by_role("button", name="Check the list").wait_for()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser asks whether to send the form again
        page.go_back()
    page.wait_for_url("chrome-error://**")
    page.reload()
    expect(page.locator("#units tbody tr")).to_have_count(2)


def test_a_file_that_is_too_large_is_told_before_it_is_sent(open_page: Open, tmp_path: Path) -> None:
    """A file above 10 MB is named as such in the page, and is not sent."""
    path = tmp_path / "large.csv"
    path.write_bytes(b"VIN\n" * 2_500_001)
    page = open_page()
    page.set_input_files("#file", path)
    expect(page.locator("#too-large")).to_contain_text("larger than 10 MB")
    page.get_by_role("button", name="Check the list").click()
    expect(page.locator("#file")).to_be_focused()
    expect(page).to_have_url(re.compile("/inventory$"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_everyone_can_read_it(scheme: str, width: int, open_page: Open) -> None:
    """In either scheme and at either width axe finds nothing, nothing is wider than the page, and no colour stands alone."""
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    for step in ("form", "columns", "report"):
        if step == "columns":
            page.fill("#pasted", f"Number,Hue\n{VIN[:9]},red\n")
            page.get_by_role("button", name="Check the list").click()
        if step == "report":
            page.get_by_role("link", name="Another list").click()
            check(page, pasted=lists.as_csv(lists.rows(40, bad=[3, 4, 5])))
            for summary in page.locator("summary").all():
                summary.click()
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for one in page.locator(".tile.good, .tile.bad, .tile.unsure, .verdict").all()[:30]:
        assert one.locator("svg use").count() == 1
        assert re.search(r"[A-Z][a-z]+", one.inner_text())
    fills = page.locator(".bar rect").evaluate_all("bars => [...new Set(bars.map(bar => getComputedStyle(bar).fill))]")
    assert sum("url(" in fill for fill in fills) == 2
    assert page.locator(".chart tbody tr").first.locator(".number").count() == 3
