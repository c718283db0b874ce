"""ADF 1.0 (XML): a lead, before any deal. It can be checked; there is nothing to record. Take `Lead`."""

from __future__ import annotations

from levcheck_client.adapters import xml
from levcheck_client.adapters.adapted import AdapterError
from levcheck_client.adapters.adapter import Adapter, Message, one
from levcheck_client.adapters.draft import MILEAGE, UNIT, VIN, YEAR, Draft
from levcheck_client.adapters.tree import Element, Path

ACTS = {"buy": "sale", "lease": "lease"}
"""What the customer wants, and what it would be. A vehicle that he would sell, trade in or drive is another's."""
TRUE_ODOMETERS = ("", "original")
UNUSED = {
    "vehicle/@status": "new or used is counted in miles on the date of the sale",
    "vehicle/condition": "new or used is counted in miles on the date of the sale",
    "//regioncode": "where somebody lives is not where the vehicle will be registered",
    "//timeframe/description": "a wish is no date of a sale",
    "//finance/method": "how it is paid is not what is done",
}


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
        wish = (one(root, "vehicle/@interest")[0] or "buy").lower()
        draft.state("transaction.type", ACTS.get(wish, ""), "vehicle/@interest")
        draft.state(VIN, *one(root, "vehicle/vin"))
        draft.state(YEAR, *one(root, "vehicle/year"))
        _odometer(root, draft)
        # The names of businesses are often sent without their type, so that its default says nothing.
        if "individual" in Path.of("customer/contact/name/@type").texts(root):
            draft.state("buyer.type", "individual", "customer/contact/name/@type")
        for path, why in UNUSED.items():
            if Path.of(path).texts(root):
                draft.ignore(path, why)


def _with_one_vehicle(prospect: Element) -> Element:
    vehicles = [child for child in prospect.children if child.name == "vehicle"]
    wanted = [each for each in vehicles if each.attributes.get("interest", "buy").strip().lower() in ACTS]
    others = [child for child in prospect.children if child.name != "vehicle"]
    return Element(prospect.name, prospect.attributes, prospect.text, [*(wanted or vehicles)[:1], *others])


def _odometer(root: Element, draft: Draft) -> None:
    value, at = one(root, "vehicle/odometer")
    unit, _ = one(root, "vehicle/odometer/@units")
    status = one(root, "vehicle/odometer/@status")[0].lower()
    if not value:
        return
    if status not in TRUE_ODOMETERS:
        draft.leave_out(MILEAGE, at, f"is not the actual mileage, says its status {status[:40]!r}")
    elif not unit:
        draft.leave_out(MILEAGE, at, "has no unit")
    else:
        draft.state(MILEAGE, value, at)
        draft.state(UNIT, unit, "vehicle/odometer/@units")
