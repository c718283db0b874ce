"""The contract's members: how the text of a message becomes a value that the service takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from levcheck_client.adapters import vins
from levcheck_client.adapters.places import COUNTRIES, STATES
from levcheck_client.errors import OfflineUnavailable

Stated: TypeAlias = str | int | Decimal | bool
Takes: TypeAlias = Callable[[str], Stated]

NUMBER = re.compile(r"(?:[0-9]{1,8}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.[0-9]{1,6})?")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?")
UNITS = dict.fromkeys(("mi", "mile", "miles"), "mi") | dict.fromkeys(
    ("km", "kilometer", "kilometers", "kilometre", "kilometres"), "km"
)
TRUTH = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}
PARTIES = ("manufacturer", "dealer", "rental_agency", "individual", "business", "government")


class Unusable(ValueError):
    """What the message says is no value of the member."""


def _line(longest: int) -> Takes:
    def take(text: str) -> str:
        if len(text) > longest or CONTROL.search(text):
            raise Unusable(f"takes one line of at most {longest:,} characters")
        return text

    return take


def _word(*words: str) -> Takes:
    def take(text: str) -> str:
        word = text.lower().replace(" ", "_").replace("-", "_")
        if word not in words:
            raise Unusable(f"takes {', '.join(words)}, not {text[:40]!r}")
        return word

    return take


def _code(kind: str, codes: tuple[str, ...]) -> Takes:
    def take(text: str) -> str:
        if text.upper() not in codes:
            raise Unusable(f"takes {kind}, not {text[:40]!r}")
        return text.upper()

    return take


def _number(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise Unusable(f"takes a number, not {text[:40]!r}")
    return Decimal(text.replace(",", ""))


def _whole(least: int, most: int) -> Takes:
    def take(text: str) -> int:
        number = _number(text)
        if number != number.to_integral_value() or not least <= number <= most:
            raise Unusable(f"takes a whole number from {least:,} to {most:,}, not {text}")
        return int(number)

    return take


def _mileage(text: str) -> Decimal:
    number = _number(text)
    if number > 10_000_000:
        raise Unusable(f"takes at most 10,000,000, not {text}")
    return number


def _unit(text: str) -> str:
    if text.lower() not in UNITS:
        raise Unusable(f"takes miles or kilometres, not {text[:40]!r}")
    return UNITS[text.lower()]


def _truth(text: str) -> bool:
    if text.lower() not in TRUTH:
        raise Unusable(f"takes yes or no, not {text[:40]!r}")
    return TRUTH[text.lower()]


def _vin(text: str) -> str:
    vin = text.upper()
    if (fault := vins.unfit(vin)) is not None:
        raise Unusable(fault)
    return vin


def _date(text: str) -> str:
    """A day; of a time with an offset, the day in Virginia."""
    try:
        day = _day(text)
    except (ValueError, OverflowError, OfflineUnavailable):
        raise Unusable(f"takes a date such as 2025-06-01, not {text[:40]!r}") from None
    if not 1900 <= day.year <= 2199:
        raise Unusable(f"takes a date from 1900 to 2199, not {text[:40]!r}")
    return day.isoformat()


def _day(text: str) -> date:
    # Python 3.10 reads less than later ones do: both spellings are taken apart here.
    if (day := DAY.fullmatch(text)) is not None:
        return date(*map(int, day.groups()))
    if (moment := MOMENT.fullmatch(text)) is None:
        raise ValueError(text)
    offset = {None: "", "Z": "+00:00"}.get(moment[2], moment[2])
    when = datetime.fromisoformat(f"{moment[1]}{offset}")
    if when.utcoffset() is None:
        return when.date()
    from levcheck_client.virginia import zone

    return when.astimezone(zone()).date()


_STATE = _code("the code of a state, such as VA", STATES)
MEMBERS: dict[str, Takes] = {
    "reference": _line(64),
    "transaction.type": _word(
        "delivery", "offer", "sale", "lease", "import", "acquisition", "receipt", "purchase", "rental"
    ),
    "transaction.contract": _word("sale", "lease", "rental", "none"),
    "transaction.transfer": _word("ordinary", "inheritance", "court_decree"),
    "transaction.purpose": _word("use", "resale", "dismantling"),
    "transaction.date": _date,
    "transaction.state": _STATE,
    "vehicle.vin": _vin,
    "vehicle.kind": _word("vehicle", "engine"),
    "vehicle.vehicle_type": _word(
        "passenger_car", "light_duty_truck", "medium_duty_passenger_vehicle", "medium_duty_vehicle",
        "over_14000_lb", "motorcycle", "other",
    ),
    "vehicle.model_year": _whole(1900, 2100),
    "vehicle.gvwr_lb": _whole(1, 1_000_000),
    "vehicle.mileage": _mileage,
    "vehicle.mileage_unit": _unit,
    "vehicle.new_engine": _truth,
    "vehicle.off_highway_only": _truth,
    "vehicle.authorized_emergency_vehicle": _truth,
    "vehicle.military_tactical_vehicle": _truth,
    "vehicle.certification.california": _truth,
    "vehicle.certification.federal": _truth,
    "vehicle.certification.conforms": _truth,
    "vehicle.certification.label": _line(2_000),
    "vehicle.certification.executive_order": _line(64),
    "vehicle.certification.test_group": _line(64),
    "seller.type": _word(*PARTIES),
    "buyer.type": _word(*PARTIES),
    "destination.state": _STATE,
    "destination.country": _code("the code of a country, such as US", COUNTRIES),
    "relocation.purchased_in": _STATE,
    "relocation.registered_in": _STATE,
    "relocation.resident_of": _STATE,
    "relocation.became_virginia_resident": _truth,
}  # fmt: skip
"""Every member of the contract that a message could state, in the contract's order."""

BRANCHES = {"transaction.branch": "transaction.state", "destination.branch": "destination.state"}
"""Places that stand as codes of one's own, and the member that each becomes by the table of branches."""

NEEDED = (
    "transaction.type", "transaction.date", "vehicle.vin", "vehicle.vehicle_type", "vehicle.model_year",
    "vehicle.gvwr_lb", "vehicle.mileage", "vehicle.certification.california", "vehicle.certification.federal",
    "seller.type", "buyer.type", "destination.state",
)  # fmt: skip
"""The members that nothing safe is presumed of, so that their absence is always named."""

EVIDENCE = ("label", "executive_order", "test_group")
NUMBERS = ("vehicle.model_year", "vehicle.gvwr_lb", "vehicle.mileage")


def is_stated(fact: str, stated: set[str]) -> bool:
    """Whether a fact is stated, or evidence from which the service may read it."""
    block, _, last = fact.rpartition(".")
    if block != "vehicle.certification" or last not in ("california", "federal"):
        return fact in stated
    return fact in stated or any(f"{block}.{name}" in stated for name in EVIDENCE)
