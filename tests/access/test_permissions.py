"""The table of permissions against the routes, and against what was promised."""

from __future__ import annotations

import pytest
from access.expected import REACH, ROLES, SCOPE
from access.house import House
from levcheck.access import permissions
from levcheck.access.permissions import TABLE

OPERATIONS = sorted(SCOPE)


def test_every_route_has_a_row_and_every_row_a_route(house: House) -> None:
    """What the service routes, what the table permits and what was promised are the same operations."""
    routed = {f"{method} {rule.rule}" for rule in house.app.url_map.iter_rules() for method in rule.methods or ()}
    routed = {operation for operation in routed if not operation.startswith(("HEAD ", "OPTIONS "))}
    assert (routed - set(TABLE), set(TABLE) - routed) == (set(), set())
    assert set(SCOPE) == set(TABLE)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_table_says_what_was_promised(operation: str) -> None:
    """Each row has the scope and the reach of each role that were promised."""
    row = TABLE[operation]
    assert (row.scope or "open", permissions.ROLES) == (SCOPE[operation], ROLES)
    assert {role: reach.value for role, reach in row.reach.items()} == REACH[operation]
