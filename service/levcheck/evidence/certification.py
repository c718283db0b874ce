"""Evidence of certification: orders, EPA's list, labels and the caller's word, as claims with their strength."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..law.logic.facts import known
from ..law.vocabulary import california, federal, model_year
from . import labels, orders, test_groups
from .claims import Claim, Conflict, FactState, Notice, combined, plain
from .registry import Certification, Registry
from .request import stated as stated_value
from .vpic import Vehicle

STRENGTH = ("claimed", "label", "listed", "on_file")
"""How well California certification is shown, weakest first."""

TEST_GROUP = "vehicle.certification.test_group"


@dataclass
class Shown:
    """What the evidence says of California and federal certification and of the model year, and what is to be told of it."""

    california: list[Claim] = field(default_factory=list)
    federal: list[Claim] = field(default_factory=list)
    model_year: list[Claim] = field(default_factory=list)
    strengths: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def shows_california(self, source: str, strength: str) -> None:
        self.california.append(Claim(source, known(True, california)))
        self.strengths.append(strength)

    def shows_federal(self, source: str) -> None:
        self.federal.append(Claim(source, known(True, federal)))

    @property
    def assurance(self) -> str | None:
        """The strongest evidence for California certification."""
        return max(self.strengths, key=STRENGTH.index, default=None)


def shown(request: Mapping[str, Any], vehicle: Vehicle | None, years: tuple[Claim, ...], registry: Registry) -> Shown:
    """Read the certification block and the VIN's own test group. `years` are the other sources' claims of the model year."""
    result = Shown()
    _label(stated_value(request, "vehicle.certification.label"), years, result)
    state, _ = combined(model_year, (*years, *result.model_year))
    groups, usable = _test_groups(stated_value(request, TEST_GROUP), vehicle, state, result)
    if usable:
        _list(groups, vehicle, registry, result)
    order = stated_value(request, "vehicle.certification.executive_order")
    _order(order, groups, state if usable else None, registry, result)
    return result


def _label(sentence: str | None, years: tuple[Claim, ...], result: Shown) -> None:
    if not sentence:
        return
    label = labels.read(sentence)
    if label.california is None:
        text = "The label's sentence is not one that is known to show or rule out California certification"
        told = "; it shows only the federal one." if label.federal else "; it was not used."
        result.notices.append(Notice("label_not_recognized", text + told))
    if label == labels.UNREADABLE:
        return
    if label.model_year is not None and model_year.least <= label.model_year <= model_year.most:
        result.model_year.append(Claim("label", known(label.model_year, model_year)))
        if combined(model_year, (*years, *result.model_year))[1]:
            text = (
                f"The label's sentence is for model year {label.model_year}, which is not this vehicle's; it was not used."
            )
            result.notices.append(Notice("label_model_year", text))
            return
    if label.california:
        result.shows_california("label", "label")
    elif label.california is False:
        result.california.append(Claim("label", known(False, california)))
    if label.federal:
        result.shows_federal("label")


def _test_groups(text: str | None, vehicle: Vehicle | None, year: FactState, result: Shown) -> tuple[dict[str, str], bool]:
    """The test groups that may be this vehicle's, each with its source, and whether they may speak for it.

    A VIN's group of another year is left out: vPIC is often a year behind. A stated one silences the others too.
    """
    groups: dict[str, str] = {}
    if text:
        if group := test_groups.normalised(text):
            groups[group] = "stated"
        else:
            told = f"{text!r} does not have the form of a test group (12 characters, as on the label); it was not used."
            result.notices.append(Notice("test_group_not_recognized", told))
    if vehicle and vehicle.test_group:
        groups.setdefault(vehicle.test_group, "vin")
    if len(groups) > 1:
        claims = tuple((source, group) for group, source in groups.items())
        told = f"The stated test group is {claims[0][1]}, the VIN's is {claims[1][1]}."
        result.conflicts.append(Conflict(TEST_GROUP, claims, told))
    misfits = {group: source for group, source in groups.items() if not _fits_year(group, year)}
    for group, source in misfits.items():
        _tell_misfit(group, source, year, result)
    left = {group: source for group, source in groups.items() if source == "stated" or group not in misfits}
    return left, not set(left) & set(misfits)


def _fits_year(group: str, year: FactState) -> bool:
    """Whether a test group is of this vehicle's model year, its first character saying which years it is for.

    While sources disagree about the year, no group is: it would speak for one of the years and not for the other.
    """
    years = test_groups.model_years(group)
    return year.source == "unknown" or all(low == high and low in years for low, high in year.possible.intervals)


def _tell_misfit(group: str, source: str, year: FactState, result: Shown) -> None:
    likeliest = min(test_groups.model_years(group), key=lambda y: abs(y - 2025), default="no")
    text = f"Test group {group} is for model year {likeliest}, which is not known to be this vehicle's; it was not used."
    result.notices.append(Notice("test_group_model_year", text, "info" if source == "vin" else "warning"))
    if source == "stated":
        years_said = (year.source, plain(year.possible))
        result.conflicts.append(Conflict(TEST_GROUP, ((source, group), years_said), text))


def _list(groups: dict[str, str], vehicle: Vehicle | None, registry: Registry, result: Shown) -> None:
    """EPA's list speaks when every test group that may be this vehicle's has the row, and is of this vehicle's make."""
    entries = {group: registry.certification(group) for group in groups}
    for group, entry in entries.items():
        if entry and vehicle and _is_of_another_make(entry, vehicle):
            text = f"Test group {group} is of {' and '.join(entry.makes)}, the VIN is of {vehicle.make}; it was not used."
            claims = ((groups[group], group), ("vin", str(vehicle.make)))
            result.conflicts.append(Conflict(TEST_GROUP, claims, text))
            return
    if entries and all(entry and entry.california for entry in entries.values()):
        result.shows_california("registry", "listed")
    if entries and all(entry and entry.federal for entry in entries.values()):
        result.shows_federal("registry")
    for group, entry in entries.items():
        if entry is None:
            text = f"Test group {group} is not in EPA's certification list on file. That proves nothing either way."
            result.notices.append(Notice("test_group_not_listed", text, "info"))
        elif not entry.california:
            text = f"EPA's list has only federal rows for test group {group}. A missing California row proves nothing."
            result.notices.append(Notice("test_group_federal_rows_only", text))


def _is_of_another_make(entry: Certification, vehicle: Vehicle) -> bool:
    return bool(entry.makes and vehicle.make) and str(vehicle.make).upper().split()[0] not in entry.makes


def _order(text: str | None, groups: dict[str, str], year: FactState | None, registry: Registry, result: Shown) -> None:
    """An order on file speaks when it names every test group that may be this vehicle's; `year` is None if none fits."""
    if not text:
        return
    number = orders.normalised(text)
    if not orders.is_vehicle_order(number):
        told = f"{orders.why_not_evidence(number)} It shows nothing about California certification."
        result.notices.append(Notice("executive_order_not_evidence", told))
        return
    order = registry.order(number)
    if order is None:
        told = f"Executive Order {number} has the right form but is not on file here: it is taken at the caller's word."
        result.notices.append(Notice("executive_order_not_on_file", told, "info"))
        result.shows_california("executive_order", "claimed")
        return
    if not set(groups) <= set(order.test_groups):
        claims = (("executive_order", list(order.test_groups)), *((source, group) for group, source in groups.items()))
        named, had = ", ".join(order.test_groups), ", ".join(groups)
        told = f"Executive Order {number} on file names {named}, not {had}; it was not used."
        result.conflicts.append(Conflict(TEST_GROUP, claims, told))
        return
    if year and any(_fits_year(group, year) for group in order.test_groups):
        result.shows_california("executive_order", "on_file")
        return
    told = f"Executive Order {number} on file is for a model year that is not known to be this vehicle's; it was not used."
    result.notices.append(Notice("executive_order_model_year", told))
