"""What a VIN says by itself: its length, its check digit, its year letter (49 CFR 565)."""

from __future__ import annotations

import re

SHAPE = re.compile(r"[A-Z0-9]{17}", re.ASCII)
YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
WORTH = {str(digit): digit for digit in range(10)} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)


def unfit(vin: str) -> str | None:
    """Why a VIN cannot be sent at all, if so."""
    if len(vin) != 17:
        return f"a VIN has 17 characters, this one {len(vin)}"
    return None if SHAPE.fullmatch(vin) else "a VIN has letters and digits only"


def doubt(vin: str) -> str | None:
    """Why a VIN of the right shape cannot be right, if so."""
    if any(letter in "IOQ" for letter in vin):
        return "a VIN has no letters I, O and Q"
    total = sum(WORTH[letter] * weight for letter, weight in zip(vin, WEIGHTS, strict=True))
    due = "0123456789X"[total % 11]
    return None if vin[8] == due else f"the VIN's check digit is {vin[8]} where {due} is due"


def years(vin: str) -> tuple[int, ...]:
    """The model years that the tenth character can mean, thirty years apart."""
    place = YEARS.find(vin[9])
    return () if place < 0 else (1980 + place, 2010 + place)
