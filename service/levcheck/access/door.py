"""The door of a running service: who stands there, and how often they may knock."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from datetime import datetime

from ..records.store import Store
from .api_keys import ApiKeys, Caller
from .limits import Limits, Quota, Spent
from .secret import AccessSecret
from .sessions import Sessions

KNOWN_FOR_S = 5.0
"""How long a key that was found live is taken as live without asking the store: a revoked one opens nothing after it."""
MOST_KNOWN = 10_000
RATE = 1_200
"""Requests a minute for each key, unless the deployment says otherwise."""
UNKNOWN_RATE = Quota("address", 120)
FAILURES = Quota("failures", 20)
"""Wrong keys from one address: more are refused unheard, so to speak, but a right one is always heard."""


class Door:
    """What a service needs to know its callers. Threads may share it."""

    def __init__(
        self, store: Store, secret: AccessSecret, now: Callable[[], datetime], limits: Limits | None, rate: int = RATE
    ) -> None:
        self.keys = ApiKeys(store, secret, now)
        self.sessions = Sessions(store, secret, self.keys, now)
        self.limits = limits or Limits()
        self.quota = Quota("key", rate)
        self._secret = secret
        self._known: dict[str, tuple[float, Caller]] = {}

    def caller(self, key: str) -> Caller | None:
        """Who holds this key; None if it opens nothing."""
        hashed = self._secret.digest("known", key)
        moment = time.monotonic()  # before the store is asked: what it says then is believed no longer than that
        known = self._known.get(hashed)
        if known and moment < known[0]:
            return known[1]
        caller = self.keys.caller(key)
        if caller is None:
            self._known.pop(hashed, None)
            return None
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[hashed] = (moment + KNOWN_FOR_S, caller)
        return caller

    def spend(self, caller: Caller) -> Spent:
        """One request of the caller's key."""
        return self.limits.spend(self.quota, caller.key_id, time.monotonic_ns())

    def spend_of_address(self, address: str, quota: Quota = UNKNOWN_RATE) -> Spent:
        """One request of an address that shows no key; of IPv6, of its network, which is one household's."""
        return self.limits.spend(quota, _network(address), time.monotonic_ns())


def _network(address: str) -> str:
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    if read.version == 4 or read.ipv4_mapped:  # as a socket for both kinds of address tells one of IPv4
        return str(read)
    return str(ipaddress.ip_network(f"{read}/64", strict=False))
