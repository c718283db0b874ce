"""What real VINs and real EPA lists come to: how many VINs decide the weight limit, the class and the certification.

    python benchmarks/real_data.py VINS.csv [EPA_LIST.xlsx ...]

VINS.csv has a column `vin`. Each is checked as a dealer's sale to a resident of Virginia with 12 miles and no more said.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

from levcheck.check import check
from levcheck.evidence import imports, vin, vpic
from levcheck.evidence.registry import Registry

COVERED = {"passenger_car", "light_duty_truck", "medium_duty_passenger_vehicle", "medium_duty_vehicle"}


def main(vins: Path, lists: list[Path]) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(Path(folder))
        for path in lists:
            report = imports.read_file(path)
            registry.add_certifications(report.certifications)
            print(
                f"{path.name}: {report.rows:,} rows, {len(report.refused)} refused, "
                f"{len(report.certifications)} test groups, "
                f"{sum(c.california for c in report.certifications)} of them with a California row, "
                f"{len(report.inconsistent)} inconsistent"
            )
        with vins.open(encoding="utf-8-sig", newline="") as file:
            numbers = [row["vin"].strip() for row in csv.DictReader(file)]
        for since in (None, 2025):
            tell([number for number in numbers if _wanted(number, since)], registry, since)


def _wanted(number: str, since: int | None) -> bool:
    if since is None:
        return True
    year = vpic.decode(number.upper()).model_year if vin.is_well_formed(number) else None
    return year is not None and year >= since


def tell(numbers: list[str], registry: Registry, since: int | None) -> None:
    """Print what some VINs come to."""
    counts: Counter[str] = Counter()
    for number in numbers:
        if not vin.is_well_formed(number):
            counts["not 17 letters and digits"] += 1
            continue
        request = {
            "transaction": {"type": "sale", "date": date(2025, 6, 1)},
            "vehicle": {"vin": number.upper(), "mileage": 12},
            "seller": {"type": "dealer"},
            "buyer": {"type": "individual"},
            "destination": {"state": "VA"},
        }
        result = check(request, today=date(2025, 6, 1), registry=registry)
        facts = {fact["fact"]: fact for fact in result["facts"]}
        status = {finding["provision"]: finding["status"] for finding in result["findings"]}
        counts[vpic.decode(number.upper()).problem or "decoded cleanly"] += 1
        counts["decide the model year"] += facts["vehicle.model_year"]["state"] == "known"
        counts["decide the weight limit and the model year (-10)"] += status["9VAC5-95-10"] != "unknown"
        classes = set(facts["vehicle.vehicle_type"]["values"])
        counts["decide that the class is a listed one"] += bool(classes) and classes <= COVERED
        counts["decide the class itself"] += facts["vehicle.vehicle_type"]["state"] == "known"
        counts["decide California certification"] += facts["vehicle.certification.california"]["state"] == "known"
        counts[f"verdict: {result['verdict']}"] += 1
    print(f"\n{len(numbers)} VINs" + (f" of model year {since} and later" if since else ""))
    for name, count in sorted(counts.items()):
        print(f"  {count:5}  {name}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
