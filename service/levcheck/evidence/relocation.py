"""B 11's four members, read as one fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STATE_MEMBERS = ("purchased_in", "registered_in", "resident_of")
RESIDENCY = "became_virginia_resident"
MEMBERS = (*STATE_MEMBERS, RESIDENCY)


def qualifies(block: Mapping[str, Any] | None) -> bool | None:
    """Whether the vehicle was bought and registered in one other state by its resident, who then came to Virginia.

    False as soon as a known member defeats it, True when all four are right, None (unknown) otherwise.
    """
    members = block or {}
    states = {members[name] for name in STATE_MEMBERS if members.get(name) is not None}
    became_resident = members.get(RESIDENCY)
    if "VA" in states or len(states) > 1 or became_resident is False:
        return False
    complete = all(members.get(name) is not None for name in MEMBERS)
    return True if complete else None
