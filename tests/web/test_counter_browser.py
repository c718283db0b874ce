"""The counter in a real browser: quick by keyboard, usable without scripts, readable by everyone, asking nobody else."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from conftest import Guarded
from levcheck.web.reading import SYMBOLS
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from web.papers import encoded, photo

pytestmark = pytest.mark.slow
TRUCK, CAR = "1FTEW3LP9SKE98169", "2HGFE4F86SH011469"
Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, server: str) -> Iterator[Open]:
    """A function that opens the counter in a new browser session with these properties."""
    contexts: list[BrowserContext] = []

    def opened(path: str = "/", **properties: Any) -> Page:
        contexts.append(chromium.new_context(**properties))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{server}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def asked(page: Page, text: str) -> None:
    expect(page.locator("legend").first).to_contain_text(text)


def press(page: Page, keys: list[str]) -> int:
    """Press keys one by one, each when the page before it has been answered. Returns how many."""
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def test_a_whole_sale_by_keyboard(open_page: Open) -> None:
    """From a scanned VIN to the certificate takes at most 12 presses, for a resident and for North Carolina."""
    for where, verdict in ((["v"], "prohibited"), (["n", "c", "Enter"], "permitted")):
        page = open_page()
        page.keyboard.type(f"{TRUCK}\n")
        asked(page, "How many miles")
        presses = press(page, ["1", "2", "Enter"])
        asked(page, "California-certified")
        presses += press(page, ["n"])
        asked(page, "Where")
        presses += press(page, where)
        if verdict == "prohibited":
            asked(page, "Who buys")
            presses += press(page, ["4"])
        heading(page, verdict.capitalize())
        presses += press(page, ["Tab"])
        expect(page.get_by_role("button", name="Record it")).to_be_focused()
        presses += press(page, ["Enter"])
        heading(page, f"Recorded: {verdict}")
        assert presses <= 12
        expect(page.get_by_role("link", name="Open the certificate")).to_be_visible()


def test_a_whole_sale_without_scripts(open_page: Open) -> None:
    """Without JavaScript the same forms come to the same record, and every answer can be changed."""
    page = open_page(java_script_enabled=False)
    page.fill("#vin", TRUCK.lower())
    page.keyboard.press("Enter")
    asked(page, "How many miles")
    expect(page.locator("[autofocus]").first).to_be_focused()
    page.keyboard.type("12\n")
    asked(page, "California-certified")
    page.get_by_label("No", exact=True).first.check()
    page.get_by_role("button", name="Go on").last.click()
    asked(page, "Where")
    page.get_by_label("Another state").select_option("NC")
    page.get_by_role("button", name="Go on").last.click()
    heading(page, "Permitted")
    page.get_by_role("button", name="Change Destination").click()
    page.get_by_label("Another state").select_option("")
    page.get_by_label("Virginia", exact=True).check()
    page.get_by_role("button", name="Go on").last.click()
    asked(page, "Who buys")
    page.get_by_label("A private person").check()
    page.get_by_role("button", name="Go on").last.click()
    heading(page, "Prohibited")
    page.get_by_role("button", name="Record it").click()
    heading(page, "Recorded: prohibited")


def test_an_answer_is_changed_and_left(open_page: Open) -> None:
    """The answers stand below the question; Change asks for one again, and leaving it comes back to where one was."""
    page = open_page()
    page.keyboard.type(f"{TRUCK}\n")
    asked(page, "How many miles")
    page.keyboard.type("12\n")
    asked(page, "California-certified")
    expect(page.get_by_text("12 miles")).to_be_visible()
    page.get_by_role("button", name="Change Mileage").click()
    heading(page, "Change an answer")
    page.get_by_role("button", name="Leave it as it was").click()
    asked(page, "California-certified")
    page.get_by_role("button", name="Change Mileage").click()
    heading(page, "Change an answer")
    page.get_by_role("textbox").fill("8000")
    page.keyboard.press("Enter")
    heading(page, "Permitted")


def test_back_forward_and_reload(open_page: Open) -> None:
    """Back shows the question before, forward the next, and a reload the same page; no form is sent twice by them."""
    page = open_page()
    page.keyboard.type(f"{TRUCK}\n")
    asked(page, "How many miles")
    page.keyboard.type("12\n")
    asked(page, "California-certified")
    page.go_back()
    asked(page, "How many miles")
    page.go_forward()
    asked(page, "California-certified")
    page.reload()
    asked(page, "California-certified")
    page.keyboard.press("y")
    heading(page, "Permitted")
    page.go_back()
    page.go_back()
    page.go_back()
    expect(page.locator("#vin")).to_be_visible()


def test_a_double_press_records_once(open_page: Open, server: str) -> None:
    """Pressed twice, or pressed again after Back, the button leads to records of which the double press made one."""
    page = open_page()
    page.keyboard.type(f"{CAR}\n")
    asked(page, "How many miles")
    page.keyboard.type("12\n")
    asked(page, "California-certified")
    page.keyboard.press("y")
    heading(page, "Permitted")

    def records() -> int:
        return len(page.request.get(f"{server}/v1/determinations?vin={CAR}&limit=200").json()["items"])

    before = records()
    page.get_by_role("button", name="Record it").dblclick()
    heading(page, "Recorded: permitted")
    assert records() == before + 1
    page.reload()
    heading(page, "Recorded: permitted")
    assert records() == before + 1


@pytest.mark.parametrize("scripts", [True, False])
def test_an_expired_session_leads_to_the_sign_in(chromium: Browser, guarded: Guarded, scripts: bool) -> None:
    """Whose session ends between two questions is led to sign in, and comes back to the counter from there."""
    context = chromium.new_context(java_script_enabled=scripts, base_url=guarded.address)
    page = context.new_page()
    for _ in range(2):
        page.goto("/")
        heading(page, "Sign in")
        page.fill("#key", guarded.keys["dealer"])
        page.keyboard.press("Enter")
        heading(page, "May this vehicle change hands in Virginia?")
        page.fill("#vin", TRUCK)
        page.keyboard.press("Enter")
        asked(page, "How many miles")
        context.clear_cookies()
        expect(page.locator("[autofocus]").first).to_be_focused()
        page.keyboard.type("12")
        page.keyboard.press("Enter")
        heading(page, "Sign in")
    context.close()


def test_the_last_checks_are_at_hand(open_page: Open) -> None:
    """The tab knows its last checks, puts a VIN back into the box at a press, forgets them at a press, and tells nobody."""
    page = open_page()
    page.keyboard.type(f"{CAR}\n")
    asked(page, "How many miles")
    page.keyboard.type("8000\n")
    heading(page, "Permitted")
    page.get_by_role("link", name="Another vehicle").click()
    expect(page.get_by_role("heading", name="Your last checks")).to_be_visible()
    page.get_by_role("button", name="2025 HONDA Civic").click()
    expect(page.locator("#vin")).to_have_value(CAR)
    assert page.context.cookies() == []
    page.get_by_role("button", name="Forget them").click()
    expect(page.get_by_role("heading", name="Your last checks")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", name="Your last checks")).to_be_hidden()


NOTE_FOCUS = """
const focus = HTMLElement.prototype.focus;
HTMLElement.prototype.focus = function (...how) { (window.focused ??= []).push(this.id); focus.apply(this, how); };
"""


@pytest.mark.parametrize("path", ["/", "/rental"])
def test_a_scan_may_come_before_the_page_is_drawn(chromium: Browser, server: str, path: str) -> None:
    """The page's own script gives the VIN box the focus: the browser's autofocus waits until it draws."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.add_init_script(NOTE_FOCUS)
        page.goto(f"{server}{path}")
        assert page.evaluate("focused") == ["vin"]


@pytest.mark.parametrize("size", [(1280, 800), (375, 700)])
def test_the_first_question_needs_no_scrolling(open_page: Open, size: tuple[int, int]) -> None:
    """While questions remain the first one is whole in the window, and has the focus."""
    page = open_page(viewport={"width": size[0], "height": size[1]})
    page.keyboard.type(f"{TRUCK}\n")
    for question, key in (("How many miles", "1\n"), ("California-certified", "n"), ("Where", "")):
        asked(page, question)
        first = page.locator(".question").first
        box = first.bounding_box()
        assert box
        assert page.evaluate("scrollY") == 0
        assert box["y"] + box["height"] <= size[1], question
        assert first.evaluate("question => question.contains(document.activeElement)")
        page.keyboard.type(key)


def barcode(symbol: str, text: str = TRUCK, pixels: int = 4) -> Image.Image:
    """A barcode on white, its narrow bars so many pixels wide."""
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, symbol))
    code = Image.fromarray(made.to_image(scale=pixels))
    return pad(code.resize((code.width, 160), Image.Resampling.NEAREST) if code.height < 160 else code)


def pad(code: Image.Image) -> Image.Image:
    whole = Image.new("L", (code.width + 160, code.height + 160), "white")
    whole.paste(code, (80, 80))
    return whole


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("symbol", SYMBOLS["vin"])
def test_a_photo_of_the_barcode_is_read(open_page: Open, symbol: str, scripts: bool) -> None:
    """A tilted, unsharp photo of each kind of barcode that VINs come in goes on to the vehicle's questions."""
    page = open_page(java_script_enabled=scripts)
    page.locator("#photos summary").click()
    picture = photo(barcode(symbol, f"I{TRUCK}" if symbol == "Code39" else TRUCK), turn=3, blur=0.7, noise=10)
    page.set_input_files(
        "#photo", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": encoded(picture, "JPEG", quality=80)}
    )
    if not scripts:
        page.get_by_role("button", name="Read the photo").click()
    asked(page, "How many miles")
    expect(page.locator("body")).to_contain_text("2025 FORD F-150")


def test_a_photo_without_a_barcode_says_what_to_do(open_page: Open) -> None:
    """A photo in which no barcode is found leads back to the first page, with the advice and the activity as it was."""
    page = open_page()
    page.get_by_label("A rental").check()
    page.locator("#photos summary").click()
    content = encoded(Image.new("L", (400, 300), "white"))
    page.set_input_files("#photo", {"name": "p.png", "mimeType": "image/png", "buffer": content})
    expect(page.get_by_text("No barcode could be read.")).to_be_visible()
    expect(page.get_by_text("about 4 pixels")).to_be_visible()
    expect(page.get_by_label("A rental")).to_be_checked()


def test_the_camera_is_read(chromium: Browser, server: str, tmp_path: Path) -> None:
    """Where the browser reads no barcodes itself, a picture of what its camera sees is read by the service."""
    stream = tmp_path / "camera.mjpeg"
    seen = Image.new("L", (1280, 720), "white")
    code = barcode("Code39", pixels=3)
    seen.paste(code, ((1280 - code.width) // 2, 200))
    content = io.BytesIO()
    seen.convert("RGB").save(content, "JPEG", quality=90)
    stream.write_bytes(content.getvalue() * 5)
    arguments = ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"), args=[*arguments, f"--use-file-for-fake-video-capture={stream}"]
    )
    page = browser.new_page()
    page.goto(server)
    page.locator("#photos summary").click()
    page.get_by_role("button", name="Use the camera").click()
    for _ in range(100):  # the page's policy lets nothing wait inside it
        if page.locator("#video").evaluate("video => video.videoWidth"):
            break
        page.wait_for_timeout(100)
    page.get_by_role("button", name="Read it now").click()
    asked(page, "How many miles")
    expect(page.locator("body")).to_contain_text("2025 FORD F-150")
    browser.close()
