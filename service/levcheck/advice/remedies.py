"""What would change a prohibition honestly. Each remedy is tried on the law before it is offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..law import vocabulary as v
from ..law.current import LAW
from ..law.logic.facts import Fact, Value, known
from .situation import B2, B5, B6, A, Situation


@dataclass(frozen=True)
class Remedy:
    """Something that the parties can do, and the facts as they would then be."""

    code: str
    text: str
    provision: str
    facts: tuple[tuple[Fact, Value], ...]
    fits: Callable[[Situation], bool] = lambda case: True


def _sold_by_dealer(case: Situation) -> bool:
    return case.value(v.seller) == "dealer" and case.value(v.contract) == "sale"


REMEDIES = (
    Remedy(
        "certified_unit",
        "Choose a unit that is California-certified. If this one's label under the hood does say so, state its sentence.",
        A,
        ((v.california, True),),
    ),
    Remedy(
        "conforming_unit",
        "Choose a unit that is California-certified and complies with the standards incorporated by reference.",
        A,
        ((v.california, True), (v.conforms, True)),
        lambda case: case.value(v.conforms) is False,
    ),
    Remedy(
        "out_of_state_registration",
        "A sale for registration in another state or country is exempt, if the buyer will in truth register it there.",
        B5,
        ((v.destination_state, "NC"),),
        lambda case: case.value(v.contract) == "sale",
    ),
    Remedy(
        "dealer_trade",
        "A sale to another dealer is exempt; that dealer's own sale is then judged by itself.",
        B2,
        ((v.buyer, "dealer"),),
        _sold_by_dealer,
    ),
    Remedy(
        "one_way_rental",
        "A rental that ends outside Virginia is exempt for a federally certified vehicle.",
        B6,
        ((v.destination_state, "NC"), (v.federal, True)),
        lambda case: case.value(v.contract) == "rental" and case.value(v.federal) is not False,
    ),
)


def remedies(case: Situation) -> list[dict[str, str]]:
    """The remedies that would make a prohibited act permitted."""
    if case.verdict != "prohibited":
        return []
    return [
        {"code": remedy.code, "text": remedy.text, "provision": remedy.provision}
        for remedy in REMEDIES
        if remedy.fits(case) and _would_permit(remedy, case)
    ]


def _would_permit(remedy: Remedy, case: Situation) -> bool:
    possible = case.evidence.possible | {fact.name: known(value, fact) for fact, value in remedy.facts}
    return LAW.verdict(LAW.masks(possible), case.reading) == "permitted"
