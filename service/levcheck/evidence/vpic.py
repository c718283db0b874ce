"""NHTSA's vPIC, through the package `ultravin`, which only this file knows. It is never given the claimed model year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ultravin

from . import vin as rules
from .test_groups import TEST_GROUP

_CLASS = re.compile(r"([\d,]+) - ([\d,]+) lb")
_OR_LESS = re.compile(r"([\d,]+) lb or less")
_AND_ABOVE = re.compile(r"([\d,]+) lb and above")
_HEAVIEST = 1_000_000
_USED = (
    "Make", "Model", "Vehicle Type", "Body Class", "Fuel Type - Primary", "Gross Vehicle Weight Rating From",
    "Gross Vehicle Weight Rating To", "Other Engine Info", "Error Code", "Error Text",
)  # fmt: skip
_LISTED = "Test Group"  # where many are decoded at once a list is one text: what names this is decoded by itself
_IN_TEXT = re.compile(rf"(?<![A-Z0-9.])(?:{TEST_GROUP.pattern})(?!\.?[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What a VIN tells. `problem` says why its facts are not to be used (`vin_unverified`, `vin_not_assigned`), or is None.

    `gvwr_lb` is the gross vehicle weight rating as a range of whole pounds, both ends included; absent facts are None.
    """

    vin: str
    problem: str | None = None
    detail: str | None = None
    model_year: int | None = None
    make: str | None = None
    model: str | None = None
    vehicle_type: str | None = None
    body_class: str | None = None
    fuel: str | None = None
    gvwr_lb: tuple[int, int] | None = None
    test_group: str | None = None


@lru_cache(maxsize=4_096)
def decode(vin: str) -> Vehicle:
    """Decode a well-formed, upper-case VIN."""
    if wrong := rules.fault(vin):
        return _unusable(vin, wrong)
    decoded = ultravin.decode(vin)
    return _judged(vin, decoded["model_year"], list(decoded["error_codes"]) == [0], decoded["attributes"])


def decode_many(vins: Sequence[str]) -> Iterator[Vehicle]:
    """Decode many well-formed, upper-case VINs, in order: the same as `decode` of each, several times faster.

    Needs pyarrow.
    """
    import pyarrow

    wrong = {vin: fault for vin in vins if (fault := rules.fault(vin))}
    sound = [vin for vin in vins if vin not in wrong]
    stream = ultravin.decode_stream(pyarrow.table({"vin": pyarrow.array(sound, "string")}), columns=_USED, vin_column="vin")
    decoded = (row for batch in pyarrow.RecordBatchReader.from_stream(stream) for row in batch.to_pylist())
    for vin in vins:
        if vin in wrong:
            yield _unusable(vin, wrong[vin])
            continue
        row = next(decoded)
        if _LISTED in (row["Other Engine Info"] or ""):
            yield decode(vin)
        else:
            yield _judged(vin, row["decoded_model_year"], row["Error Code"] == "0", row)


def _judged(vin: str, year: int | None, clean: bool, attributes: Mapping[str, Any]) -> Vehicle:
    """What vPIC's answer tells, if it can be used."""
    if not clean:
        return _unusable(vin, f"NHTSA's vPIC does not know it cleanly ({_first_error(attributes)})")
    if year not in rules.model_years(vin):
        return _unusable(vin, f"its tenth character does not stand for the model year that vPIC gives, {year}")
    return _vehicle(vin, year, attributes)


def _unusable(vin: str, wrong: str) -> Vehicle:
    if rules.looks_unassigned(vin):
        told = f"The VIN {vin} looks like a placeholder that is not assigned yet ({wrong})."
        return Vehicle(vin, "vin_not_assigned", f"{told} If it is on the vehicle, read it again.")
    return Vehicle(vin, "vin_unverified", f"The VIN {vin} could not be verified: {wrong}. Read it again from the vehicle.")


def _first_error(attributes: Mapping[str, Any]) -> str:
    return str(attributes.get("Error Text") or "no answer").split(";")[-1].strip()


def _vehicle(vin: str, year: int | None, attributes: Mapping[str, Any]) -> Vehicle:
    def text(name: str) -> str | None:
        value = attributes.get(name)
        return str(value[0] if isinstance(value, list) and value else value) if value else None

    return Vehicle(
        vin,
        model_year=year,
        make=text("Make"),
        model=text("Model"),
        vehicle_type=text("Vehicle Type"),
        body_class=text("Body Class"),
        fuel=text("Fuel Type - Primary"),
        gvwr_lb=_weights(text("Gross Vehicle Weight Rating From"), text("Gross Vehicle Weight Rating To")),
        test_group=_test_group(attributes.get("Other Engine Info")),
    )


@lru_cache(maxsize=1_024)
def _weights(first: str | None, last: str | None) -> tuple[int, int] | None:
    """The range from vPIC's lowest to its highest weight class; the highest is often left out, and is then the lowest."""
    low, high = _class(first), _class(last or first)
    if low is None or high is None or low[0] > high[1]:
        return None
    return low[0], high[1]


def _class(text: str | None) -> tuple[int, int] | None:
    if not text:
        return None
    if match := _CLASS.search(text):
        return _pounds(match[1]), _pounds(match[2])
    if match := _OR_LESS.search(text):
        return 1, _pounds(match[1])
    if match := _AND_ABOVE.search(text):
        return _pounds(match[1]), _HEAVIEST
    return None


def _pounds(text: str) -> int:
    return int(text.replace(",", ""))


def _test_group(info: object) -> str | None:
    """The test group that Volkswagen and Audi write into their engine information; only where it is called one."""
    texts = info if isinstance(info, list) else [info]
    found = {m for text in texts if "Test Group" in str(text) for m in _IN_TEXT.findall(str(text).upper())}
    return found.pop() if len(found) == 1 else None
