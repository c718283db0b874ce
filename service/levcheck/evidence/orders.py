"""CARB Executive Orders: the form of their numbers, and those that were imported."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .text import plain_text

_VEHICLE_ORDER = re.compile(r"A-(?!000)[0-9]{3}-(?!0000)[0-9]{4}(-[0-9]{1,2})?")
_OTHER_ORDER = re.compile(r"([DMU])-[0-9A-Z-]*[0-9][0-9A-Z-]*")
_CALLED_ONE = re.compile(r"^\s*(?:CARB\s+)?(?:Executive Order|E\.?O\.?(?![A-Z]))\s*(?:No\.?|Number|#)?[\s:]*", re.IGNORECASE)
_NOT_VEHICLES = {"D": "an aftermarket part", "M": "a motorcycle", "U": "an off-road engine"}


@dataclass(frozen=True, slots=True)
class Order:
    """An Executive Order on file: its number, the test groups it covers and where the entry came from."""

    number: str
    test_groups: tuple[str, ...]
    source: str


def normalised(text: str) -> str:
    """The number alone, in upper case, with a plain hyphen for each hyphen or space: CARB's page prints U+2011."""
    return re.sub(r"[\s-]+", "-", _CALLED_ONE.sub("", plain_text(text)).strip()).upper()


def is_vehicle_order(number: str) -> bool:
    """Whether a normalised number has the form of an order for on-road vehicles: A-, maker, serial, perhaps a revision.

    Neither maker nor serial is all noughts: that is the picture of the form, copied.
    """
    return _VEHICLE_ORDER.fullmatch(number) is not None


def why_not_evidence(number: str) -> str:
    """Why a normalised number that is not a vehicle order's shows nothing about a vehicle."""
    if match := _OTHER_ORDER.fullmatch(number):
        return f"{number} is an order for {_NOT_VEHICLES[match[1]]}, not for a vehicle."
    return f"{number or 'It'} does not have the form of an Executive Order for vehicles (A-000-0000 or A-000-0000-0)."
