"""How often each caller may ask: the generic cell rate algorithm (GCRA), one number a caller.

The numbers stand in memory that the worker processes of one machine share, of a fixed size: no caller can make it grow,
and no server beside this one is needed. A slot can be shared by chance (one pair in a million); a lost race between
two processes lets a single request more through.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from dataclasses import dataclass

SLOTS = 1 << 20
_TIME = struct.Struct("d")


@dataclass(frozen=True)
class Quota:
    """So many requests in so many seconds; unused ones do not add up beyond that."""

    name: str
    requests: int
    seconds: int = 60

    @property
    def policy(self) -> str:
        """As the field RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers) has it."""
        return f'"{self.name}";q={self.requests};w={self.seconds}'


@dataclass(frozen=True)
class Spent:
    """What a request left of a quota: whether it may pass, how many more may now, and after how many seconds one may."""

    quota: Quota
    allowed: bool
    remaining: int
    wait: float

    @property
    def header(self) -> str:
        """As the field RateLimit has it: what remains, and the seconds after which one more may."""
        return f'"{self.quota.name}";r={self.remaining};t={max(1, _up(self.wait))}'

    @property
    def retry_after(self) -> int:
        """Whole seconds."""
        return max(1, _up(self.wait))


class Limits:
    """The memory of all quotas. Made before the workers are forked, it is theirs together."""

    def __init__(self, slots: int = SLOTS) -> None:
        self._slots = slots
        self._memory = mmap.mmap(-1, slots * _TIME.size)

    def spend(self, quota: Quota, caller: str, now: float) -> Spent:
        """Take one request of a caller's quota at a monotonic time, if there is one left."""
        interval = quota.seconds / quota.requests
        offset = self._offset(quota, caller)
        (due,) = _TIME.unpack_from(self._memory, offset)
        due = max(due, now)  # the time at which the whole quota is there again
        latest = now + quota.seconds - interval
        if due > latest + 1e-9:
            return Spent(quota, False, 0, due - latest)
        _TIME.pack_into(self._memory, offset, due + interval)
        remaining = int((now + quota.seconds - due - interval) / interval + 1e-6)
        return Spent(quota, True, remaining, 0.0 if remaining else due + interval - latest)

    def _offset(self, quota: Quota, caller: str) -> int:
        digest = hashlib.blake2b(f"{quota.name}\0{caller}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) % self._slots * _TIME.size


def _up(seconds: float) -> int:
    return -int(-seconds // 1)
