"""Debian's Chromium, as the tests and the pictures start it."""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, Playwright

_OFF = ("quic", "background-networking", "component-update", "sync", "gpu")


def launched(playwright: Playwright, *arguments: str) -> Browser:
    """A browser without what it looks up on the network by itself."""
    quiet = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in _OFF)]
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*quiet, *arguments])
