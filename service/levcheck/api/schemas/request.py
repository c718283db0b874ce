"""A transaction as callers send it (contract v1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from ...law import readings
from ...law import vocabulary as v
from ...law.logic.facts import Choice, Fact
from ...law.places import STATES
from .fields import Day, Line, Number, Truth, Vin, Whole, Word


def told(description: str, **more: Any) -> dict[str, Any]:
    """A member's description, and by whom it is presumed when it is left out."""
    return {"metadata": {"description": description, **more}}


def asked(fact: Fact) -> dict[str, Any]:
    """The fact's question as a description, with the default that is presumed when the member is left out."""
    value = v.DEFAULTS.get(fact)
    default = "" if value is None else f" Default: {str(value).lower() if isinstance(value, bool) else value}."
    return {"allow_none": True, **told(f"{fact.ask}{default} Null: unknown.")}


def word(fact: Choice) -> Word:
    return Word(tuple(map(str, fact.values)), **asked(fact))


class Strict(ma.Schema):
    """An object of the contract: unknown members are refused."""

    error_messages = {  # noqa: RUF012  # marshmallow's own way to say it
        "unknown": "Unknown member | Leave it out, or see /docs for the members that there are.",
        "type": "Not an object | Send a JSON object.",
    }


NEVER_NULL: dict[str, Any] = {"error_messages": {"null": "Null is not taken here | Leave the member out for its default."}}


class TransactionSchema(Strict):
    """What is being done, when and where."""

    type = word(v.act)
    contract = Word(
        v.CONTRACTS,
        allow_none=True,
        **told(
            "What it happens under. Sale and purchase: sale; lease: lease; rental: rental; anything else is refused for "
            "these. Default for the other types: sale. Null: unknown."
        ),
    )
    transfer = word(v.transfer)
    purpose = word(v.purpose)
    date = Day(
        **NEVER_NULL,
        **told(
            f"Date of the act, from {Day.first} to {Day.last}. Default: today in America/New_York. Never null.",
            pattern=Day.pattern,
        ),
    )
    state = word(v.place)

    @ma.validates_schema(skip_on_field_errors=True)
    def act_and_contract(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        act, contract = data.get("type"), data.get("contract")
        if contract and contract not in v.ACT_CONTRACTS.get(str(act), v.CONTRACTS):
            only = v.ACT_CONTRACTS[str(act)][0]
            message = f"A {act} does not happen under the contract {contract!r} | Send {only!r}, or leave the member out."
            raise ma.ValidationError(message, field_name="contract")


class CertificationSchema(Strict):
    """What is known of the vehicle's certification."""

    california = Truth(**asked(v.california))
    federal = Truth(**asked(v.federal))
    conforms = Truth(**asked(v.conforms))
    label = Line(
        2_000, allow_none=True, **told("The sentence on the emission label or on the manufacturer's certificate of origin.")
    )
    executive_order = Line(64, allow_none=True, **told("Number of CARB's Executive Order.", examples=["A-003-0811-1"]))
    test_group = Line(
        64, allow_none=True, **told("EPA test group, 12 characters, as on the emission label.", examples=["SFMXT02.73JK"])
    )


class VehicleSchema(Strict):
    """The vehicle or engine."""

    vin = Vin(allow_none=True, **told("Vehicle identification number.", examples=["1FTEW3LP9SKE98169"]))
    kind = word(v.kind)
    vehicle_type = word(v.vehicle_type)
    model_year = Whole(v.model_year.least, v.model_year.most, **asked(v.model_year))
    gvwr_lb = Whole(v.gvwr.least, v.gvwr.most, **asked(v.gvwr))
    mileage = Number(0, 10_000_000, **asked(v.mileage))
    mileage_unit = Word(("mi", "km"), **NEVER_NULL, **told("Unit of the mileage. Default: mi. Never null."))
    new_engine = Truth(**asked(v.new_engine))
    off_highway_only = Truth(**asked(v.off_highway_only))
    authorized_emergency_vehicle = Truth(**asked(v.emergency))
    military_tactical_vehicle = Truth(**asked(v.military))
    certification = ma.fields.Nested(CertificationSchema, allow_none=True)


class SellerSchema(Strict):
    """Who gives the vehicle."""

    type = word(v.seller)


class BuyerSchema(Strict):
    """Who takes the vehicle."""

    type = word(v.buyer)


class DestinationSchema(Strict):
    """Where the vehicle will be registered; for a rental, where it ends."""

    state = word(v.destination_state)
    country = word(v.destination_country)


class RelocationSchema(Strict):
    """B 11: this vehicle's earlier purchase and registration by the person who now brings it. Left out: none."""

    purchased_in = Word(STATES, allow_none=True, **told("State of the purchase. Absent or null: unknown."))
    registered_in = Word(STATES, allow_none=True, **told("State of the registration. Absent or null: unknown."))
    resident_of = Word(STATES, allow_none=True, **told("State of residence at that time. Absent or null: unknown."))
    became_virginia_resident = Truth(
        allow_none=True, **told("Whether the person then became a resident of Virginia. Absent or null: unknown.")
    )


class CheckRequestSchema(Strict):
    """One transaction. Left-out members take their defaults; null is an explicit unknown."""

    reference = Line(64, allow_none=True, **told("The caller's own reference, echoed in records."))
    reading = Word(
        tuple(readings.BY_NAME),
        **NEVER_NULL,
        **told("Position on the chapter's reach. Default: the deployment's. Never null."),
    )
    transaction = ma.fields.Nested(TransactionSchema, allow_none=True)
    vehicle = ma.fields.Nested(VehicleSchema, allow_none=True)
    seller = ma.fields.Nested(SellerSchema, allow_none=True)
    buyer = ma.fields.Nested(BuyerSchema, allow_none=True)
    destination = ma.fields.Nested(DestinationSchema, allow_none=True)
    relocation = ma.fields.Nested(RelocationSchema, allow_none=True)
