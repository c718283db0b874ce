"""Forms as requests of the contract: a field's name is the member's path, its value what a person chose or typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import marshmallow as ma

from ..api.parser import described
from ..api.schemas.request import CheckRequestSchema
from ..evidence.relocation import RESIDENCY, STATE_MEMBERS
from ..law import vocabulary as v
from ..law.logic.facts import Flag, Quantity, WholeNumber

UNKNOWN = "unknown"
"""The answer of someone who does not know: an explicit null, which is not asked for again."""
VIN, LABEL = "vehicle.vin", "vehicle.certification.label"
RELOCATION = tuple(f"relocation.{name}" for name in (*STATE_MEMBERS, RESIDENCY))
TEXTS = (VIN, LABEL, "vehicle.certification.executive_order", "vehicle.certification.test_group", "reference")
FIELDS = (*(fact.name for fact in v.FACTS if fact is not v.relocation), *RELOCATION, *TEXTS)
_TRUTHS = {"yes": True, "no": False}
_NEVER_NULL = (v.day.name, "vehicle.mileage_unit")
_SCHEMA = CheckRequestSchema()


class Unreadable(Exception):
    """Fields that cannot be read: what is wrong with each, by its name, and what to write instead."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = dict(faults)


def answers(form: Mapping[str, str]) -> dict[str, str]:
    """The fields that were filled in, in the contract's order; the rest of what was sent is not looked at."""
    told = {name: form.get(name, "").strip() for name in FIELDS}
    told[VIN] = scanned(told[VIN])
    return {name: text for name, text in told.items() if text}


def scanned(text: str) -> str:
    """A VIN as scanners and people write it: without spaces, in capitals, without the I that old labels begin with."""
    vin = re.sub(r"[\s-]", "", text).upper()
    return vin[1:] if len(vin) == 18 and vin.startswith("I") else vin


def request_of(told: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The request that answers make: as it would be sent, and as the service reads it. Raises Unreadable."""
    sent: dict[str, Any] = {}
    for name, text in told.items():
        block = sent
        *blocks, member = name.split(".")
        for part in blocks:
            block = block.setdefault(part, {})
        block[member] = _value(name, text)
    try:
        read: dict[str, Any] = _SCHEMA.load(sent)
    except ma.ValidationError as error:
        faults = {}
        for fault in described(error.normalized_messages(), sent):  # type: ignore[no-untyped-call]
            faults[fault["pointer"][1:].replace("/", ".")] = f"{fault['detail']}. {_WRITE.get(fault['pointer'], '')}".strip()
        raise Unreadable(faults) from None
    return sent, read


_WRITE = {
    "/vehicle/vin": "A VIN has 17 letters and digits; leave it empty if it cannot be read.",
    "/vehicle/mileage": "Write the miles in digits, such as 12 or 7499.5.",
    "/vehicle/gvwr_lb": "Write whole pounds, such as 4850.",
    "/vehicle/model_year": "Write four digits, such as 2025.",
}


def _value(name: str, text: str) -> Any:
    """A field's text as JSON would have it; what cannot be one stays text, for the schema to refuse."""
    if text == UNKNOWN and name not in _NEVER_NULL:
        return None
    fact = v.BY_NAME.get(name)
    if isinstance(fact, Flag) or name == f"relocation.{RESIDENCY}":
        return _TRUTHS.get(text, text)
    if isinstance(fact, WholeNumber) or (isinstance(fact, Quantity) and fact is not v.day):
        return _number(text)
    return text


def _number(text: str) -> Any:
    """A number as people write it, with commas between thousands."""
    plain = text.replace(",", "").replace(" ", "")
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?", plain):
        return text
    try:
        return int(plain) if plain.isdigit() else Decimal(plain)
    except InvalidOperation:
        return text
