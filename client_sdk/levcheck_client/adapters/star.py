"""STAR Retail Delivery Report (JSON): as its schema has it, and as its published examples really are.

A dealer's report to the manufacturer that a vehicle was delivered. Take `RetailDeliveryReport`.
"""

from __future__ import annotations

from levcheck_client.adapters import json
from levcheck_client.adapters.adapter import Adapter, Message, agreed, one, single
from levcheck_client.adapters.draft import MILEAGE, UNIT, VIN, YEAR, Draft
from levcheck_client.adapters.tree import Element, Path

ACTS = {"RETAIL": "sale", "WHOLESALE": "sale", "LEASE": "lease"}
"""The purchase types that say what is being done; of the others, each may be a sale, a lease or no transfer."""
RATING = "vehicle.gvwr_lb"
POUNDS = ("LB", "LBS", "POUND", "POUNDS")
UNUSED = {
    "product_state_type": "new or used is counted in miles on the date of the sale",
    "vehicle/product_state_type": "new or used is counted in miles on the date of the sale",
    "vehicle/condition_type": "new or used is counted in miles on the date of the sale",
    "//payment_type": "how it is paid is not what is done",
    "//state_province": "where somebody lives is not where the vehicle will be registered",
    "vehicle/license/jurisdiction_name": "where it is registered now is not where it will be",
    "vehicle/delivered_date_time": "the law asks for the date of the sale",
}


class RetailDeliveryReport(Adapter):
    """`read(message)`: one report as JSON, bytes, text or a mapping."""

    name = "STAR Retail Delivery Report"
    own = frozenset(
        ("reference", "transaction.type", "transaction.date", VIN, YEAR, RATING, MILEAGE, UNIT,
         "seller.type", "buyer.type")
    )  # fmt: skip

    def _parsed(self, message: Message) -> Element:
        return json.read(message)

    def _map(self, root: Element, draft: Draft) -> None:
        draft.state("reference", *one(root, "retail_delivery_report_id", "sales_transaction_number"))
        draft.state("transaction.date", *single(draft, "transaction.date", root, "sale_date"))
        draft.state(VIN, agreed(draft, VIN, root, "vehicle/vin", "vehicle/vehicle_identifier/vin"), "vehicle/vin")
        years = ("vehicle/model_year", "vehicle/vehicle_specification/model_year")
        draft.state(YEAR, agreed(draft, YEAR, root, *years), years[0])
        _odometer(root, draft)
        _rating(root, draft)
        _act(root, draft)
        for path, why in UNUSED.items():
            if Path.of(path).texts(root):
                draft.ignore(path, why)


def _odometer(root: Element, draft: Draft) -> None:
    """The odometer at the sale, or else the vehicle's, if it names its unit."""
    places = ("odometer_at_sale/value", "vehicle/odometer_at_sale/value", "vehicle/odometer/value")
    value, at = single(draft, MILEAGE, root, *places)
    unit, _ = single(draft, UNIT, root, at.replace("/value", "/uom"))
    draft.odometer(value, at, unit, at.replace("/value", "/uom"))


def _rating(root: Element, draft: Draft) -> None:
    at = "vehicle/gross_vehicle_weight_rating/value"
    value = agreed(draft, RATING, root, at)
    unit, _ = one(root, at.replace("/value", "/uom"))
    if not value.strip("0."):
        return
    if unit.upper() not in POUNDS:
        draft.leave_out(RATING, at, f"is in {unit or 'no unit'}; the rating is needed in pounds, as on the label")
        return
    draft.state(RATING, value, at)


def _act(root: Element, draft: Draft) -> None:
    """What is done, by whom: only where the purchase type says it in words of the law."""
    kind, at = single(draft, "transaction.type", root, "purchase_type")
    act = ACTS.get(kind.upper())
    if act is None:
        if kind:
            draft.ignore(at, f"{kind[:40]!r} does not say whether this is a sale or a lease")
    elif act == "sale" and any(term.strip("0.") for term in Path.of("lease_term/term_months").texts(root)):
        draft.leave_out("transaction.type", at, f"is {kind[:40]!r}, and there are terms of a lease (lease_term)")
    else:
        draft.state("transaction.type", act, at)
    if act is not None:
        draft.state("seller.type", "dealer", at)
    # A wholesale buyer is not always a dealer, and an organization may be a business, a government or a rental agency.
    if one(root, "party_type")[0].upper() == "PERSON" and kind.upper() != "WHOLESALE":
        draft.state("buyer.type", "individual", "party_type")
