"""What the tests of records share: requests of the contract, and records opened on a store as a deployment opens them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.evidence.registry import Registry
from levcheck.records import schema
from levcheck.records.keys import Keys
from levcheck.records.records import Call, Outcome, Records
from levcheck.records.store import Store

TODAY = date(2026, 1, 2)
ACCOUNT = "local"
VIN = "1FTEW3LP9SKE98169"
SALE: dict[str, Any] = {
    "transaction": {"type": "sale", "date": "2025-06-01"},
    "vehicle": {
        "vin": VIN,
        "vehicle_type": "passenger_car",
        "model_year": 2025,
        "gvwr_lb": 4850,
        "mileage": 12,
        "certification": {"california": False},
    },
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "NC"},
}
_SCHEMA = CheckRequestSchema()
_REGISTRY = Registry()


def sale(**changes: Any) -> dict[str, Any]:
    """The sale that everyone records, with members replaced: `sale(destination={...}, reference="deal 1")`."""
    return copy.deepcopy(SALE) | changes


def clock() -> datetime:
    """The time, as the application gives it."""
    return datetime.now(UTC)


def opened(url: str, data: Path, *, now: Callable[[], datetime] = clock, **chosen: Any) -> Records:
    """The records of a deployment whose database is `url` and whose keys are in `data`. Close its store."""
    store = Store(url)
    try:
        schema.upgrade(store)
        return Records(store, Keys.in_folder(data, clock()), _REGISTRY, **{"reading": "as_written", **chosen}, now=now)
    except BaseException:
        store.close()
        raise


def create(records: Records, key: str, body: dict[str, Any] | None = None) -> Outcome:
    """Record a request, as the route does."""
    body = SALE if body is None else body
    return records.create(Call(ACCOUNT, key, body), _SCHEMA.load(body), TODAY)


def supersede(records: Records, key: str, id: str, body: dict[str, Any], reason: str | None = None) -> Outcome:
    """Record a corrected request in the place of a determination, as the route does."""
    call = Call(ACCOUNT, key, {"request": body, "reason": reason})
    return records.supersede(call, id, _SCHEMA.load(body), TODAY, reason)


def void(records: Records, key: str, id: str, reason: str = "unwound") -> Outcome:
    """Void a determination, as the route does."""
    return records.void(Call(ACCOUNT, key, {"reason": reason}), id, reason)


def everything(records: Records) -> list[dict[str, Any]]:
    """Every determination that the records list, from the newest on."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        items, after = records.page(ACCOUNT, {}, after, 200)
        found += items
        if after is None:
            return found
