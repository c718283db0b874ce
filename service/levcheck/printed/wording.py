"""The words and figures of a certificate: what a fact is called on paper, how its value reads, where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..law import vocabulary as v
from .sheet import NOT_KNOWN

LABELS = {
    v.act.name: "Act",
    v.contract.name: "Contract",
    v.transfer.name: "Transfer",
    v.purpose.name: "Purpose",
    v.day.name: "Date of the act",
    v.place.name: "Place of the act",
    v.kind.name: "Vehicle or engine",
    v.vehicle_type.name: "Class",
    v.model_year.name: "Model year",
    v.gvwr.name: "Weight rating",
    v.mileage.name: "Mileage",
    v.new_engine.name: "New engine",
    v.off_highway_only.name: "Off-highway only",
    v.emergency.name: "Emergency vehicle",
    v.military.name: "Military tactical vehicle",
    v.california.name: "California-certified",
    v.federal.name: "Federally certified",
    v.conforms.name: "Conforms to the standards",
    v.seller.name: "Seller",
    v.buyer.name: "Buyer",
    v.destination_state.name: "Destination",
    v.destination_country.name: "Destination country",
    v.relocation.name: "Move to Virginia (B 11)",
}
SOURCES = {
    "stated": "stated",
    "vin": "from the VIN",
    "registry": "EPA's list",
    "executive_order": "CARB order",
    "label": "emission label",
    "account": "account",
    "default": "PRESUMED",
    "derived": "follows",
    "conflict": "sources disagree",
}
ASSURANCES = {
    "on_file": "a CARB Executive Order on file",
    "listed": "EPA's certification list",
    "label": "the emission label or certificate of origin",
    "claimed": "a claim, not verified",
}
_LONGEST = 90
_OPEN_ENDED = {v.mileage.name: v.mileage, v.gvwr.name: v.gvwr, v.model_year.name: v.model_year}


def label(name: str) -> str:
    """What a fact is called on paper."""
    return LABELS.get(name, name)


def value(fact: Mapping[str, Any]) -> str:
    """What is known of a fact."""
    if fact["state"] == "open":
        return NOT_KNOWN
    told = [_one(fact["fact"], value) for value in fact["values"]]
    told += [_range(fact["fact"], r["min"], r["max"]) for r in fact["ranges"]]
    return cut(begun(" or ".join(told)), _LONGEST) or NOT_KNOWN


def _one(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == v.day.name:
        return day(str(value))
    if isinstance(value, int | Decimal):
        return number(value) if name == v.model_year.name else f"{number(value, ',')}{_unit(name)}"
    text = str(value)
    return text if text.isupper() else text.replace("14000", "14,000").replace("_duty_", "-duty ").replace("_", " ")


def _range(name: str, low: Any, high: Any) -> str:
    fact = _OPEN_ENDED.get(name)
    if fact and high == fact.most:
        return f"{_one(name, low)} or more"
    if fact and low == fact.least:
        return f"{_one(name, high)} or less"
    return f"{_one(name, low).removesuffix(_unit(name))} to {_one(name, high)}"


def _unit(name: str) -> str:
    unit = v.BY_NAME[name].unit if name in v.BY_NAME else None
    return f" {unit}" if unit else ""


def number(value: int | Decimal, grouping: str = "") -> str:
    """A number digit by digit, never in powers of ten; zeros at the end of a fraction are left out."""
    if isinstance(value, Decimal) and value.adjusted() < -12:
        return "0" if value == 0 else "under 0.000000000001"
    text = format(value, f"{grouping}f") if isinstance(value, Decimal) else format(value, grouping)
    return text.rstrip("0").rstrip(".") if "." in text else text


def figure(value: int | Decimal | str) -> str:
    """A number with commas between thousands; a text as it was typed."""
    return value if isinstance(value, str) else number(value, ",")


def odometer(value: int | Decimal, unit: str, miles: str) -> str:
    """The odometer as stated; in miles too where it is stated in kilometres."""
    told = f"{cut(number(value, ','), 24)} {unit}"
    return told if unit == "mi" else f"{told} (= {miles})"


def day(text: str) -> str:
    """A calendar date in words."""
    moment = date.fromisoformat(text)
    return f"{moment:%B} {moment.day}, {moment.year}"


def time(text: str) -> str:
    """A moment to the second, in UTC."""
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S} UTC"


def begun(text: str) -> str:
    """The text with its first letter a capital."""
    return f"{text[:1].upper()}{text[1:]}"


def cut(text: str, longest: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def whole(text: Any) -> str:
    """A caller's text as characters that can be written: a lone surrogate becomes a question mark."""
    return str(text).encode("utf-8", "replace").decode("utf-8")


def places(citations: Sequence[str]) -> str:
    """Citations run together as the chapter cites itself: `9VAC5-95-20 B New motor vehicle, -30 A, B 1, B 6`."""
    told: list[str] = []
    before = ""
    for citation in citations:
        section, _, place = citation.partition(" ")
        short = section if not told else section.removeprefix("9VAC5-95")
        told.append(place if section == before else f"{short} {place}".strip())
        before = section
    return ", ".join(told)
