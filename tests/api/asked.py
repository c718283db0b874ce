"""What the tests of a check send, and how they read what comes back."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from api.validation import JSON, Reply, reply_of
from flask.testing import FlaskClient

SALE: dict[str, Any] = {
    "transaction": {"type": "sale", "date": "2025-06-01"},
    "vehicle": {
        "vehicle_type": "passenger_car",
        "model_year": 2025,
        "gvwr_lb": 4850,
        "mileage": 12,
        "certification": {"california": False, "federal": True},
    },
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "VA"},
}
"""A new car without California certification, sold by a dealer to an individual in Virginia: prohibited."""
VIN, VIN_OF_2003 = "1FTEW3LP9SKE98169", "1HGCM82633A004352"
NO_DEFAULT = (
    "transaction.type",
    "vehicle.vehicle_type",
    "vehicle.model_year",
    "vehicle.gvwr_lb",
    "vehicle.mileage",
    "vehicle.certification.california",
    "vehicle.certification.federal",
    "seller.type",
    "buyer.type",
    "destination.state",
)
BLOCKS = {
    "transaction": "Transaction",
    "vehicle": "Vehicle",
    "vehicle.certification": "Certification",
    "seller": "Seller",
    "buyer": "Buyer",
    "destination": "Destination",
    "relocation": "Relocation",
}
NEVER_NULL = ("transaction.date", "vehicle.mileage_unit", "reading")
ABSENT = object()


def send(client: FlaskClient, body: Any) -> Reply:
    """Send a request, as it is if it is text, and hold the answer to the document."""
    raw = body if isinstance(body, str) else json.dumps(body)
    return reply_of(client.post("/v1/checks", data=raw.encode(), content_type=JSON))


def check(client: FlaskClient, body: Any) -> Any:
    """The result of a request that is answered."""
    reply = send(client, body)
    assert reply.status == 200, reply.json
    return reply.json


def refused(client: FlaskClient, body: Any) -> Reply:
    """The problem of a request that has members that cannot be taken."""
    reply = send(client, body)
    assert (reply.status, reply.json["code"]) == (422, "invalid_request"), reply.json
    return reply


def changed(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A request with the members at these paths set, or left out."""
    request = deepcopy(base)
    for path, value in changes.items():
        *blocks, name = path.split(".")
        block = request
        for step in blocks:
            block = block.setdefault(step, {})
        if value is ABSENT:
            block.pop(name, None)
        else:
            block[name] = value
    return request


def fact(result: Any, name: str) -> tuple[str, list[Any], list[Any], str]:
    """What a result says of a fact: state, values, ranges, source."""
    entry = next(entry for entry in result["facts"] if entry["fact"] == name)
    return entry["state"], entry["values"], entry["ranges"], entry["source"]


def known(value: Any, source: str) -> tuple[str, list[Any], list[Any], str]:
    return "known", [value], [], source


OPEN = ("open", [], [], "unknown")


def status(result: Any, citation: str) -> str:
    found: str = next(finding["status"] for finding in result["findings"] if finding["provision"] == f"9VAC5-95-{citation}")
    return found
