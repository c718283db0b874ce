"""Positions on how far the chapter reaches today. They are positions, not law: a result names the one it used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .logic.conditions import Condition, all_of, any_of
from .va_9vac5_95.section_20 import (
    light_duty_truck,
    medium_duty_passenger_vehicle,
    medium_duty_vehicle,
    passenger_car,
)
from .vocabulary import day, model_year


@dataclass(frozen=True)
class Reading:
    """One position: what it leaves within the chapter's reach (`None`: all that the text covers), and whose it is."""

    name: str
    within: Condition | None
    scope: str
    position_of: str
    source: str


AS_WRITTEN = Reading(
    "as_written",
    None,
    "Model year 2025 and later, 14,000 lb or less, the listed classes.",
    "the text of the chapter",
    "9VAC5-95-10 and 9VAC5-95-30 A",
)
INCORPORATED_YEARS = Reading(
    "incorporated_years",
    any_of(
        all_of(any_of(passenger_car, light_duty_truck), model_year.between(2025, 2025)),
        all_of(any_of(medium_duty_passenger_vehicle, medium_duty_vehicle), model_year.between(2025, 2028)),
    ),
    "Passenger cars and light-duty trucks of model year 2025; medium-duty vehicles of model years 2025 to 2028.",
    "an inference from the standards incorporated by reference; other incorporated sections do not end there",
    "13 CCR § 1961.2, headed: 2015 through 2025 Model Year Passenger Cars and Light-Duty Trucks, and 2015 through 2028 "
    "Model Year Medium-Duty Vehicles",
)
FEDERAL_SINCE_2025 = Reading(
    "federal_since_2025",
    day.below(date(2025, 1, 1)),
    "Nothing on or after January 1, 2025.",
    "the Governor and the Attorney General of Virginia; no repeal of the chapter was found",
    "Governor's release of June 5, 2024 (governor.virginia.gov)",
)
READINGS = (AS_WRITTEN, INCORPORATED_YEARS, FEDERAL_SINCE_2025)
BY_NAME = {reading.name: reading for reading in READINGS}
DEFAULT = AS_WRITTEN.name
