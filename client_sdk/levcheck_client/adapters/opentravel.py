"""OpenTravel OTA_VehCheckOutRS (XML): a rental vehicle that leaves. Take `CheckOut`.

Its places are codes of branches or airports; what state each is in, only a table says (`branches`).
"""

from __future__ import annotations

from levcheck_client.adapters import xml
from levcheck_client.adapters.adapted import AdapterError
from levcheck_client.adapters.adapter import Adapter, Message, one, single
from levcheck_client.adapters.draft import MILEAGE, UNIT, VIN, YEAR, Draft
from levcheck_client.adapters.tree import Element, Path

ROOT = "OTA_VehCheckOutRS"
VIRGINIA_AIRPORTS = dict.fromkeys(("DCA", "IAD", "ORF", "RIC", "ROA", "CHO", "PHF", "LYH", "SHD"), "VA")
"""A beginning for a table of branches: Washington's own airports, Reagan and Dulles, are in Virginia."""
STATED = {"transaction.date": "//PickUpReturnDetails/@PickUpDateTime",
          VIN: "//Vehicle/VehIdentity/@VehicleID_Number", YEAR: "//Vehicle/VehMakeModel/@ModelYear"}  # fmt: skip
BRANCHES = {"transaction": "//PickUpReturnDetails/PickUpLocation/@LocationCode",
            "destination": "//PickUpReturnDetails/ReturnLocation/@LocationCode"}  # fmt: skip
UNUSED = {
    "//VehIdentity/@StateProvCode": "where its plate is from is not where the rental ends",
    "//Document/@DocIssueStateProv": "where somebody's licence is from is not where the rental ends",
    "//LocationDetails/@Code": "does not say whether the rental begins or ends there",
}


class CheckOut(Adapter):
    """`read(message)`: one check-out as XML, bytes or text."""

    name = "OpenTravel OTA_VehCheckOutRS"
    own = frozenset(
        ("reference", "transaction.type", "transaction.date", "transaction.state", VIN, YEAR, MILEAGE, UNIT,
         "seller.type", "destination.state")
    )  # fmt: skip

    def _parsed(self, message: Message) -> Element:
        root, mended = xml.read(message)
        found = root.first(ROOT)
        if found is None:
            raise AdapterError(f"the message holds no {ROOT}")
        if mended:
            found.attributes[MENDED] = "true"
        return found

    def _map(self, root: Element, draft: Draft) -> None:
        if root.attributes.get(MENDED):
            draft.contradict(
                ROOT, "is no well-formed XML: attributes stand without a space between them; read as if with one"
            )
        draft.state("reference", *one(root, "//ContractID/@ID", "//ConfID/@ID"))
        draft.state("transaction.type", "rental", ROOT)
        draft.state("seller.type", "rental_agency", ROOT)
        for fact, path in STATED.items():
            draft.state(fact, *single(draft, fact, root, path))
        value, at = single(draft, MILEAGE, root, "//OdometerReading/@UnitOfMeasureQuantity")
        draft.odometer(value, at, *single(draft, UNIT, root, "//OdometerReading/@UnitOfMeasure"))
        for block, path in BRANCHES.items():
            draft.branch(block, *single(draft, f"{block}.state", root, path))
        for path, why in UNUSED.items():
            if Path.of(path).texts(root):
                draft.ignore(path.removeprefix("//"), why)


MENDED = " "
"""Marks a mended message, under a name that no XML has."""
