"""What must never be mapped, whatever an integrator's table says: words that look like a fact of the law and are another."""

from __future__ import annotations

import re
from typing import NamedTuple


class Never(NamedTuple):
    """Names in messages, without their case and punctuation; members they must not become, all if none; why."""

    names: frozenset[str]
    members: frozenset[str]
    why: str


NEVER = (
    Never(
        frozenset((
            "newused", "neworused", "usednew", "nu", "typenu", "vehiclenote", "condition", "conditiontype",
            "newusedindicator", "productstatetype",
        )),
        frozenset(),
        "the DMS's word for new or used is not the law's: the law counts the miles on the date of the sale",
    ),
    Never(
        frozenset(("saletype", "dealsaletype", "paymenttype", "financetype")),
        frozenset(("transaction.type", "transaction.contract")),
        "that is how the deal is paid (cash, finance, lease), not what it is",
    ),
    Never(
        frozenset((
            "state", "stateprovince", "statecode", "stateprov", "regioncode", "addressstate", "buyerstate", "customerstate",
            "docissuestateprov", "stateprovcode", "billingstate", "homestate",
        )),
        frozenset(("destination.state", "destination.branch")),
        "where the buyer lives, or a plate is from, is not where the vehicle will be registered",
    ),
    Never(
        frozenset((
            "gvw", "grossweight", "ladenweight", "grossladenweight", "registeredweight", "registeredgrossweight", "vat",
        )),
        frozenset(("vehicle.gvwr_lb",)),
        "a weight that a vehicle is registered for is not its rating (GVWR), which stands on its certification label",
    ),
)  # fmt: skip


def refuse(member: str, name: str) -> None:
    """Raises `ValueError` if what stands under this name must not become this member."""
    plain = re.sub(r"[^a-z]", "", name.lower())
    for never in NEVER:
        if plain in never.names and (not never.members or member in never.members):
            raise ValueError(f"{name!r} is never {member}: {never.why}")
