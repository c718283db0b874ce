"""The component on another system's page, in a real browser: two origins, keys asked for, the demo's own server."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from conftest import Guarded, free_port
from levcheck.access.api_keys import ApiKeys
from levcheck.access.embeds import LASTS, Embeds
from levcheck.access.secret import AccessSecret
from levcheck.records.store import Store, default_url
from levcheck.web import assets
from levcheck_client import Client
from playwright.sync_api import Browser, FrameLocator, Page, Route, expect
from web.hosting import VIN, hosted

pytestmark = pytest.mark.slow
PATIENCE_MS = 25_000
"""Longer than the component waits for a service that does not answer."""
OPEN = """([src, token]) => {
    window.ends = [];
    const check = document.createElement("levcheck-check");
    check.setAttribute("src", src);
    check.setAttribute("token", token);
    check.addEventListener("exit", (event) => window.ends.push(event.detail.reason));
    check.addEventListener("complete", (event) => window.ends.push(event.detail.id));
    document.body.append(check);
}"""


@pytest.fixture(scope="module")
def host(guarded: Guarded) -> Iterator[str]:
    """The origin of a dealer's system."""
    with hosted(guarded.address, guarded.keys["dealer"]) as origin:
        yield origin


@pytest.fixture
def client(guarded: Guarded) -> Iterator[Client]:
    """The dealer's own server, as the service knows it."""
    with Client(guarded.address, api_key=guarded.keys["dealer"]) as made:
        yield made


@contextlib.contextmanager
def _browser(chromium: Browser, **options: bool) -> Iterator[Page]:
    """A page of a new browser, at an address of its own."""
    context = chromium.new_context(extra_http_headers={"X-Forwarded-For": str(uuid4())}, **options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.close()


@pytest.fixture
def deal(chromium: Browser, host: str) -> Iterator[Page]:
    """The deal's page."""
    with _browser(chromium) as page:
        page.goto(host)
        yield page


@pytest.fixture
def opened(deal: Page, guarded: Guarded, client: Client, host: str) -> Callable[..., Page]:
    """A function that opens the component by script, with a right token unless another is given."""

    def opened(token: str = "") -> Page:
        deal.locator("#check").focus()
        deal.evaluate(OPEN, [guarded.address, token or client.embed(VIN, host)])
        return deal

    return opened


def _frame(page: Page) -> FrameLocator:
    return page.frame_locator("levcheck-check iframe")


def _heading(page: Page, words: str) -> None:
    expect(_frame(page).get_by_role("heading", level=1)).to_have_text(words, timeout=PATIENCE_MS)


def _shown(page: Page) -> None:
    _heading(page, "May this vehicle change hands in Virginia?")
    page.wait_for_function("() => document.activeElement.localName === 'levcheck-check'")
    expect(_frame(page).get_by_role("radio", checked=True)).to_be_focused()


def _ends(page: Page, *expected: str) -> None:
    """The events that came, and that the dialog is gone with the last of them."""
    page.wait_for_function("count => window.ends.length >= count", arg=len(expected))
    assert page.evaluate("window.ends") == list(expected)
    expect(page.locator("levcheck-check dialog")).to_have_count(0)


def _press(page: Page, key: str, then: Callable[[], None]) -> None:
    """Press a key that ends the frame's page, and let go of it afterwards: a page that has gone answers no key, ever."""
    page.keyboard.down(key)
    then()
    page.keyboard.up(key)


def _enter(page: Page, heading: str) -> None:
    """Press Enter, which brings the page of this heading."""
    _press(page, "Enter", lambda: _heading(page, heading))


def _escape(page: Page) -> None:
    """Press Escape, which closes the dialog."""
    _press(page, "Escape", lambda: expect(page.locator("levcheck-check dialog")).to_have_count(0))


def _keys(guarded: Guarded) -> ApiKeys:
    """The keys of the service, in this process."""
    return ApiKeys(Store(default_url(guarded.data)), AccessSecret.in_folder(guarded.data), lambda: datetime.now(UTC))


def test_a_sale_by_keyboard_alone(deal: Page, client: Client) -> None:
    """From the deal's page to a recorded determination and back without a mouse; the host's server reads it itself."""
    before = {made.id for made in client.list(vin=VIN)}
    deal.keyboard.press("Tab")
    expect(deal.locator("#check")).to_be_focused()
    _press(deal, "Enter", lambda: _shown(deal))
    _enter(deal, "Not known yet")
    expect(_frame(deal).locator("input[name='vehicle.mileage']")).to_be_focused()
    deal.keyboard.type("12")
    _press(deal, "Enter", lambda: expect(_frame(deal).get_by_role("radio", name="Yes").first).to_be_focused())
    deal.keyboard.press("Space")
    _enter(deal, "Permitted")
    for _ in range(3):
        if _frame(deal).locator("#record button:focus").count():
            break
        deal.keyboard.press("Tab")
    _enter(deal, "Recorded: permitted")
    (id,) = {made.id for made in client.list(vin=VIN)} - before
    expect(deal.locator("#state")).to_have_text(f"Deal 48213: permitted, record {id}.")
    assert client.get(id).request["vehicle"]["vin"] == VIN  # type: ignore[call-overload,index]
    _escape(deal)
    expect(deal.locator("levcheck-check")).to_have_count(0)
    expect(deal.locator("#check")).to_be_focused()


def test_the_dialog_is_named_and_holds_the_focus(opened: Callable[..., Page]) -> None:
    """The dialog and its frame have a title; Tab goes round the dialog and never to the page behind it."""
    page = opened()
    _shown(page)
    dialog = page.get_by_role("dialog", name="Low emission vehicle check")
    expect(dialog).to_be_visible()
    assert dialog.locator("iframe").get_attribute("title") == "Low emission vehicle check"
    visited = set()
    for _ in range(8):
        page.keyboard.press("Tab")
        visited.add(page.evaluate("document.activeElement.id || document.activeElement.localName"))
    assert "levcheck-check" in visited
    assert not visited & {"check", "state"}
    _escape(page)
    _ends(page, "closed")


def test_it_speaks_spanish(deal: Page, guarded: Guarded, client: Client, host: str) -> None:
    """With `lang` the dialog and all that is in its frame are in that language; without, in the browser's."""
    deal.evaluate(
        OPEN.replace("document.body.append", "check.lang = 'es'; document.body.append"),
        [guarded.address, client.embed(VIN, host)],
    )
    _heading(deal, "¿Puede este vehículo cambiar de manos en Virginia?")
    expect(deal.get_by_role("dialog", name="Consulta de vehículos de bajas emisiones")).to_be_visible()
    _frame(deal).get_by_role("button", name="Consultar").click()
    _heading(deal, "Aún no se sabe")
    expect(_frame(deal).locator("legend").first).to_contain_text("¿Cuántas millas")
    deal.get_by_role("button", name="Cerrar").click()
    _ends(deal, "closed")


def _press_escape_in_the_frame(page: Page) -> None:
    _escape(page)


def _press_escape_outside_the_frame(page: Page) -> None:
    page.get_by_role("button", name="Close").focus()
    _escape(page)


def _press_close(page: Page) -> None:
    page.get_by_role("button", name="Close").click()


def _call_close(page: Page) -> None:
    page.evaluate("document.querySelector('levcheck-check').close()")


def _remove(page: Page) -> None:
    page.evaluate("document.querySelector('levcheck-check').remove()")


WAYS = (_press_escape_in_the_frame, _press_escape_outside_the_frame, _press_close, _call_close, _remove)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_every_way_out_is_told_once(opened: Callable[..., Page], way: Callable[[Page], None]) -> None:
    """Escape in the frame and outside it, the button, the method and removal each give one exit, and the focus goes back."""
    page = opened()
    _shown(page)
    way(page)
    _ends(page, "closed")
    expect(page.locator("#check")).to_be_focused()
    page.wait_for_timeout(4_000)  # longer than a late word of the frame could take
    assert page.evaluate("window.ends") == ["closed"]


def test_after_it_was_closed_it_opens_again(opened: Callable[..., Page]) -> None:
    """A component that was closed opens with the next token."""
    page = opened()
    _shown(page)
    _escape(page)
    _ends(page, "closed")
    page.evaluate("(c => c.setAttribute('token', c.getAttribute('token')))(document.querySelector('levcheck-check'))")
    _shown(page)


def test_a_token_that_has_expired(opened: Callable[..., Page], guarded: Guarded, host: str) -> None:
    """A token of a quarter of an hour ago gives the exit that says so."""
    keys = _keys(guarded)
    caller = keys.caller(guarded.keys["dealer"])
    assert caller
    token, _ = Embeds(keys.secret, lambda: datetime.now(UTC) - LASTS).begin(caller, VIN, host)
    page = opened(token)
    _ends(page, "expired")
    expect(page.locator("#check")).to_be_focused()


def test_a_token_that_ends_on_the_way(opened: Callable[..., Page], guarded: Guarded, host: str) -> None:
    """A key that is revoked while the page is open ends it with the next press."""
    keys = _keys(guarded)
    shown, kept = keys.make("dealer-2", keys.now() + LASTS)
    with Client(guarded.address, api_key=shown) as other:
        token = other.embed(VIN, host)
    page = opened(token)
    _shown(page)
    keys.revoke(kept.id)
    _press(page, "Enter", lambda: _ends(page, "expired"))


def test_a_token_of_another_origin_is_refused(opened: Callable[..., Page], client: Client, host: str) -> None:
    """A token for the pages of another origin shows nothing on this one, and gives an exit."""
    for origin in (host.replace("localhost", "127.0.0.1"), "http://localhost", "https://dms.example"):
        page = opened(client.embed(VIN, origin))
        _ends(page, "error")
        page.evaluate("document.querySelector('levcheck-check').remove()")


def test_the_page_at_another_name_is_another_origin(chromium: Browser, host: str, client: Client, guarded: Guarded) -> None:
    """The same page, reached under another name, cannot use the token of the first."""
    with _browser(chromium) as page:
        page.goto(host.replace("localhost", "127.0.0.1"))
        page.evaluate(OPEN, [guarded.address, client.embed(VIN, host)])
        _ends(page, "error")


def test_a_forged_token_is_refused(opened: Callable[..., Page], client: Client, host: str) -> None:
    """A token with one letter changed shows nothing, and gives an exit."""
    token = client.embed(VIN, host)
    _ends(opened(token[:-1] + ("0" if token[-1] != "0" else "1")), "error")


def test_a_service_that_is_down(chromium: Browser, host: str) -> None:
    """Where nothing listens the component gives an exit within its time."""
    with _browser(chromium, bypass_csp=True) as page:
        page.goto(host)
        page.evaluate(OPEN, [f"http://127.0.0.1:{free_port()}", "x"])
        _ends(page, "error")


def test_a_service_that_hangs(chromium: Browser, host: str) -> None:
    """Where something listens and never answers the component gives an exit within its time."""
    with _browser(chromium, bypass_csp=True) as page, socket.create_server(("127.0.0.1", 0)) as silent:
        page.goto(host)
        page.evaluate(OPEN, [f"http://127.0.0.1:{silent.getsockname()[1]}", "x"])
        _ends(page, "error")


def _cut(route: Route) -> None:
    route.abort()


def _hang(_route: Route) -> None:
    """Neither let it go on nor answer it."""


@pytest.mark.parametrize("line", [_cut, _hang], ids=["cut", "hanging"])
def test_a_line_that_goes_on_the_way(opened: Callable[..., Page], line: Callable[[Route], None]) -> None:
    """A line that is cut, or hangs, between two questions gives an exit within its time."""
    page = opened()
    _shown(page)
    page.route(re.compile(r"/embed\?"), line)
    _press(page, "Enter", lambda: _ends(page, "error"))


def test_words_of_others_are_not_heard(opened: Callable[..., Page], client: Client) -> None:
    """A message that the host's own page or another frame sends is no message of the service."""
    page = opened()
    _shown(page)
    page.evaluate("""() => {
        postMessage({ type: "complete", id: "forged" }, "*");
        const other = document.createElement("iframe");
        document.body.append(other);
        const script = other.contentDocument.defaultView;
        script.parent.postMessage({ type: "exit", reason: "closed" }, "*");
    }""")
    page.wait_for_timeout(500)
    assert page.evaluate("window.ends") == []
    expect(page.locator("levcheck-check dialog")).to_be_visible()


def test_a_host_that_names_itself_to_nobody(deal: Page, opened: Callable[..., Page]) -> None:
    """On a page that sends no referrer the component works: the service still learns its origin."""
    deal.evaluate("""() => {
        const policy = document.createElement("meta");
        document.head.append(Object.assign(policy, { name: "referrer", content: "no-referrer" }));
    }""")
    _shown(opened())


def test_it_sets_no_cookie(deal: Page) -> None:
    """The whole check goes without a cookie."""
    deal.locator("#check").click()
    _shown(deal)
    _enter(deal, "Not known yet")
    assert deal.context.cookies() == []


def test_it_is_small() -> None:
    """The component is under 6 kB."""
    assert len((Path(assets.__file__).parent / "static" / assets.COMPONENT).read_bytes()) < 6_000
