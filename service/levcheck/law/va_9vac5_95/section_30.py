"""9VAC5-95-30. Low emission vehicle standards."""

from ..logic.conditions import Condition, all_of, any_of
from ..logic.provisions import duty, out_of_reach, provision
from ..vocabulary import (
    act,
    buyer,
    california,
    conforms,
    contract,
    destination_country,
    destination_state,
    federal,
    kind,
    new_engine,
    off_highway_only,
    place,
    purpose,
    relocation,
    seller,
    transfer,
)
from . import section_10, section_20
from .editions import in_force

MANUFACTURER = "motor vehicle manufacturer"


@provision("9VAC5-95-30 A")
def a() -> Condition:
    """A. No person, including a manufacturer or dealer, shall deliver for sale or lease, offer for sale or lease, sell or
    lease, import, acquire, receive, purchase, or rent a vehicle listed in subdivisions 1, 2, and 3 of this subsection that
    is a 2025 or subsequent model year vehicle in Virginia unless the vehicle is California-certified and complies with the
    standards incorporated by reference except as provided under subsection B of this section."""
    # Reading: every act is reached under every contract, and under none. "For sale or lease" is not tested of a delivery or
    # an offer: where it is for neither, whoever takes the vehicle receives or rents it, which the sentence names as well.
    return covered().unless(certified()).unless(b)


@provision("9VAC5-95-30 A 1")
def a1() -> Condition:
    """1. New motor vehicles that are passenger cars, light-duty trucks, medium-duty passenger vehicles, and medium-duty
    vehicles;"""
    return all_of(section_20.new_motor_vehicle, listed_class())


@provision("9VAC5-95-30 A 2")
def a2() -> Condition:
    """2. New light-duty or medium-duty motor vehicle engines; and"""
    # Reading: an engine is light-duty or medium-duty as the vehicle it is built for is of one of the four listed classes,
    # and its model year is that vehicle's.
    return all_of(kind.is_("engine"), new_engine.holds, listed_class())


@provision("9VAC5-95-30 A 3")
def a3() -> Condition:
    """3. Motor vehicles with a new motor vehicle engine."""
    return all_of(kind.is_("vehicle"), new_engine.holds)


@provision("9VAC5-95-30 B", finding=False)
def b() -> Condition:
    """B. This chapter does not apply to:"""
    # Reading: the exemptions speak of motor vehicles and do not reach an engine sold by itself.
    return any_of(b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11)


@provision("9VAC5-95-30 B 1")
def b1() -> Condition:
    """1. A used motor vehicle;"""
    # Reading: a used vehicle with a new engine is listed in A 3 and is all the same a used motor vehicle: B 1 exempts it.
    return section_20.used_motor_vehicle


@provision("9VAC5-95-30 B 2")
def b2() -> Condition:
    """2. A new motor vehicle sold to another dealer;"""
    # Reading: "another" dealer means that the seller is a dealer too; "sold" needs a contract of sale, here and in B 3 and
    # B 5.
    return all_of(section_20.new_motor_vehicle, sold(), seller.is_("dealer"), buyer.is_("dealer"))


@provision("9VAC5-95-30 B 3")
def b3() -> Condition:
    """3. A new motor vehicle sold to be wrecked or dismantled;"""
    return all_of(section_20.new_motor_vehicle, sold(), purpose.is_("dismantling"))


@provision("9VAC5-95-30 B 4")
def b4() -> Condition:
    """4. A new motor vehicle designed exclusively for off-highway use;"""
    # Reading: the design counts, not the use: an ordinary truck sold for off-road use is not exempt.
    return all_of(section_20.new_motor_vehicle, off_highway_only.holds)


@provision("9VAC5-95-30 B 5")
def b5() -> Condition:
    """5. A new motor vehicle sold for registration out-of-state;"""
    # Reading: another country is out of state, and so are the District of Columbia and the territories.
    return all_of(section_20.new_motor_vehicle, sold(), out_of_state())


@provision("9VAC5-95-30 B 6")
def b6() -> Condition:
    """6. A new motor vehicle that has been certified to standards adopted under authority granted in 42 USC § 7521 and that
    is in the possession of a rental agency in Virginia and that is next rented with a final destination outside of
    Virginia;"""
    # Reading: the rental itself is exempt: a rental agency gives the vehicle, under a contract of rental, in Virginia. The
    # wider reading, that the agency's earlier receipt of the vehicle is reached too, is an advisory.
    return all_of(
        section_20.new_motor_vehicle,
        federal.holds,
        seller.is_("rental_agency"),
        place.is_("VA"),
        contract.is_("rental"),
        out_of_state(),
    )


@provision("9VAC5-95-30 B 7")
def b7() -> Condition:
    """7. An authorized emergency vehicle;"""
    return all_of(kind.is_("vehicle"), section_20.authorized_emergency_vehicle)


@provision("9VAC5-95-30 B 8")
def b8() -> Condition:
    """8. A military tactical vehicle;"""
    return all_of(kind.is_("vehicle"), section_20.military_tactical_vehicle)


@provision("9VAC5-95-30 B 9")
def b9() -> Condition:
    """9. A new motor vehicle transferred by inheritance;"""
    return all_of(section_20.new_motor_vehicle, transfer.is_("inheritance"))


@provision("9VAC5-95-30 B 10")
def b10() -> Condition:
    """10. A new motor vehicle transferred by court decree; or"""
    # Reading: any court's decree, a bankruptcy court's as much as one of divorce.
    return all_of(section_20.new_motor_vehicle, transfer.is_("court_decree"))


@provision("9VAC5-95-30 B 11")
def b11() -> Condition:
    """11. A new motor vehicle purchased and registered in another state by a person who is a resident of that state and who
    subsequently establishes residency in Virginia."""
    # Reading: bought, registered and resident in one and the same other state, then resident in Virginia. A vehicle bought
    # but never registered there is not reached.
    # Reading: B 4 and B 7 to B 11 speak of the vehicle and reach every act with it, whatever its contract.
    return all_of(section_20.new_motor_vehicle, relocation.holds)


@duty("9VAC5-95-30 B 11", who="the person who registers the vehicle", due="upon registering it in Virginia")
def b11_evidence() -> None:
    """Upon registering the new motor vehicle in Virginia, the person shall provide evidence to the board of the previous
    residence and registration."""


@out_of_reach("9VAC5-95-30 C", reason="It introduces manufacturers' fleet averages.")
def c() -> None:
    """C. Fleet average emissions shall be determined as follows:"""


@duty("9VAC5-95-30 C 1", who=MANUFACTURER, due="for each model year from 2025")
def c1() -> None:
    """1. For 2025 model year motor vehicles and all subsequent model year motor vehicles to which this chapter applies, a
    motor vehicle manufacturer shall not exceed the fleet average emission values under 13 CCR § 1961.2. Credits and debits
    may be accrued and used based on a manufacturer's sales in Virginia of motor vehicles subject to this chapter according
    to 13 CCR § 1961.2."""


@duty("9VAC5-95-30 C 2", who=MANUFACTURER, due="for each model year from 2025")
def c2() -> None:
    """2. For 2025 model year motor vehicles and all subsequent model year motor vehicles to which this chapter applies, a
    motor vehicle manufacturer shall not exceed the fleet average greenhouse gas (GHG) exhaust emission standards under 13
    CCR § 1961.3 or the GHG emission standards under 13 CCR § 1956.8(h)(6). Credits and debits may be accrued and used based
    on a manufacturer's sales in Virginia of motor vehicles subject to this chapter according to 13 CCR § 1961.3."""


@duty("9VAC5-95-30 D", who=MANUFACTURER, due="before delivery for sale or lease in Virginia, from model year 2025")
def d() -> None:
    """D. Beginning with the 2025 model year and all subsequent model years, all new motor vehicles subject to this chapter
    produced by a motor vehicle manufacturer and delivered for sale or lease in Virginia shall be affixed with emission
    control labels and environmental performance labels according to 13 CCR § 1965."""


@duty("9VAC5-95-30 E", who=MANUFACTURER, due="for the warranty's term")
def e() -> None:
    """E. For all motor vehicles subject to this chapter, the motor vehicle manufacturer shall provide defect warranty
    coverage that complies with 13 CCR §§ 2035, 2037 to 2041, and 2046."""


@duty("9VAC5-95-30 F", who=MANUFACTURER, due="when the vehicle is subject to recall in California")
def f() -> None:
    """F. For all motor vehicles subject to this chapter and subject to recall in California, the motor vehicle manufacturer
    shall undertake a recall campaign in Virginia according to 13 CCR §§ 2111 to 2121 and 2122 to 2135, unless the
    manufacturer demonstrates to the board that the recall is not applicable to motor vehicles registered in Virginia."""


@out_of_reach("9VAC5-95-30 G", reason="It introduces manufacturers' reports.")
def g() -> None:
    """G. Reporting requirements shall be as follows:"""


@duty("9VAC5-95-30 G 1", who=MANUFACTURER, due="May 1 of the calendar year after the end of the model year")
def g1() -> None:
    """1. By May 1 of the calendar year after the end of the model year, a motor vehicle manufacturer shall annually submit
    to the board a report demonstrating that the motor vehicle manufacturer has met the requirements of subdivision C 1 of
    this section, for its fleet delivered for sale in Virginia."""


@duty("9VAC5-95-30 G 2", who=MANUFACTURER, due="May 1 of the calendar year after the end of the model year")
def g2() -> None:
    """2. By May 1 of the calendar year after the end of the model year, a motor vehicle manufacturer shall annually submit
    to the board a report demonstrating that the motor vehicle manufacturer has met the requirements of subdivision C 2 of
    this section, for its fleet delivered for sale in Virginia."""


@duty("9VAC5-95-30 G 3", who=MANUFACTURER, due="when the board requests it")
def g3() -> None:
    """3. If requested by the board, a motor vehicle manufacturer shall submit copies of all assembly-line emissions testing
    and functional test results collected as a result of compliance with this chapter, warranty claim reports, recall
    reports, and any other reports that are submitted to CARB as incorporated by reference. For purposes of compliance with
    this requirement, manufacturers may submit copies of the Failure of Emission-Related Components reports that are
    submitted to the California Air Resources Board in lieu of submitting reports for vehicles subject to this chapter."""


@duty("9VAC5-95-30 G 4", who=MANUFACTURER, due="when the board requires it")
def g4() -> None:
    """4. If the board deems it necessary to administer and enforce this chapter, the board will require a motor vehicle
    manufacturer subject to this chapter to submit additional documentation, including all certification materials submitted
    to CARB."""


@out_of_reach("9VAC5-95-30 H", reason="It introduces the keeping of records.")
def h() -> None:
    """H. Record availability and retention and reporting noncompliance shall be as follows:"""


@duty("9VAC5-95-30 H 1", who="manufacturer", due="upon request of the board")
def h1() -> None:
    """1. Upon request of the board, a manufacturer subject to this chapter shall furnish to the board all records that
    relate to the motor vehicles that are subject to this chapter and that are relevant for determining compliance with this
    chapter."""


@duty("9VAC5-95-30 H 1", who="any person subject to this chapter", due="at least five years after creating the records")
def h1_retention() -> None:
    """Unless otherwise specified, a person subject to this chapter shall retain all relevant records for at least five
    years after creating the records."""
    # Reading: "a person subject to this chapter" is anyone whose act -30 A reaches, a dealer as much as a manufacturer.


@duty("9VAC5-95-30 H 2", who=MANUFACTURER, due="within 60 days")
def h2() -> None:
    """2. If a report issued by a motor vehicle manufacturer under subsection G of this section demonstrates noncompliance
    with the fleet average under subsection C of this section for a model year, the manufacturer shall, within 60 days, file
    a report with the board to document the noncompliance. The report shall identify all motor vehicles delivered for sale
    or lease in Virginia, the models' corresponding certification standards, and the percentage of each model delivered for
    sale in Virginia and California in relation to total fleet sales in the respective state."""


def covered() -> Condition:
    """What -30 A reaches before its two exceptions: these acts, in Virginia, with a listed vehicle or engine."""
    # Reading: subdivision A 3 lists vehicles with a new engine within the four classes only.
    return all_of(act.is_one_of(*act.values), place.is_("VA"), in_force(), section_10.applicability, listed_class())


def certified() -> Condition:
    """ "the vehicle is California-certified and complies with the standards incorporated by reference"."""
    # Reading: "California-certified" is not defined in the chapter. It is read as covered by an Executive Order of CARB.
    return all_of(california.holds, conforms.holds)


def listed_class() -> Condition:
    """The four classes of vehicle that subsection A names."""
    return any_of(
        section_20.passenger_car,
        section_20.light_duty_truck,
        section_20.medium_duty_passenger_vehicle,
        section_20.medium_duty_vehicle,
    )


def sold() -> Condition:
    """ "sold": there is a contract of sale, whichever act under it is asked about."""
    return contract.is_("sale")


def out_of_state() -> Condition:
    """The destination is not Virginia."""
    return any_of(destination_state.is_not("VA"), destination_country.is_not("US"))
