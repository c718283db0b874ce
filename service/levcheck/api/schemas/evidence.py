"""What the evidence rooms know, as the service tells it."""

from __future__ import annotations

import marshmallow as ma
from marshmallow.fields import Boolean, Integer, List, Nested, String
from marshmallow.validate import OneOf

from .result import RangeSchema


class DecodedVehicleSchema(ma.Schema):
    """What a VIN tells. `problem` says why its facts are not used, or is null."""

    vin = String(required=True)
    problem = String(required=True, allow_none=True, validate=OneOf(("vin_unverified", "vin_not_assigned")))
    detail = String(required=True, allow_none=True)
    model_year = Integer(required=True, allow_none=True)
    make = String(required=True, allow_none=True)
    model = String(required=True, allow_none=True)
    vehicle_type = String(required=True, allow_none=True, metadata={"description": "As NHTSA names it."})
    body_class = String(required=True, allow_none=True)
    fuel = String(required=True, allow_none=True)
    gvwr_lb = Nested(RangeSchema, required=True, allow_none=True)
    classes = List(String(), required=True, metadata={"description": "The contract's vehicle types that remain possible."})
    test_group = String(required=True, allow_none=True)


class OrderSchema(ma.Schema):
    """An Executive Order on file."""

    executive_order = String(required=True)
    source = String(required=True)


class TestGroupSchema(ma.Schema):
    """What is on file about a test group. A row that is missing proves nothing."""

    test_group = String(required=True)
    model_year = Integer(required=True)
    california = Boolean(required=True, metadata={"description": "EPA's list has a California row."})
    federal = Boolean(required=True, metadata={"description": "EPA's list has a federal row."})
    editions = List(String(), required=True)
    executive_orders = List(Nested(OrderSchema), required=True)
