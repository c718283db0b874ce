"""When the chapter is in force: its editions, their dates and where the dates are printed."""

from dataclasses import dataclass
from datetime import date

from ..logic.conditions import Condition
from ..vocabulary import day

CHAPTER = "9VAC5-95"
TITLE = "Chapter 95. Regulation for Low Emissions and Zero Emissions Vehicle Standards"
AUTHORITY = "§ 10.1-1307.04 of the Code of Virginia."
HISTORY = "Derived from Virginia Register Volume 40, Issue 13, eff. March 13, 2024."


@dataclass(frozen=True)
class Edition:
    """The chapter's text between two dates. `also_dated` is another source's date for the same start."""

    effective: date
    source: str
    also_dated: date
    also_dated_source: str

    @property
    def name(self) -> str:
        return self.effective.isoformat()


FIRST = Edition(
    effective=date(2024, 3, 13),
    source="Virginia Register Volume 40, Issue 13, effective March 13, 2024 (the chapter's historical notes)",
    also_dated=date(2024, 1, 12),
    also_dated_source='Virginia Regulatory Town Hall, action "Effective Jan. 12 2024: Create new Chapter 95"',
)
EDITIONS = (FIRST,)


def in_force() -> Condition:
    """The act takes place while an edition is in force."""
    # Reading: the chapter is in force from March 13, 2024, the date of its historical notes; the Virginia Regulatory Town
    # Hall gives January 12, 2024. Nothing before March 13, 2024 is covered.
    return day.at_least(FIRST.effective)
