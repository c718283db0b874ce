"""What befalls each request on a contrary line, drawn from a seed and the request's number."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields
from typing import Literal, NamedTuple, TypeAlias, get_args

Fault: TypeAlias = Literal["unavailable", "reset_before", "reset_after", "truncated", "in_flight", "stalled"]
FAULTS: tuple[Fault, ...] = get_args(Fault)


@dataclass(frozen=True, slots=True)
class Rates:
    """How often what happens, each from 0 to 1. A request meets one of the faults at most, whose rates add up to 1 at most.

    unavailable   503 with `Retry-After`; the service never sees the request
    reset_before  the connection is reset; the service never sees the request
    reset_after   the connection is reset when the service has answered: what it recorded is recorded
    truncated     the service's answer breaks off in its body
    in_flight     409 `idempotency_in_flight` with `Retry-After`, for a request with an `Idempotency-Key`
    stalled       silence for `stall_s` seconds, then the service's answer
    delayed       a pause of up to `longest_delay_s` seconds beforehand
    reordered     the members of every object in the answer come in another order
    extended      objects in the answer have members that the contract does not know
    """

    unavailable: float = 0.0
    reset_before: float = 0.0
    reset_after: float = 0.0
    truncated: float = 0.0
    in_flight: float = 0.0
    stalled: float = 0.0
    delayed: float = 0.0
    reordered: float = 0.0
    extended: float = 0.0
    longest_delay_s: float = 0.3
    stall_s: float = 6.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value, is_rate = getattr(self, field.name), not field.name.endswith("_s")
            if not 0 <= value <= (1 if is_rate else 3_600):
                raise ValueError(f"{field.name} is from 0 to {'1' if is_rate else '3600 seconds'}, not {value!r}")
        if sum(getattr(self, fault) for fault in FAULTS) > 1 + 1e-9:
            raise ValueError(f"the rates of {', '.join(FAULTS)} add up to more than 1")


CONTRARY = Rates(
    unavailable=0.05,
    reset_before=0.02,
    reset_after=0.02,
    truncated=0.01,
    in_flight=0.01,
    stalled=0.002,
    delayed=0.2,
    reordered=0.25,
    extended=0.25,
)
"""A bad line and a busy service."""


class Fate(NamedTuple):
    """What befalls one request; `chance` decides the details."""

    fault: Fault | None
    pause_s: float
    stall_s: float
    reordered: bool
    extended: bool
    chance: random.Random


def fate(rates: Rates, seed: int, number: int) -> Fate:
    """The fate of the request with this number: the same for the same seed, whatever befalls the others."""
    chance = random.Random(f"{seed} {number}")
    draw, delayed, pause, reordered, extended = (chance.random() for _ in range(5))
    return Fate(
        fault=_fault(rates, draw),
        pause_s=pause * rates.longest_delay_s if delayed < rates.delayed else 0.0,
        stall_s=rates.stall_s,
        reordered=reordered < rates.reordered,
        extended=extended < rates.extended,
        chance=chance,
    )


def _fault(rates: Rates, draw: float) -> Fault | None:
    for each in FAULTS:
        draw -= getattr(rates, each)
        if draw < 0:
            return each
    return None
