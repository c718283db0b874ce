"""ADF 1.0 (XML): a lead, before any deal. It can be checked; there is nothing to record. Take `Lead`."""

from __future__ import annotations

from levcheck_client.adapters import xml
from levcheck_client.adapters.adapted import AdapterError
from levcheck_client.adapters.adapter import Adapter, Message, one, single
from levcheck_client.adapters.draft import MILEAGE, UNIT, VIN, YEAR, Draft
from levcheck_client.adapters.tree import Element, Path

ACTS = {"buy": "sale", "lease": "lease"}
"""What the customer wants, and what it would be."""
HIS_OWN = ("sell", "trade-in", "tradein", "trade in", "trade")
"""A vehicle that he would sell or trade in is never the one that he takes away."""
UNUSED = {
    "vehicle/@status": "new or used is counted in miles on the date of the sale",
    "vehicle/condition": "new or used is counted in miles on the date of the sale",
    "//regioncode": "where somebody lives is not where the vehicle will be registered",
    "//timeframe/description": "a wish is no date of a sale",
    "//finance/method": "how it is paid is not what is done",
}


OTHERS = " "
"""Counts the vehicles that were asked for, under a name that no XML has."""


class Lead(Adapter):
    """`read(message)`: one prospect as XML, bytes or text. Its first vehicle to buy or to lease is the one."""

    name = "ADF 1.0"
    own = frozenset(("reference", "transaction.type", VIN, YEAR, MILEAGE, UNIT, "buyer.type"))
    records = False

    def _parsed(self, message: Message) -> Element:
        root, _ = xml.read(message)
        prospects = [element for element in (root, *root.below()) if element.name == "prospect"]
        if len(prospects) != 1:
            raise AdapterError(f"the message holds {len(prospects)} prospects of ADF; hand them over one by one")
        return _with_one_vehicle(prospects[0])

    def _map(self, root: Element, draft: Draft) -> None:
        draft.state("reference", *one(root, "id"))
        for vehicle in root.children:
            if vehicle.name == "vehicle":
                draft.state("transaction.type", ACTS.get(_interest(vehicle), ""), "vehicle/@interest")
        if root.attributes.get(OTHERS):
            draft.contradict("vehicle", f"stands {root.attributes[OTHERS]} times; the first is read")
        draft.state(VIN, *single(draft, VIN, root, "vehicle/vin"))
        draft.state(YEAR, *single(draft, YEAR, root, "vehicle/year"))
        _odometer(root, draft)
        # The names of businesses are often sent without their type, so that its default says nothing.
        if "individual" in Path.of("customer/contact/name/@type").texts(root):
            draft.state("buyer.type", "individual", "customer/contact/name/@type")
        for path, why in UNUSED.items():
            if Path.of(path).texts(root):
                draft.ignore(path, why)


def _with_one_vehicle(prospect: Element) -> Element:
    vehicles = [child for child in prospect.children if child.name == "vehicle" and _interest(child) not in HIS_OWN]
    wanted = [each for each in vehicles if _interest(each) in ACTS] or vehicles
    others = [child for child in prospect.children if child.name != "vehicle"]
    attributes = {**prospect.attributes, **({OTHERS: str(len(wanted))} if len(wanted) > 1 else {})}
    return Element(prospect.name, attributes, prospect.text, [*wanted[:1], *others])


def _interest(vehicle: Element) -> str:
    return vehicle.attributes.get("interest", "buy").strip().lower()


def _odometer(root: Element, draft: Draft) -> None:
    value, at = single(draft, MILEAGE, root, "vehicle/odometer")
    unit, unit_at = single(draft, UNIT, root, "vehicle/odometer/@units")
    statuses = [status.lower() for status in Path.of("vehicle/odometer/@status").texts(root)]
    untrue = next((status for status in statuses if status != "original"), None)
    if value and untrue is not None:
        draft.leave_out(MILEAGE, at, f"is not the actual mileage, says its status {untrue[:40]!r}")
        return
    draft.odometer(value, at, unit, unit_at)
