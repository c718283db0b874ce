"""9VAC5-95-10. Applicability."""

from ..logic.conditions import Condition, all_of, any_of
from ..logic.provisions import out_of_reach, provision
from ..vocabulary import gvwr, kind, model_year, new_engine


@provision("9VAC5-95-10")
def applicability() -> Condition:
    """The provisions of this chapter apply to new motor vehicles or new motor vehicle engines beginning with the 2025
    model year as follows:"""
    # Reading: "new" is not tested here. A used vehicle of model year 2025 or later is exempt by 9VAC5-95-30 B 1 and not
    # outside the chapter; an engine sold by itself is outside it unless it is new.
    return all_of(model_year.at_least(2025), s1, any_of(kind.is_("vehicle"), new_engine.holds))


@provision("9VAC5-95-10 1", finding=False)
def s1() -> Condition:
    """1. A low emission vehicle (LEV) program for criteria pollutants and greenhouse gas emissions for motor vehicles with
    a gross vehicle weight of 14,000 pounds or less, and"""
    # Reading: "gross vehicle weight" is the gross vehicle weight rating (GVWR) on the certification label, not a weight
    # on a scale. Exactly 14,000 pounds is within the chapter.
    return gvwr.at_most(14_000)


@out_of_reach("9VAC5-95-10 2", reason="Section 40 binds manufacturers' fleets; no single transaction turns on it.")
def s2() -> None:
    """2. A zero emission vehicle (ZEV) program only for motor vehicles with a gross vehicle weight of 14,000 pounds or
    less."""
