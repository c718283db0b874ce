"""The request's shape, for those who want their type checker to know it.

Every member may be left out (the service then takes the contract's default, if there is one) and `None` is an
explicit *unknown*. Any mapping of this shape will do; annotate yours to have it checked:

    deal: TransactionRequest = {"transaction": {"type": "sale"}, "vehicle": {"model_year": 2025}}
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias, TypedDict

Reading: TypeAlias = Literal["as_written", "incorporated_years", "federal_since_2025"]
Act: TypeAlias = Literal["delivery", "offer", "sale", "lease", "import", "acquisition", "receipt", "purchase", "rental"]
Contract: TypeAlias = Literal["sale", "lease", "rental", "none"]
Transfer: TypeAlias = Literal["ordinary", "inheritance", "court_decree"]
Purpose: TypeAlias = Literal["use", "resale", "dismantling"]
Kind: TypeAlias = Literal["vehicle", "engine"]
VehicleType: TypeAlias = Literal[
    "passenger_car",
    "light_duty_truck",
    "medium_duty_passenger_vehicle",
    "medium_duty_vehicle",
    "over_14000_lb",
    "motorcycle",
    "other",
]
MileageUnit: TypeAlias = Literal["mi", "km"]
PartyType: TypeAlias = Literal["manufacturer", "dealer", "rental_agency", "individual", "business", "government"]


class Transaction(TypedDict, total=False):
    """The act. `date` is a day, `"2025-06-01"` or a `datetime.date`; `state` a USPS code."""

    type: Act | None
    contract: Contract | None
    transfer: Transfer | None
    purpose: Purpose | None
    date: date | str
    state: str | None


class Certification(TypedDict, total=False):
    """What is known of the vehicle's certification: stated outright, or as evidence the service reads."""

    california: bool | None
    federal: bool | None
    conforms: bool | None
    label: str | None
    executive_order: str | None
    test_group: str | None


class Vehicle(TypedDict, total=False):
    """The vehicle. `gvwr_lb` in whole pounds; `mileage` in `mileage_unit`s, exact when given as `Decimal`."""

    vin: str | None
    kind: Kind | None
    vehicle_type: VehicleType | None
    model_year: int | None
    gvwr_lb: int | None
    mileage: int | Decimal | float | None
    mileage_unit: MileageUnit
    new_engine: bool | None
    off_highway_only: bool | None
    authorized_emergency_vehicle: bool | None
    military_tactical_vehicle: bool | None
    certification: Certification | None


class Party(TypedDict, total=False):
    """Seller or buyer."""

    type: PartyType | None


class Destination(TypedDict, total=False):
    """Where the vehicle is to be registered; for a rental, where it ends."""

    state: str | None
    country: str | None


class Relocation(TypedDict, total=False):
    """This vehicle's earlier purchase and registration by the person who now brings it to Virginia."""

    purchased_in: str | None
    registered_in: str | None
    resident_of: str | None
    became_virginia_resident: bool | None


class TransactionRequest(TypedDict, total=False):
    """One transaction as the service takes it."""

    reference: str | None
    reading: Reading
    transaction: Transaction | None
    vehicle: Vehicle | None
    seller: Party | None
    buyer: Party | None
    destination: Destination | None
    relocation: Relocation | None
