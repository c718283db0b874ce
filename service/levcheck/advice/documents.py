"""What to keep: required by the chapter, or recommended because a fact that decided would otherwise be hard to show."""

from __future__ import annotations

from ..law import vocabulary as v
from ..law.logic.provisions import Duty
from ..law.va_9vac5_95 import by_citation, section_30
from .situation import B11, EXEMPTION, H1, A, Situation

_FOR_EXEMPTION = {
    1: ("odometer_statement", "The odometer disclosure of the date of the sale or lease, showing 7,500 miles or more."),
    2: ("dealer_licenses", "The bill of sale or wholesale order naming both dealers and their license numbers."),
    3: ("dismantler_sale", "The bill of sale stating that the vehicle is sold to be wrecked or dismantled."),
    4: ("off_highway_design", "The manufacturer's statement that the vehicle is designed exclusively for off-highway use."),
    5: ("out_of_state_registration", "The application for title or registration in the other state or country."),
    6: (
        "rental_agreement",
        "The rental agreement with its final destination outside Virginia, and a copy of the federal emission label.",
    ),
    7: ("emergency_vehicle", "The agency's statement that the vehicle is an emergency vehicle under § 46.2-920."),
    8: ("military_vehicle", "The order or statement of the armed force or governmental agency that uses the vehicle."),
    9: ("inheritance", "The will, letters of administration or list of heirs under which the vehicle passes."),
    10: ("court_decree", "A certified copy of the court's decree."),
    11: ("previous_residence_and_registration", "Evidence of the previous residence and registration in the other state."),
}


def documents(case: Situation) -> list[dict[str, str]]:
    """The documents to keep for a verdict that is permitted; each is `required` (by the chapter) or `recommended`."""
    if case.verdict != "permitted":
        return []
    if case.basis == "certified":
        text = (
            "A copy of the emission label or the manufacturer's certificate of origin that shows California certification, "
            "or the number of CARB's Executive Order."
        )
        return [_document("california_certification", text, "required", H1)]
    if case.basis == "not_covered":
        text = "A record of the fact that puts this outside the chapter: model year, weight rating, class, place or date."
        return [_document("outside_the_chapter", text, "recommended", A)]
    return [_for_exemption(c, c == B11 and case.holds(c)) for c in case.exemptions or case.alternatives]


def _for_exemption(citation: str, required: bool) -> dict[str, str]:
    code, text = _FOR_EXEMPTION[int(citation.removeprefix(EXEMPTION))]
    return _document(code, text, "required" if required else "recommended", citation)


def _document(code: str, text: str, standing: str, provision: str) -> dict[str, str]:
    return {"code": code, "text": text, "standing": standing, "provision": provision}


def duties(case: Situation) -> list[dict[str, str]]:
    """What the chapter makes somebody do because of this act, in print order."""
    owed: list[Duty] = []
    if case.holds(B11):
        owed.append(section_30.b11_evidence)
    if case.within_the_chapter:
        if case.value(v.seller) == "manufacturer":
            owed += [section_30.d, section_30.e]
        owed.append(section_30.h1_retention)
    return [{"provision": duty.citation, "who": duty.who, "text": duty.text, "due": duty.due} for duty in owed]


def provision_text(citation: str) -> str:
    """The words of a provision that decides."""
    return by_citation(citation)[0].text
