"""Files of certifications and Executive Orders, read row by row: what was read, refused and found inconsistent."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import python_calamine

from . import orders, test_groups
from .orders import Order
from .registry import Certification

Row = Sequence[object]
Progress = Callable[[Sequence[Row]], Iterable[Row]]


class UnreadableFile(ValueError):
    """The file is not a table that can be imported; the message says what was looked for."""


@dataclass
class Report:
    """What an import came to. `refused` and `inconsistent` are sentences, each naming the row or the test group."""

    rows: int = 0
    certifications: list[Certification] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    inconsistent: list[str] = field(default_factory=list)


def read_file(path: Path, progress: Progress = iter) -> Report:
    """Import a file: an EPA Green Vehicle Guide list, or a list of CARB Executive Orders, as .xlsx or .csv.

    Tables copied from a web page, with tabs between the cells, are read too.

    `progress` wraps the rows as they are read. Raises UnreadableFile.
    """
    rows = _rows(path)
    if not rows:
        raise UnreadableFile(f"{path.name} has no rows")
    header = [" ".join(str(cell).split()).casefold() for cell in rows[0]]
    if {"cert region", "underhood id"} <= set(header):
        return _epa(path.stem, header, progress(rows[1:]))
    number = _first(header, "eo #", "eo", "eo number", "executive order", "executive order #", "executive_order")
    group = _first(header, "test group", "engine family", "test group / engine family", "test_group")
    if number is not None and group is not None:
        return _carb(path.name, number, group, progress(rows[1:]))
    raise UnreadableFile(
        f"{path.name} has neither the columns of EPA's list (Cert Region, Underhood ID) nor those of CARB's "
        f"(EO #, Test Group or Engine Family); its first row is: {', '.join(header[:8])}"
    )


def _first(header: list[str], *names: str) -> int | None:
    """The place of the first column with one of these names: CARB's lists name them differently from page to page."""
    return next((place for place, name in enumerate(header) if name in names), None)


def _rows(path: Path) -> list[Row]:
    try:
        if path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"):
            return list(python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        first = text.partition("\n")[0]
        return list(csv.reader(io.StringIO(text), delimiter=max(",;\t|", key=first.count)))
    except (OSError, UnicodeDecodeError, csv.Error, python_calamine.CalamineError) as error:
        raise UnreadableFile(f"{path.name} cannot be read as a table: {error}") from error


def _epa(edition: str, header: list[str], rows: Iterable[Row]) -> Report:
    report = Report()
    region_at, group_at = header.index("cert region"), header.index("underhood id")
    model_at = header.index("model") if "model" in header else None
    regions: dict[str, set[str]] = defaultdict(set)
    makes: dict[str, set[str]] = defaultdict(set)
    for number, row in enumerate(rows, start=2):
        report.rows += 1
        region = str(row[region_at]).strip().upper() if len(row) > region_at else ""
        stated = str(row[group_at]) if len(row) > group_at else ""
        group = test_groups.normalised(stated)
        if group is None or not test_groups.model_years(group):
            report.refused.append(f"row {number}: {stated!r} does not have the form of a test group")
        elif region not in ("CA", "FA"):
            report.refused.append(f"row {number}: region {region!r} is neither CA (California) nor FA (federal)")
        else:
            regions[group].add(region)
            makes[group] |= (
                set(str(row[model_at]).upper().split()[:1]) if model_at is not None and len(row) > model_at else set()
            )
    years = [min(test_groups.model_years(group)) for group in regions]
    usual = max(set(years), key=years.count, default=None)
    for group, found in sorted(regions.items()):
        made_by = tuple(sorted(makes[group]))
        report.certifications.append(
            Certification(group, "CA" in found, "FA" in found, (edition.replace(" ", "_"),), made_by)
        )
        if len(found) == 1:
            only = "California" if "CA" in found else "federal"
            report.inconsistent.append(f"{group} has {only} rows only; a missing row proves nothing")
        if min(test_groups.model_years(group)) != usual:
            report.inconsistent.append(f"{group} begins with another model year's letter than most of this file")
    return report


def _carb(source: str, number_at: int, group_at: int, rows: Iterable[Row]) -> Report:
    report = Report()
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    for row_number, row in enumerate(rows, start=2):
        report.rows += 1
        number = orders.normalised(str(row[number_at])) if len(row) > number_at else ""
        group = test_groups.normalised(str(row[group_at])) if len(row) > group_at else None
        if not orders.is_vehicle_order(number):
            report.refused.append(f"row {row_number}: {orders.why_not_evidence(number)}")
        elif group is None:
            report.refused.append(f"row {row_number}: {number} names no test group of the right form")
        else:
            groups[number][group] = None
    report.orders = [Order(number, tuple(named), source.replace(" ", "_")) for number, named in groups.items()]
    for order in report.orders:
        if len({test_groups.model_years(group) for group in order.test_groups}) > 1:
            report.inconsistent.append(f"{order.number} names test groups of more than one model year")
    return report
