"""An answer in other words that mean the same: its members in another order, and with members nobody knows."""

from __future__ import annotations

import random
from typing import Any

from levcheck_client.decoding import parse
from levcheck_client.encoding import encode

ALTERED = ("/v1/checks", "/v1/determinations", "/v1/certificates/verify")
"""Below these paths; the ruleset and the keys are signed or compared as a whole."""
NOT_EXTENDED = frozenset({"request", "readings", "value", "values", "claims"})
"""The caller's own words, and maps whose every member means something."""
UNKNOWN: tuple[Any, ...] = (None, True, 7, "?", ["?"], {"verdict": "unheard-of"})


def altered(body: bytes, *, reordered: bool, extended: bool, chance: random.Random) -> bytes:
    """The same JSON document to a client that goes by the contract; numbers keep their digits."""

    def walked(value: Any, open_: bool) -> Any:
        if isinstance(value, list):
            return [walked(item, open_) for item in value]
        if not isinstance(value, dict):
            return value
        members = [(name, walked(member, open_ and name not in NOT_EXTENDED)) for name, member in value.items()]
        if open_ and chance.random() < 0.5:
            members.append((f"x_{chance.getrandbits(32):08x}", chance.choice(UNKNOWN)))
        if reordered:
            chance.shuffle(members)
        return dict(members)

    return encode(walked(parse(body), extended))
