"""Vehicle identification numbers of real vehicles, as sellers have published them, and what NHTSA's vPIC tells of each."""

from __future__ import annotations

from dataclasses import dataclass

PERSONS_OR_PROPERTY = frozenset({"passenger_car", "light_duty_truck"})


@dataclass(frozen=True)
class Real:
    """One real vehicle: model year, make, classes that remain possible, weight rating in pounds (None: vPIC has none)."""

    vin: str
    model_year: int
    make: str
    classes: frozenset[str]
    gvwr_lb: tuple[int, int] | None


REAL = (
    Real("4S4GUHU63S3737318", 2025, "SUBARU", PERSONS_OR_PROPERTY, (4001, 5000)),
    Real("JM3KJDHDXS1128660", 2025, "MAZDA", PERSONS_OR_PROPERTY, (6001, 7000)),
    Real("1FTEW3LP9SKE98169", 2025, "FORD", frozenset({"light_duty_truck"}), (6001, 7000)),
    Real("2HGFE4F86SH011469", 2025, "HONDA", frozenset({"passenger_car"}), (4001, 5000)),
    Real(
        "3C6MRVSGXSE503535",
        2025,
        "RAM",
        frozenset({"medium_duty_passenger_vehicle", "medium_duty_vehicle"}),
        (9001, 10_000),
    ),
    Real("1GT4UVEY9SF358134", 2025, "GMC", frozenset({"medium_duty_vehicle"}), (10_001, 14_000)),
    Real("1C6RJTBG8TL161612", 2026, "JEEP", frozenset({"light_duty_truck"}), (6001, 7000)),
    Real("1FTFW5L88TFA10526", 2026, "FORD", frozenset({"light_duty_truck"}), (7001, 8000)),
    Real("5J8TC2H86TL800638", 2026, "ACURA", PERSONS_OR_PROPERTY, (5001, 6000)),
    Real("1G1YC2D47T5102754", 2026, "CHEVROLET", frozenset({"passenger_car"}), None),
    Real("WVWJF7CD8TW190545", 2026, "VOLKSWAGEN", frozenset({"passenger_car"}), (4001, 5000)),
    Real("1FDUF5HT8TDA00915", 2026, "FORD", frozenset({"passenger_car", "over_14000_lb"}), (16_001, 19_500)),
)
NOT_KNOWN_CLEANLY = ("2T3B1RFV0SC582226", "JF2SLDHC2TH459074", "5UX63DP06R9U65632", "3VWR17AU5KM502465")
"""Real vehicles all the same: vPIC knows them only in part."""
