"""How often each caller may ask: the generic cell rate algorithm (GCRA), one number a caller.

The numbers stand in memory that the worker processes of one machine share, of a fixed size: no caller can make it grow,
and no server beside this one is needed. A slot can be shared by chance (one pair in a million); a lost race between
two processes lets a single request more through.
"""

from __future__ import annotations

import hashlib
import mmap
import secrets
import struct
from dataclasses import dataclass

SLOTS = 1 << 20
SECOND = 1_000_000_000
"""In nanoseconds: whole ones, for as many requests as a quota has must fit, and not one more."""
_TIME = struct.Struct("q")


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
        self._key = secrets.token_bytes(16)  # nobody can look for a name that shares another's slot
        self._memory = mmap.mmap(-1, slots * _TIME.size)

    def spend(self, quota: Quota, caller: str, now: int) -> Spent:
        """Take one request of a caller's quota at a monotonic time in nanoseconds, if there is one left."""
        interval = -(-quota.seconds * SECOND // quota.requests)
        whole = quota.requests * interval
        offset = self._offset(quota, caller)
        (due,) = _TIME.unpack_from(self._memory, offset)
        due = max(due, now)  # the time at which the whole quota is there again
        left = (now + whole - due) // interval
        if left < 1:
            return Spent(quota, False, 0, (due + interval - whole - now) / SECOND)
        _TIME.pack_into(self._memory, offset, due + interval)
        wait = 0.0 if left > 1 else (due + 2 * interval - whole - now) / SECOND
        return Spent(quota, True, left - 1, wait)

    def _offset(self, quota: Quota, caller: str) -> int:
        digest = hashlib.blake2b(f"{quota.name}\0{caller}".encode(), digest_size=8, key=self._key).digest()
        return int.from_bytes(digest) % self._slots * _TIME.size


def _up(seconds: float) -> int:
    return -int(-seconds // 1)
