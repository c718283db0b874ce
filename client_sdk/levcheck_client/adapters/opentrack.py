"""Dealertrack OpenTrack (XML): a deal, a vehicle of the inventory, or both, also inside their SOAP envelope.

Zero means absent, dates are yyyymmdd, the odometer has no unit and is in miles. Take `OpenTrack`.
"""

from __future__ import annotations

import re

from levcheck_client.adapters import xml
from levcheck_client.adapters.adapted import AdapterError
from levcheck_client.adapters.adapter import Adapter, Message, agreed, one, single
from levcheck_client.adapters.draft import MILEAGE, UNIT, VIN, YEAR, Draft
from levcheck_client.adapters.tree import Element, Path

ZERO = re.compile(r"[0.]+")
DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
UNUSED = {
    "//TypeNU": "new or used is counted in miles on the date of the sale",
    "//VehicleType": "new or used is counted in miles on the date of the sale",
    "//SaleType": "a code of the dealer's own, and elsewhere the payment: not what is done",
    "//GrossWeight": "a weight that a vehicle is registered for is not its rating (GVWR)",
    "//StateCode": "where somebody lives is not where the vehicle will be registered",
    "//DateDelivered": "the law asks for the date of the sale",
    "//RegistrationDate": "says when, not where",
    "//CO2EmissionCode": "says nothing of certification",
}


class OpenTrack(Adapter):
    """`read(message)`: one deal or one vehicle as XML, bytes or text."""

    name = "Dealertrack OpenTrack"
    own = frozenset(("reference", "transaction.type", "transaction.date", VIN, YEAR, MILEAGE, UNIT))

    def _parsed(self, message: Message) -> Element:
        root, _ = xml.read(message)
        # The root itself may be the deal or the vehicle.
        top = Element("message", children=[root])
        own = _meant(top)
        for name in ("Deal", "Vehicle"):
            if sum(element.name == name for element in own.below()) > 1:
                raise AdapterError(f"the message holds more than one {name}; hand them over one by one")
        if own.first("Deal") is None and own.first("Vehicle") is None:
            raise AdapterError("the message holds no Deal and no Vehicle of OpenTrack")
        return top

    def _map(self, root: Element, draft: Draft) -> None:
        root = _meant(root)
        draft.state("reference", *one(root, "//Deal/DocumentNumber"))
        text, at = single(draft, "transaction.date", root, "//Deal/DealDate")
        draft.state("transaction.date", self._spelled("transaction.date", text), at.removeprefix("//"))
        draft.state(VIN, agreed(draft, VIN, root, "//Deal/VIN", "//Vehicle/VIN"), "VIN")
        draft.state(YEAR, *single(draft, YEAR, root, "//Vehicle/ModelYear"))
        _odometer(root, draft)
        # Every other record type says how it is paid.
        if one(root, "//Deal/RecordType")[0].upper() == "L":
            draft.state("transaction.type", "lease", "Deal/RecordType")
        for path, why in UNUSED.items():
            if one(root, path)[0]:
                draft.ignore(path.removeprefix("//"), why)

    def _spelled(self, member: str, text: str) -> str:
        if ZERO.fullmatch(text):
            return ""
        match = DATE.fullmatch(text) if member == "transaction.date" else None
        return "-".join(match.groups()) if match else text


def _meant(element: Element) -> Element:
    """The message without what is zero, and without the vehicles that the buyer trades in."""
    text = "" if ZERO.fullmatch(element.text.strip()) else element.text
    children = [_meant(child) for child in element.children if not child.name.lower().startswith("trade")]
    return Element(element.name, element.attributes, text, children)


def _odometer(root: Element, draft: Draft) -> None:
    value, at = single(draft, MILEAGE, root, "//Deal/OdometerAtSale", "//Vehicle/Odometer")
    at = at.removeprefix("//")
    if value and "N" in (actual.upper() for actual in Path.of("//OdometerActual").texts(root)):
        draft.leave_out(MILEAGE, at, "is not the actual mileage, says OdometerActual")
        return
    draft.odometer(value, at, "mi", at)
