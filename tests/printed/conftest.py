"""What the tests of printed certificates share: real determinations, recorded and signed, one of each sort."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest
from levcheck.api.json_in import decode
from levcheck.api.json_out import json_bytes
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.evidence.registry import Registry
from levcheck.records import schema
from levcheck.records.keys import Keys
from levcheck.records.records import Call, Records
from levcheck.records.store import Store, default_url
from printed.transactions import REQUESTS, SALE, Make

NOW = datetime(2026, 7, 4, 15, 2, 1, tzinfo=UTC)
TODAY = date(2026, 7, 4)


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """Records in a folder of their own, on July 4, 2026."""
    data = tmp_path_factory.mktemp("records")
    store = Store(default_url(data))
    schema.upgrade(store)
    return Records(store, Keys.in_folder(data, NOW), Registry(), reading="as_written", now=lambda: NOW)


@pytest.fixture(scope="session")
def make(records: Records) -> Make:
    """A function that records a determination of a request; with `void`, a reason, it voids it."""
    keys = count()

    def call(body: dict[str, Any]) -> Call:
        return Call("local", f"key {next(keys)}", body)

    def made(request: dict[str, Any], void: str | None = None) -> dict[str, Any]:
        body = decode(json_bytes(request))
        determination = records.create(call(body), CheckRequestSchema().load(body), TODAY).determination
        if void is None:
            return determination
        return records.void(call({"reason": void}), determination["id"], void).determination

    return made


@pytest.fixture(scope="session")
def superseded(records: Records, make: Make) -> tuple[dict[str, Any], dict[str, Any]]:
    """A determination that was superseded, and the one that took its place."""
    before = make(SALE)
    body = decode(json_bytes(REQUESTS["exempt"]))
    call = Call("local", "correction", {"request": body})
    after = records.supersede(
        call, before["id"], CheckRequestSchema().load(body), TODAY, "The buyer lives in NC."
    ).determination
    return records.get("local", before["id"]), after


@pytest.fixture(scope="session")
def determinations(make: Make) -> dict[str, dict[str, Any]]:
    """A determination of each verdict and basis, by what it is of."""
    return {name: make(request) for name, request in REQUESTS.items()}
