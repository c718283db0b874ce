"""What else the reader of a result should know. An advisory never changes a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..law import vocabulary as v
from ..law.places import named
from ..law.va_9vac5_95 import editions
from .legal_status import ADOPTING_STATES, NOTES, PENALTY
from .situation import B1, B2, B5, B6, B7, B8, Situation

Advisory = dict[str, str | None]

_MOVES = ("import", "acquisition", "receipt")
_MEDIUM_DUTY = ("medium_duty_passenger_vehicle", "medium_duty_vehicle")


def advisories(case: Situation) -> list[Advisory]:
    """The advisories of a case: of its evidence, of its facts, then the chapter's dated legal status."""
    of_evidence = [_advisory(n.code, n.text, n.severity) for n in case.evidence.notices]
    return [*of_evidence, *_of_facts(case), *_of_provisions(case), *_of_legal_status(case)]


def _advisory(code: str, text: str, severity: str = "info", source: str | None = None, day: date | None = None) -> Advisory:
    return {"code": code, "text": text, "severity": severity, "source": source, "date": day.isoformat() if day else None}


def _of_facts(case: Situation) -> Iterator[Advisory]:
    day = case.value(v.day)
    if isinstance(day, date) and editions.FIRST.also_dated <= day < editions.FIRST.effective:
        text = (
            f"The chapter is read as in force from {editions.FIRST.effective:%B %-d, %Y}; another official source dates it "
            f"{editions.FIRST.also_dated:%B %-d, %Y}, before this act."
        )
        yield _advisory("effective_date", text, "warning", editions.FIRST.also_dated_source, editions.FIRST.also_dated)
    if case.value(v.kind) == "engine":
        text = "An engine sold by itself is asked about: the exemptions of subsection B speak of motor vehicles only."
        yield _advisory("engine_alone", text)
        if case.evidence.facts[v.new_engine.name].source == "default":
            text = (
                "Nothing says whether the engine is new, and it is presumed that it is not. A new engine is listed in "
                "9VAC5-95-30 A 2: say which it is."
            )
            yield _advisory("engine_presumed_not_new", text, "warning", "9VAC5-95-30 A 2")
    elif case.value(v.new_engine) is True and case.holds(B1):
        text = (
            "A used vehicle with a new engine is listed in 9VAC5-95-30 A 3 and exempt as a used motor vehicle by B 1. Which "
            "prevails is not said; this verdict follows B 1."
        )
        yield _advisory("used_with_new_engine", text, "warning", "9VAC5-95-30 A 3 and B 1")
    place = case.value(v.place)
    if place not in (None, "VA") and case.value(v.destination_state) == "VA" and case.value(v.destination_country) == "US":
        text = (
            f"This act takes place in {named(str(place))} and is not covered as to that act. Importing or acquiring the "
            "vehicle in Virginia is another act: check it too."
        )
        yield _advisory("bound_for_virginia", text, "warning", "9VAC5-95-30 A")
    state, country = case.value(v.destination_state), case.value(v.destination_country)
    if state is not None and country not in (None, "US", state):  # Puerto Rico has a code of either kind
        text = (
            "The destination names a state of the United States and another country. The country was followed: if it is "
            "wrong, the verdict may be too."
        )
        yield _advisory("destination_of_two_countries", text, "warning", "9VAC5-95-30 B 5")
    if case.is_told("relocation") and case.value(v.relocation) is not False and case.value(v.act) not in _MOVES:
        text = (
            "B 11 is about a person who brings the vehicle that he or she bought and registered elsewhere. This is not an "
            "import, acquisition or receipt: whose relocation is meant?"
        )
        yield _advisory("whose_relocation", text, "warning", "9VAC5-95-30 B 11")


def _of_provisions(case: Situation) -> Iterator[Advisory]:
    if case.verdict == "prohibited":
        yield _advisory("penalty", PENALTY[0], "warning", PENALTY[1])
    state = case.value(v.destination_state)
    relies_on_leaving = case.findings[B5].status != "fails" or case.findings[B6].status != "fails"
    certified = case.value(v.california) is True
    if relies_on_leaving and not certified and isinstance(state, str) and state in ADOPTING_STATES:
        told, source = ADOPTING_STATES[state]
        text = f"{told}: a vehicle that is not California-certified may be refused there. Ask that state before delivery."
        yield _advisory("destination_standards", text, "warning", source)
    if case.holds(B2):
        text = "The exemption is for this sale. The buying dealer's own sale is judged by itself."
        yield _advisory("next_sale", text, "info", B2)
    if case.holds(B6):
        text = (
            "B 6 is read as exempting the rental. Whether it also reaches the agency's earlier receipt of the vehicle in "
            "Virginia is not said."
        )
        yield _advisory("rental_receipt", text, "info", B6)
    if case.holds(B7) and case.value(v.buyer) in ("individual", "business"):
        text = "Code of Virginia § 46.2-920 looks in part to the vehicle's use. For a private buyer, have that use shown."
        yield _advisory("emergency_use", text, "warning", "Code of Virginia § 46.2-920")
    if case.holds(B8) and case.value(v.buyer) in ("individual", "business"):
        text = (
            "A military tactical vehicle is one used by the armed forces or a governmental agency. For a private buyer, "
            "have that use shown."
        )
        yield _advisory("military_use", text, "warning", "9VAC5-95-20 B Military tactical vehicle")


def _of_legal_status(case: Situation) -> Iterator[Advisory]:
    day = case.value(v.day)
    if case.basis == "not_covered" or not isinstance(day, date):
        return
    medium_duty = case.evidence.facts[v.vehicle_type.name].possible.choices & set(_MEDIUM_DUTY)
    for note in NOTES:
        if note.day <= day and (medium_duty or not note.medium_duty_only):
            yield _advisory(note.code, note.text, "info", note.source, note.day)
