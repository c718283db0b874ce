"""What must never be mapped, whatever an integrator's table says: words that look like a fact of the law and are another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

WHOSE = (
    "co|buyer|customer|cust|client|purchaser|lessee|lessor|owner|driver|renter|person|party|contact|home|mailing|mail|billing|"
    "bill|ship|to|residence|residential|resident|garage|garaging|postal|address|addr|physical|primary|licen[cs]e|plate|dl|docissue|s"
)
"""Of whom or of what an address or a plate is."""
STATE = "(?:state|st|province|prov|region)(?:or|province|prov|country|subdivision|code|abbr|name|id)*"
REGISTRATION = re.compile("registration|titl(?:e|ing)|destination")
"""What says that the state below it is the vehicle's to come."""


class Never(NamedTuple):
    """Names in messages, as lower-case letters without anything else; members they must not become, all if none; why."""

    names: re.Pattern[str]
    members: frozenset[str]
    why: str


NEVER = (
    Never(
        re.compile(
            ".*(?:new(?:or)?used|used(?:or)?new|certifiedused|productstatetype|vehiclenote).*|(?:type)?nu(?:flag|code|ind)?|"
            "(?:is)?(?:new|used)(?:flag|ind)?|(?:vehicle)?condition(?:type|code)?|stocktype"
        ),
        frozenset(),
        "the DMS's word for new or used is not the law's: the law counts the miles on the date of the sale",
    ),
    Never(
        re.compile(".*(?:sales?|payment|pay|finance)(?:type|method|code).*|cashfinance.*"),
        frozenset(("transaction.type", "transaction.contract")),
        "that is how the deal is paid (cash, finance, lease), not what it is",
    ),
    Never(
        re.compile(f"(?:{WHOSE})*{STATE}|(?:{WHOSE})+country(?:code|name|id)?"),
        frozenset(("destination.state", "destination.branch", "destination.country")),
        "where the buyer lives, or a plate is from, is not where the vehicle will be registered",
    ),
    Never(
        re.compile(
            ".*(?:gvw(?!r)|gross(?!.*rating).*w(?:eigh)?t|laden|maximumload|curb|kerb|tare|(?:registered|declared|taxable|empty)w).*|vat"
        ),
        frozenset(("vehicle.gvwr_lb",)),
        "a weight that a vehicle has or is registered for is not its rating (GVWR), which stands on its certification label",
    ),
)  # fmt: skip


def refuse(member: str, *names: str) -> None:
    """Raises `ValueError` if what stands under these names, from the outermost in, must not become this member."""
    plain = [re.sub(r"[^a-z]", "", name.lower()) for name in names]
    for never in NEVER:
        if never.members and member not in never.members:
            continue
        for name, letters in zip(names, plain, strict=True):
            if never.names.fullmatch(letters) and not _to_come(member, plain):
                raise ValueError(f"{name!r} is never {member}: {never.why}")


def _to_come(member: str, names: Iterable[str]) -> bool:
    return member.startswith("destination.") and any(REGISTRATION.fullmatch(name) for name in names)
