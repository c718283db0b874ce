"""9VAC5-95-40. Zero emission vehicle standards."""

from ..logic.provisions import duty, out_of_reach

MANUFACTURER = "motor vehicle manufacturer"


@duty(
    "9VAC5-95-40 A",
    who=MANUFACTURER,
    due="once all obligations for model year 2024 and earlier are satisfied (an option)",
)
def a() -> None:
    """A. Any motor vehicle manufacturer may establish a Virginia-specific ZEV credit account in the ZEV Credit
    System and make a one-time deposit into its account a number of proportional credits equal to its 2025 model
    year starting California credit balance multiplied by the ratio of the average number of passenger cars and
    light-duty trucks that a manufacturer produced and delivered for sale in Virginia to the average number of
    passenger cars and light-duty trucks the manufacturer produced and delivered for sale in California during the
    time period selected by the manufacturer for calculation of its ZEV requirement for the first effective model
    year. The deposit shall be made only after all credit obligations for model year 2024 and earlier have been
    satisfied. While manufacturers may trade or sell these proportional credits to any other manufacturer, these
    credits may be used to meet up to 18% of its ZEV program credit requirements in any model year, unless and until
    this chapter is superseded by regulations updating the Advanced Clean Car Program. No vehicle manufacturer will
    be awarded or provided with any other form of ZEV program credits or credit balance prior to January 1, 2024, or
    at the beginning of the compliance period of this chapter."""


@duty("9VAC5-95-40 B", who=MANUFACTURER, due="for each model year from 2025")
def b() -> None:
    """B. Beginning with the 2025 model year, a motor vehicle manufacturer's sales fleet of passenger cars and
    light-duty trucks produced by motor vehicle manufacturers and delivered for sale or lease in Virginia shall
    generate at least the same applicable percentage of ZEV credits required under 13 CCR § 1962.2."""


@out_of_reach("9VAC5-95-40 C", reason="It introduces manufacturers' accounts and reports.")
def c() -> None:
    """C. Credit bank, reporting, and recordkeeping requirements shall be as follows:"""


@duty(
    "9VAC5-95-40 C 1",
    who=MANUFACTURER,
    due="March 1 of the calendar year after the end of 2025; notice within 30 days of opening the account",
)
def c1() -> None:
    """1. Beginning in the 2025 model year, a motor vehicle manufacturer subject to this chapter shall open an
    account in the California ZEV Credit System for banking credits earned in Virginia. The account shall be opened
    no later than March 1 of the calendar year after the end of 2025. A motor vehicle manufacturer shall notify the
    board within 30 days of opening an account in the California ZEV Credit System for the manufacturer's Virginia
    ZEV credits."""


@duty("9VAC5-95-40 C 2", who=MANUFACTURER, due="May 1 of the calendar year after the close of the model year")
def c2() -> None:
    """2. At least annually by May 1 of the calendar year after the close of a model year, a motor vehicle
    manufacturer shall submit a report to the board that identifies the necessary delivery and placement data of all
    motor vehicles generating ZEV credits and all transfers and acquisitions of ZEV credits, according to 13 CCR §
    1962.2. The report may be amended based on late sales."""


@duty("9VAC5-95-40 C 3", who="manufacturer", due="upon request of the board")
def c3() -> None:
    """3. Upon request of the board, a manufacturer subject to this chapter shall furnish to the board all records
    that relate to the motor vehicles that are subject to this chapter and that are relevant for determining
    compliance with this chapter."""


@duty("9VAC5-95-40 C 3", who="any person subject to this chapter", due="at least five years after creating the records")
def c3_retention() -> None:
    """Unless otherwise specified, a person subject to this chapter shall retain all relevant records for at least
    five years after creating the records."""


@duty("9VAC5-95-40 D", who=MANUFACTURER, due="as 13 CCR § 1962.2(g)(7) provides")
def d() -> None:
    """D. A motor vehicle manufacturer that delivers for sale in Virginia fewer ZEVs or TZEVs than required to meet
    its ZEV credit obligation in a given model year shall make up the deficit by submitting a commensurate amount of
    ZEV credits to the board according to 13 CCR § 1962.2(g)(7). The number of motor vehicles not meeting the ZEV
    credit obligation shall be equal to the manufacturer's credit deficit, rounded to the nearest 1/100th and
    calculated according to the equation in 13 CCR § 1962.2(g)(8)."""
