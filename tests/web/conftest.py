"""What the tests of the pages share: a service with certificates of every sort on record, and a browser's requests to it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from conftest import TODAY, initialized
from flask import Flask
from flask.testing import FlaskClient
from levcheck.api.json_in import decode
from levcheck.api.json_out import json_bytes
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.app import Settings, create_app
from levcheck.records.records import Call, Records
from playwright.sync_api import Browser, Page, sync_playwright
from printed.transactions import REQUESTS, Make
from web.browsing import launched
from web.papers import Show

REASON = "The buyer’s financing failed."


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application with records of its own."""
    return create_app(Settings(dev=True, data=initialized(tmp_path_factory.mktemp("site"))), today=lambda: TODAY)


@pytest.fixture(scope="session")
def kept(site: Flask) -> Records:
    """The application's records."""
    records: Records = site.extensions["levcheck"].records
    return records


@pytest.fixture(scope="session")
def make(kept: Records) -> Make:
    """A function that records a determination of a request; with `void` it voids it, with `by` another takes its place."""
    keys = count()

    def call(body: dict[str, Any]) -> Call:
        return Call("local", f"key {next(keys)}", body)

    def made(request: dict[str, Any], void: str | None = None, by: dict[str, Any] | None = None) -> dict[str, Any]:
        body = decode(json_bytes(request))
        determination = kept.create(call(body), CheckRequestSchema().load(body), TODAY).determination
        if void is not None:
            return kept.void(call({"reason": void}), determination["id"], void).determination
        if by is not None:
            body = decode(json_bytes(by))
            kept.supersede(call({"request": body}), determination["id"], CheckRequestSchema().load(body), TODAY, REASON)
            return kept.get("local", determination["id"])
        return determination

    return made


@pytest.fixture(scope="session")
def papers(make: Make) -> dict[str, dict[str, Any]]:
    """A determination of each verdict and basis, one that was voided and one that was superseded."""
    made = {name: make(request) for name, request in REQUESTS.items()}
    made["voided"] = make(REQUESTS["exempt"], void=REASON)
    made["superseded"] = make(REQUESTS["exempt"], by=REQUESTS["certified"])
    return made


@pytest.fixture
def browser(site: Flask) -> FlaskClient:
    """Someone who uses the page in a browser."""
    return site.test_client()


@pytest.fixture
def show(browser: FlaskClient) -> Show:
    """A function that sends the page's form: a text, a file's content, a VIN."""
    return Show(browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without what it looks up on the network by itself."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a new browser session."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()
