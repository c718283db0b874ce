"""Texts as requests: what stands in a form's field or a table's cell becomes what the contract takes, nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import marshmallow as ma

from ..evidence.relocation import MEMBERS, RESIDENCY
from ..law import readings
from ..law import vocabulary as v
from ..law.logic.facts import Choice, Flag, Quantity, WholeNumber
from .loading import Loader
from .paging import VIRGINIA
from .parser import described
from .schemas.request import CheckRequestSchema

UNKNOWN = "unknown"
"""The text of someone who does not know: an explicit null."""
VIN, LABEL, UNIT, READING = "vehicle.vin", "vehicle.certification.label", "vehicle.mileage_unit", "reading"
ORDER, TEST_GROUP, REFERENCE = "vehicle.certification.executive_order", "vehicle.certification.test_group", "reference"
RELOCATION = tuple(f"relocation.{name}" for name in MEMBERS)
PATHS = (REFERENCE, READING, *(fact.name for fact in v.FACTS), UNIT, VIN, LABEL, ORDER, TEST_GROUP, *RELOCATION)
"""Every member that a text can stand for, by its path in the request."""
LONGEST = 2_000
"""Characters of a text: no member takes more."""

_MOST_NAMED = 12
_NUMBER = re.compile(r"([0-9]{1,12}|[0-9]{1,3}(,[0-9]{3}){1,3})(\.[0-9]{1,20})?")
_UNKNOWNS = (UNKNOWN, "null")
_TRUTHS = {"yes": True, "no": False, "true": True, "false": False}
NEVER_NULL = (v.day.name, UNIT, READING)
"""The members that nobody can say are unknown."""
_FREE = (REFERENCE, VIN, LABEL, ORDER, TEST_GROUP)
_WORDS: dict[str, tuple[Any, ...]] = {fact.name: fact.values for fact in v.FACTS if isinstance(fact, Choice)}
_WORDS |= {UNIT: ("mi", "km"), READING: tuple(readings.BY_NAME)}
_WORDS |= {path: v.place.values for path in RELOCATION if not path.endswith(RESIDENCY)}
_SPELLED = {path: {str(word).casefold(): word for word in words} for path, words in _WORDS.items()}
_LOADER = Loader(CheckRequestSchema())


class Unreadable(Exception):
    """Texts that cannot be read: what is wrong with each, by its path, and what to write instead."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = dict(faults)


def text_of(cell: object) -> str:
    """A cell of a typed table as the text that a person would write; of an instant its day in Virginia; none if empty."""
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).lower()
        case float() | Decimal():
            return _digits(Decimal(str(cell)))
        case datetime():
            return _day(cell).isoformat()
        case date():
            return cell.isoformat()
    return str(cell).strip()


def _digits(number: Decimal) -> str:
    """A number without an exponent, or zeros that say nothing."""
    if not number.is_finite():
        return str(number)
    text = format(number, "f") if number else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(moment: datetime) -> date:
    try:
        return (moment.astimezone(VIRGINIA) if moment.tzinfo else moment).date()
    except OverflowError:  # the first hours of the year 1, as systems write what they do not know
        return moment.date()


def scanned(text: str) -> str:
    """A VIN as scanners and people write it: without spaces, in capitals, without the I that old labels begin with."""
    vin = re.sub(r"[\s-]", "", text).upper()
    return vin[1:] if len(vin) == 18 and vin.startswith("I") else vin


def request_of(told: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The request that texts make, by the path of each: as it would be sent, and as the service reads it.

    Members without a text are left out. Raises Unreadable.
    """
    sent: dict[str, Any] = {}
    long = {path: f"It is longer than {LONGEST:,} characters. {_write(path)}" for path in told if len(told[path]) > LONGEST}
    if long:
        raise Unreadable(long)
    for path, text in told.items():
        *blocks, member = path.split(".")
        block = sent
        for part in blocks:
            if not isinstance(block.get(part), dict):
                block[part] = {}
            block = block[part]
        block.setdefault(member, value_of(path, text))
    try:
        read: dict[str, Any] = _LOADER.load(sent)
    except ma.ValidationError as error:
        raise Unreadable(_faults(error, sent)) from None
    return sent, read


def words_of(path: str) -> tuple[str, ...]:
    """The texts that a member takes, whatever their case, where it takes only some; none where it takes any."""
    fact = v.BY_NAME.get(path)
    truth = path.endswith(RESIDENCY) or (isinstance(fact, Flag) and fact is not v.relocation)
    words = tuple(_TRUTHS) if truth else tuple(map(str, _WORDS.get(path, ()))) if fact is not v.relocation else ()
    return words + (() if path in NEVER_NULL else _UNKNOWNS)


def value_of(path: str, text: str) -> Any:
    """A text as JSON would have it; what cannot be one stays text, for the schema to refuse."""
    plain = text.strip().casefold()
    if plain in _UNKNOWNS and path not in NEVER_NULL:
        return None
    if path in _FREE:
        return scanned(text) if path == VIN else text
    fact = v.BY_NAME.get(path)
    if path.endswith(RESIDENCY) or (isinstance(fact, Flag) and fact is not v.relocation):
        return _TRUTHS.get(plain, text)
    if isinstance(fact, WholeNumber) or (isinstance(fact, Quantity) and fact is not v.day):
        return _number(text)
    return _SPELLED.get(path, {}).get(plain, text)


def _number(text: str) -> Any:
    """A number as people write it, with commas between thousands, and nowhere else: elsewhere 7499,5 is not 74995."""
    plain = re.sub(r"\s", "", text)
    if not _NUMBER.fullmatch(plain):
        return text
    plain = plain.replace(",", "")
    return int(plain) if plain.isdigit() else Decimal(plain)


def _faults(error: ma.ValidationError, sent: Mapping[str, Any]) -> dict[str, str]:
    """What the schema refused, by path."""
    told = described(error.normalized_messages(), sent)  # type: ignore[no-untyped-call]
    details = {fault["pointer"][1:].replace("/", "."): fault["detail"] for fault in told}
    return {path: f"{detail if path == VIN else 'This cannot be read'}. {_write(path)}" for path, detail in details.items()}


_WRITE = {
    v.destination_country.name: "Write a code such as US or CA, or unknown.",
    VIN: "A VIN has 17 letters and digits; leave it empty if it cannot be read.",
    v.mileage.name: "Write the miles in digits, such as 12 or 7499.5.",
    v.gvwr.name: "Write whole pounds, such as 4850.",
    v.model_year.name: "Write four digits, such as 2025.",
    v.day.name: "Write it as 2025-06-01.",
}


def _write(path: str) -> str:
    """What to do about a text that could not be read."""
    if path in _WRITE:
        return _WRITE[path]
    words = ("yes", "no") if isinstance(v.BY_NAME.get(path), Flag) or path.endswith(RESIDENCY) else _WORDS.get(path)
    if words is None or path == v.relocation.name:
        return "Leave it out."
    never = "" if path in NEVER_NULL else ", or unknown"
    return (
        f"Write one of: {', '.join(map(str, words))}{never}."
        if len(words) <= _MOST_NAMED
        else f"Write a code such as VA{never}."
    )
