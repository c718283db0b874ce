"""The transactions whose certificates are printed: a sale of a federal-only pickup, and what is different of each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Make = Callable[..., dict[str, Any]]
"""Records a determination of a request; with `void`, a reason, it voids it."""
VIN = "1FTEW3LP9SKE98169"
SALE: dict[str, Any] = {
    "reference": "deal 48213",
    "transaction": {"type": "sale", "date": "2026-07-01"},
    "vehicle": {"vin": VIN, "mileage": 12, "certification": {"california": False}},
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "VA"},
}
NOTHING_KNOWN = dict.fromkeys(("transaction", "seller", "buyer", "destination", "relocation"), None)


def changed(**members: Any) -> dict[str, Any]:
    """The sale, with other members in the place of its own."""
    return {**SALE, **members}


def vehicle(**members: Any) -> dict[str, Any]:
    """The sale of a vehicle of which these things are said too."""
    return changed(vehicle={**SALE["vehicle"], **members})


REQUESTS = {
    "exempt": changed(destination={"state": "NC"}),
    "certified": vehicle(certification={"california": True, "executive_order": "A-003-0811-1"}),
    "not_covered": changed(
        vehicle={"model_year": 2019, "vehicle_type": "passenger_car", "mileage": 61000, "mileage_unit": "km"}
    ),
    "either_way": changed(vehicle={"vin": VIN, "model_year": 2024, "mileage": 12}, destination={"state": "NC"}),
    "prohibited": SALE,
    "undetermined": {"transaction": {"type": "sale"}, "vehicle": {"vin": VIN}, "reference": "counter 3"},
}
