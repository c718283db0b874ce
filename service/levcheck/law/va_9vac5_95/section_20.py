"""9VAC5-95-20. Definitions."""

from ..logic.conditions import Condition, all_of
from ..logic.provisions import meaning, out_of_reach, provision
from ..vocabulary import emergency, kind, mileage, military, model_year, vehicle_type

FLEET_TERM = "The word is used of manufacturers' duties only."


@out_of_reach("9VAC5-95-20 A", reason="It says where the chapter's other words have their meaning.")
def a() -> None:
    """A. As used in this chapter, all terms not defined in this section shall have the meanings given them in General
    Definitions (9VAC5-10), unless otherwise required by context."""


@out_of_reach("9VAC5-95-20 B", reason="It introduces the definitions.")
def b() -> None:
    """B. For the purpose of this chapter or any orders issued by the board, the following words or terms shall have the
    following meanings:"""


@provision("9VAC5-95-20 B Authorized emergency vehicle", finding=False)
def authorized_emergency_vehicle() -> Condition:
    """ "Authorized emergency vehicle" has the meaning given in § 46.2-920 of the Code of Virginia."""
    # Reading: § 46.2-920 speaks of "emergency vehicle", partly by its use at the moment. Whether a vehicle is one is a
    # fact that the caller states.
    return emergency.holds


@out_of_reach("9VAC5-95-20 B CARB", reason="It names an authority.")
def carb() -> None:
    """ "CARB" means the California State Air Resources Board, as defined in California Health and Safety Code (HSC)
    § 39003."""


@provision("9VAC5-95-20 B Light-duty truck", finding=False)
def light_duty_truck() -> Condition:
    """ "Light-duty truck" has the meaning given under 13 CCR § 1900(b)(11)."""
    # Reading: a truck rated at 8,500 pounds or less is a light-duty truck whatever it is certified to, although the
    # definition names vehicles certified to California's standards: else no uncertified truck could be one.
    return vehicle_type.is_("light_duty_truck")


@provision("9VAC5-95-20 B Medium-duty passenger vehicle", finding=False)
def medium_duty_passenger_vehicle() -> Condition:
    """ "Medium-duty passenger vehicle" has the meaning given under 13 CCR § 1900(b)(12)."""
    return vehicle_type.is_("medium_duty_passenger_vehicle")


@provision("9VAC5-95-20 B Medium-duty vehicle", finding=False)
def medium_duty_vehicle() -> Condition:
    """ "Medium-duty vehicle" has the meaning given under 13 CCR § 1900(b)(13)."""
    return vehicle_type.is_("medium_duty_vehicle")


@provision("9VAC5-95-20 B Military tactical vehicle", finding=False)
def military_tactical_vehicle() -> Condition:
    """ "Military tactical vehicle" means a land combat or transportation vehicle, excluding a rail-based vehicle, that is
    designed for and used by a branch of the United States Armed Forces or used as an authorized emergency vehicle by or
    for a governmental agency."""
    return military.holds


@meaning("9VAC5-95-20 B Model year", fact=model_year)
def model_year_meaning() -> None:
    """ "Model year" means the manufacturer's annual production period that includes January 1 of a calendar year, or if the
    manufacturer has no annual production period, the calendar year. The model year for a motor vehicle manufactured in two
    or more stages is the model year in which the chassis is completed."""


@out_of_reach("9VAC5-95-20 B Motor vehicle manufacturer", reason=FLEET_TERM)
def motor_vehicle_manufacturer() -> None:
    """ "Motor vehicle manufacturer" means a small, independent low, intermediate, or large volume manufacturer as defined
    under 13 CCR §§ 1900(b)(8), (b)(9), (b)(10), and (b)(22)."""


@provision("9VAC5-95-20 B New motor vehicle")
def new_motor_vehicle() -> Condition:
    """ "New motor vehicle" means a first effective model year or later model year motor vehicle with less than 7,500 miles
    of use accumulated as of the date of the sale or lease."""
    # Reading: the "first effective model year" is 2025. Miles alone make a vehicle new or used: neither an earlier title
    # nor a dealer's "used" flag does. A vehicle before model year 2025 is neither new nor used.
    # Reading: the date of the sale or lease is that of the transaction that puts the vehicle in its holder's hands, or,
    # for an import, a receipt or a registration, of the one that did; never a later reading of the odometer.
    # Reading: 1 mile is 1.609344 km exactly, so 12,070.08 km is 7,500 miles.
    return all_of(model_year.at_least(2025), mileage.below(7_500), kind.is_("vehicle"))


@provision("9VAC5-95-20 B Passenger car", finding=False)
def passenger_car() -> Condition:
    """ "Passenger car" has the meaning given under 13 CCR § 1900(b)(17)."""
    return vehicle_type.is_("passenger_car")


@out_of_reach("9VAC5-95-20 B Transitional zero-emission vehicle", reason=FLEET_TERM)
def transitional_zero_emission_vehicle() -> None:
    """ "Transitional zero-emission vehicle" or "TZEV" has the meaning given under 13 CCR §§ 1962.2(c) and (i)(16)."""


@provision("9VAC5-95-20 B Used motor vehicle")
def used_motor_vehicle() -> Condition:
    """ "Used motor vehicle" means a first effective model year or later model year motor vehicle with 7,500 miles or more of
    use accumulated as of the date of the sale or lease."""
    return all_of(model_year.at_least(2025), mileage.at_least(7_500), kind.is_("vehicle"))


@out_of_reach("9VAC5-95-20 B Zero emission vehicle", reason=FLEET_TERM)
def zero_emission_vehicle() -> None:
    """ "Zero emission vehicle" or "ZEV" has the meaning given under 13 CCR § 1962.2(i)(18)."""
