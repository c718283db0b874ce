"""Pictures of the pages for the README. `make screenshots` runs this."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from conftest import ROOT, serving
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from web import pages
from web.browsing import launched

FOLDER = ROOT / "docs" / "screenshots"
WIDE, NARROW = {"width": 1120, "height": 760}, {"width": 375, "height": 760}
SHOTS = {
    "start": ("start", WIDE, "light", "en"),
    "question": ("state", WIDE, "light", "en"),
    "permitted": ("permitted", WIDE, "light", "en"),
    "prohibited-dark": ("prohibited", WIDE, "dark", "en"),
    "recorded": ("recorded", WIDE, "light", "en"),
    "inventory": ("inventory-judged", WIDE, "light", "en"),
    "rental-list": ("rental-list", WIDE, "light", "es"),
    "law": ("law", WIDE, "light", "en"),
    "what-if-dark": ("what-if", WIDE, "dark", "en"),
    "accepted": ("accepted", WIDE, "light", "en"),
    "question-phone": ("question", NARROW, "light", "es"),
    "prohibited-phone": ("prohibited", NARROW, "dark", "es"),
    "another-vehicle-phone": ("another-vehicle", NARROW, "light", "en"),
}
"""Each picture: the page, the window, the colour scheme, the language."""
MOST_BYTES = 100_000


def taken(browser: Browser, name: str, address: str, made: dict[str, str]) -> bytes:
    """A picture of what the window shows, as PNG of few colours."""
    page_name, window, scheme, language = SHOTS[name]
    context = browser.new_context(viewport=window, color_scheme=scheme, locale=language)
    page = context.new_page()
    pages.come_to(page, pages.PAGES[page_name], address, made)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    content = io.BytesIO()
    picture.quantize(128, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return content.getvalue()


def main(folder: Path) -> None:
    """Take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, serving(Path(data), "--dev") as address, sync_playwright() as playwright:
        browser, made = launched(playwright), pages.furnish(address)
        for name in SHOTS:
            content = taken(browser, name, address, made)
            assert len(content) <= MOST_BYTES, f"{name} has {len(content):,} bytes"
            (folder / f"{name}.png").write_bytes(content)
            print(f"{name}.png: {len(content):,} bytes")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
