"""The counter in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow


def test_a_sale_by_keyboard(server: str, page: Page) -> None:
    """A scanned VIN and a handful of presses come to a recorded determination."""
    page.goto(f"{server}/")
    page.keyboard.type("1FTEW3LP9SKE98169\n")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not known yet")
    page.keyboard.type("12\n")
    page.keyboard.press("n")
    page.screenshot(path="/tmp/me/a.png", full_page=True)
