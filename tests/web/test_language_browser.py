"""The choice of language in a real browser: at any step, kept, and without losing anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.slow
TRUCK = "1FTEW3LP9SKE98169"


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def context(request: pytest.FixtureRequest, chromium: Browser, server: str) -> Iterator[BrowserContext]:
    """A new browser session, with scripts and without."""
    context = chromium.new_context(java_script_enabled=request.param, base_url=server)
    context.set_default_timeout(20_000)
    yield context
    context.close()


def _asked(page: Page, words: str) -> None:
    expect(page.locator("legend").first).to_contain_text(words)


def test_the_language_changes_in_the_middle(context: BrowserContext) -> None:
    """In the middle of the questions the other language shows the same question, and the answers so far stay."""
    page = context.new_page()
    page.goto("/")
    page.fill("#vin", TRUCK)
    page.keyboard.press("Enter")
    _asked(page, "How many miles")
    expect(page.locator("[autofocus]").first).to_be_focused()
    page.keyboard.type("12\n")
    _asked(page, "Is it California-certified?")
    page.get_by_role("button", name="Español").click()
    _asked(page, "¿Está certificado por California?")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("navigation")).to_contain_text("Mostrador")
    expect(page.get_by_text("12 millas")).to_be_visible()
    page.get_by_label("Sí", exact=True).first.check()
    if page.get_by_role("button", name="Continuar").last.is_visible():
        page.get_by_role("button", name="Continuar").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Permitido")


def test_the_choice_stays(context: BrowserContext) -> None:
    """A choice holds on every other page, until another is made; the address that it was made by is a page like any."""
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Español").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Puede este vehículo cambiar de manos en Virginia?")
    page.get_by_role("link", name="Certificados").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Comprobar un certificado")
    assert [(cookie["name"], cookie["value"]) for cookie in context.cookies()] == [("language", "es")]
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check a certificate")
    page.get_by_role("link", name="Counter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("May this vehicle change hands in Virginia?")


def test_steps_and_keys_are_the_languages_own(chromium: Browser, server: str) -> None:
    """With scripts, Back and reload keep the language that was chosen, its keys answer, and no step is added by choosing."""
    context = chromium.new_context(base_url=server)
    page = context.new_page()
    page.goto("/?lang=en")
    page.keyboard.type(f"{TRUCK}\n")
    _asked(page, "How many miles")
    expect(page.locator("[autofocus]").first).to_be_focused()
    page.keyboard.type("12\n")
    _asked(page, "Is it California-certified?")
    page.get_by_role("button", name="Español").click()
    _asked(page, "¿Está certificado por California?")
    page.reload()
    _asked(page, "¿Está certificado por California?")
    expect(page.get_by_role("navigation")).to_contain_text("Mostrador")
    page.go_back()
    _asked(page, "¿Cuántas millas")
    page.go_forward()
    _asked(page, "¿Está certificado por California?")
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("s")
    expect(page.get_by_role("heading", level=1)).to_have_text("Permitido")
    context.close()
