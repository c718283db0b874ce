"""What the counter asks and shows of one transaction: its questions in order, and the answers that stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from werkzeug.datastructures import MultiDict

from ..check import Result
from ..law import vocabulary as v
from . import forms

ACTIVITIES: dict[str, dict[str, str]] = {
    "sale": {v.act.name: "sale", v.seller.name: "dealer"},
    "trade": {v.act.name: "sale", v.seller.name: "dealer", v.buyer.name: "dealer"},
    "other_sale": {v.act.name: "sale"},
    "lease": {v.act.name: "lease"},
    "rental": {v.act.name: "rental", v.seller.name: "rental_agency"},
    "registration": {v.act.name: "import", v.buyer.name: "individual", v.relocation.name: forms.OPEN},
}
"""What people do at a counter, and what that says of the transaction."""
USUAL = {"rental_agency": "rental", "dmv": "registration"}
"""What is likeliest at the counter of an organization of a role; at any other, a sale."""
_ASKED_FIRST = {"rental": v.destination_state.name, "registration": v.relocation.name}
"""What an activity is about: asked first as long as the verdict turns on it."""
_ASKED_LAST = (v.seller.name, v.buyer.name)
"""The activity has mostly said who they are: what remains rarely settles anything."""
_FIXED = (v.day.name, v.act.name)
"""Not asked for at the counter: it is today, and the activity says what is being done."""


def told_of(form: MultiDict[str, str]) -> tuple[dict[str, str], str]:
    """The answers of a form, and the activity.

    What the activity says stands when it is chosen, and goes when another is chosen. One that there is not becomes an act
    that cannot be read.
    """
    told = forms.answers(form)
    activity, chosen = form.get("activity", "sale"), form.get("chosen", "")
    if chosen != activity:
        left = ACTIVITIES.get(chosen, {})
        kept = {name: text for name, text in told.items() if left.get(name) != text}
        told = ACTIVITIES.get(activity, {v.act.name: activity}) | kept
    if (unknown := form.get(forms.UNKNOWN, "")) in v.BY_NAME:
        told[unknown] = forms.UNKNOWN
    if told.get(v.relocation.name) == forms.OPEN:
        told = without(told, forms.RELOCATION)
    return told, activity if activity in ACTIVITIES else "sale"


def without(told: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """The answers but for some; with the relocation go its members."""
    gone = {*names, *(forms.RELOCATION if v.relocation.name in names else ())}
    return {name: text for name, text in told.items() if name not in gone}


def opened(told: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """The answers with some facts open, neither answered nor presumed."""
    return without(told, names) | dict.fromkeys(names, forms.OPEN)


def askable(name: str) -> str | None:
    """The fact by which a field is asked for; None if the counter asks for none."""
    fact = v.relocation.name if name in forms.RELOCATION else name
    return fact if fact in v.BY_NAME and fact not in _FIXED else None


def to_ask(decisive: Iterable[str], told: Mapping[str, str], activity: str) -> list[str]:
    """The facts to ask for now, of those that the verdict turns on: what the activity is about first, and nothing twice."""
    names = (name for name in decisive if told.get(name) != forms.UNKNOWN and askable(name))
    return sorted(names, key=lambda name: (name != _ASKED_FIRST.get(activity), name in _ASKED_LAST))


def answered(told: Mapping[str, str], activity: str) -> Iterator[tuple[str, str]]:
    """The answers to show, by fact: what was told, but for the VIN and for what the activity says by itself."""
    said = ACTIVITIES[activity]
    for name, text in told.items():
        if name not in (forms.VIN, *forms.RELOCATION) and said.get(name) != text and text != forms.OPEN:
            yield name, text


def presumed(result: Result) -> list[str]:
    """The facts that nobody told and that the law's defaults stand for."""
    return [fact["fact"] for fact in result["facts"] if fact["source"] == "default" and fact["fact"] not in _FIXED]
