"""Forms as requests of the contract: a field's name is the member's path, its value what a person chose or typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import marshmallow as ma
from werkzeug.datastructures import MultiDict

from ..api.parser import described
from ..api.schemas.request import CheckRequestSchema
from ..evidence.relocation import MEMBERS, RESIDENCY
from ..law import vocabulary as v
from ..law.logic.facts import Flag, Quantity, WholeNumber

UNKNOWN = "unknown"
"""The answer of someone who does not know: an explicit null, which is not asked for again."""
OPEN = "open"
"""Not presumed and not answered yet: an explicit null, which is asked for."""
VIN, LABEL = "vehicle.vin", "vehicle.certification.label"
RELOCATION = tuple(f"relocation.{name}" for name in MEMBERS)
TEXTS = (VIN, LABEL, "vehicle.certification.executive_order", "vehicle.certification.test_group", "reference")
FIELDS = (*(fact.name for fact in v.FACTS), *RELOCATION, *TEXTS)
_TRUTHS = {"yes": True, "no": False}
_NEVER_NULL = (v.day.name,)
_SCHEMA = CheckRequestSchema()
_LONGEST = 2_000
"""Characters of a field: no member takes more."""


class Unreadable(Exception):
    """Fields that cannot be read: what is wrong with each, by its name, and what to write instead."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = dict(faults)


def answers(form: MultiDict[str, str]) -> dict[str, str]:
    """The fields that were filled in, in the contract's order; the rest of what was sent is not looked at.

    Two different answers to one question become one that cannot be read.
    """
    told = {}
    for name in FIELDS:
        given = dict.fromkeys(text for sent in form.getlist(name) if (text := sent.strip()))
        if len(given) > 1:
            given.pop(OPEN, None)
        if given:
            told[name] = " / ".join(given)
    if VIN in told:
        told[VIN] = scanned(told[VIN])
    return told


def scanned(text: str) -> str:
    """A VIN as scanners and people write it: without spaces, in capitals, without the I that old labels begin with."""
    vin = re.sub(r"[\s-]", "", text).upper()
    return vin[1:] if len(vin) == 18 and vin.startswith("I") else vin


def request_of(told: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The request that answers make: as it would be sent, and as the service reads it. Raises Unreadable."""
    sent: dict[str, Any] = {}
    long = {
        name: f"It is longer than {_LONGEST:,} characters. {_write(name)}" for name in told if len(told[name]) > _LONGEST
    }
    if long:
        raise Unreadable(long)
    for name, text in told.items():
        *blocks, member = name.split(".")
        block = sent
        for part in blocks:
            if not isinstance(block.get(part), dict):
                block[part] = {}
            block = block[part]
        block.setdefault(member, _value(name, text))
    try:
        read: dict[str, Any] = _SCHEMA.load(sent)
    except ma.ValidationError as error:
        raise Unreadable(_faults(error, sent)) from None
    return sent, read


def _faults(error: ma.ValidationError, sent: Mapping[str, Any]) -> dict[str, str]:
    """What the schema refused, by field."""
    told = described(error.normalized_messages(), sent)  # type: ignore[no-untyped-call]
    details = {fault["pointer"][1:].replace("/", "."): fault["detail"] for fault in told}
    return {name: f"{detail if name == VIN else 'This cannot be read'}. {_write(name)}" for name, detail in details.items()}


_WRITE = {
    VIN: "A VIN has 17 letters and digits; leave it empty if it cannot be read.",
    v.mileage.name: "Write the miles in digits, such as 12 or 7499.5.",
    v.gvwr.name: "Write whole pounds, such as 4850.",
    v.model_year.name: "Write four digits, such as 2025.",
    v.day.name: "Write it as 2025-06-01.",
}


def _write(name: str) -> str:
    """What to do about a field that could not be read."""
    return _WRITE.get(name, "Choose one of the answers." if name in v.BY_NAME or name in RELOCATION else "Leave it out.")


def _value(name: str, text: str) -> Any:
    """A field's text as JSON would have it; what cannot be one stays text, for the schema to refuse."""
    if text in (UNKNOWN, OPEN) and name not in _NEVER_NULL:
        return None
    fact = v.BY_NAME.get(name)
    if name == f"relocation.{RESIDENCY}" or (isinstance(fact, Flag) and fact is not v.relocation):
        return _TRUTHS.get(text, text)
    if isinstance(fact, WholeNumber) or (isinstance(fact, Quantity) and fact is not v.day):
        return _number(text)
    return text


def _number(text: str) -> Any:
    """A number as people write it, with commas between thousands."""
    plain = re.sub(r"[,\s]", "", text)
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?", plain):
        return text
    return int(plain) if plain.isdigit() else Decimal(plain)
