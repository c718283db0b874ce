"""How the tests of this room ask: one ordinary retail sale, changed member by member."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from conftest import TODAY
from levcheck.api.json_in import decode
from levcheck.api.json_out import json_bytes
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.check import check
from levcheck.evidence import reader
from levcheck.evidence.reader import Evidence
from levcheck.evidence.registry import Registry

CALIFORNIA = "vehicle.certification.california"
LABEL = "vehicle.certification.label"
ORDER = "vehicle.certification.executive_order"
TEST_GROUP = "vehicle.certification.test_group"
ABSENT = "<absent>"
NORM: dict[str, Any] = {
    "transaction": {"type": "sale", "date": "2025-06-01"},
    "vehicle": {"vehicle_type": "passenger_car", "model_year": 2025, "gvwr_lb": 4850, "mileage": 12},
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "VA"},
}
"""A federal-only or California car, nobody says which, sold new by a dealer to a Virginian."""


def sale(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The norm with members changed, each by its path; `ABSENT` leaves one out."""
    request = copy.deepcopy(NORM)
    for path, value in changes.items():
        *blocks, last = path.split(".")
        block = request
        for name in blocks:
            block = block.setdefault(name, {})
        if value == ABSENT:
            block.pop(last, None)
        else:
            block[last] = value
    return request


def loaded(changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The changed norm as the service reads it from JSON."""
    request: Mapping[str, Any] = CheckRequestSchema().load(decode(json_bytes(sale(changes))))
    return request


def read(changes: Mapping[str, Any], registry: Registry) -> Evidence:
    """The evidence of the changed norm."""
    return reader.read(loaded(changes), today=TODAY, registry=registry)


def result(changes: Mapping[str, Any], registry: Registry) -> dict[str, Any]:
    """The result of the changed norm."""
    return check(loaded(changes), today=TODAY, registry=registry)


def codes(evidence: Evidence) -> list[str]:
    """The codes of the evidence's notices."""
    return [notice.code for notice in evidence.notices]


def disputed(evidence: Evidence) -> set[str]:
    """The paths that sources disagree about."""
    return {conflict.subject for conflict in evidence.conflicts}
