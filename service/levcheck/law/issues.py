"""Every compiled law that was ever released: its serial number, the time it was made, its hash and what changed.

An offline reader that holds a later serial refuses an earlier one. A test holds the last entry against the code.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Issue:
    """One released ruleset. `made` is UTC, RFC 3339."""

    serial: int
    made: str
    ruleset: str
    change: str


ISSUES = (
    Issue(
        1,
        "2026-11-23T08:00:00Z",
        "a814c1f78a62d5ea408e091b5527496fab0d6d229b4229c903bddc13ae2b1a3e",
        "The chapter as in force from March 13, 2024, under three readings.",
    ),
)
LATEST = ISSUES[-1]
