"""What a clerk is told: whether paper, record and vehicle agree, and what to do. Codes only: the words are the page's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..law.readings import DEFAULT
from ..records.certificates import LONGEST
from .paper import differences
from .signed import Signed, in_virginia

AGREES, DIFFERS, UNCHECKED = "agrees", "differs", "unchecked"
ACCEPT, REFUSE, LOOK = "accept", "refuse", "look"
REFUSALS = ("no_known_key", "altered", "another_kind")
"""Why a text is no certificate of this service."""
PAPER = (*REFUSALS, "signature", "signature_and_text", "text_differs")
RECORD = ("current", "voided", "superseded", "unknown", "not_asked")
VEHICLE = ("same", "another", "not_given", "no_vin_given", "none_named", "not_asked")
_NO_KEY, _OTHER_KIND = "No key of this service signed it.", "It is signed, but it is not a certificate of a determination."
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_MISREAD = str.maketrans("IOQ", "100")


@dataclass(frozen=True)
class Finding:
    """How one of the three came out, and why."""

    state: str
    code: str


@dataclass(frozen=True)
class Record:
    """Where the record of a certificate stands; when it ended, and by which other record, if it did."""

    status: str
    at: str = ""
    by: str = ""

    @property
    def at_in_virginia(self) -> str:
        """When it ended, on the clock of an office in Virginia."""
        return in_virginia(self.at) if self.at else ""


@dataclass(frozen=True)
class Judgement:
    """The answer at one glance, and what it rests on.

    `text_differs` names what a PDF's text says otherwise; `vin` is the one that was typed, as it was read; `reading` is
    the service's own.
    """

    paper: Finding
    record: Finding
    vehicle: Finding
    signed: Signed | None = None
    standing: Record | None = None
    text_differs: tuple[str, ...] = ()
    vin: str = ""
    reading: str = DEFAULT

    @property
    def banner(self) -> str:
        """Whether to accept it, to refuse it, or to look again first."""
        if self.signed is None or self.signed.verdict != "permitted" or DIFFERS in self._states:
            return REFUSE
        return LOOK if UNCHECKED in self._states or self._is_of_another_reading else ACCEPT

    @property
    def asks(self) -> tuple[str, ...]:
        """What the clerk has to ask for, the gravest first: codes of the findings that stand in the way."""
        if self.signed is None:
            return (self.paper.code,)
        wrong = [f.code for f in (self.paper, self.record, self.vehicle) if f.state == DIFFERS]
        verdict = [self.signed.verdict] if self.signed.verdict != "permitted" else []
        reading = ["another_reading"] if self._is_of_another_reading else []
        vehicle = [self.vehicle.code] if self.vehicle.state == UNCHECKED else []
        return (*wrong, *verdict) or (*reading, *vehicle)

    @property
    def _states(self) -> tuple[str, ...]:
        return self.paper.state, self.record.state, self.vehicle.state

    @property
    def _is_of_another_reading(self) -> bool:
        """Whoever asks for a certificate chooses its reading: what another one permits may be prohibited here."""
        return self.signed is not None and self.signed.reading != self.reading

    @property
    def places(self) -> tuple[int, ...]:
        """The characters, counted from one, in which the two VINs differ."""
        return tuple(place for place, (_, _, same) in enumerate(self.side_by_side, 1) if not same)

    @property
    def side_by_side(self) -> tuple[tuple[str, str, bool], ...]:
        """The characters of the certificate's VIN and of the typed one, and whether they are the same."""
        signed = self.signed.vin if self.signed else ""
        return tuple((one, other, one == other) for one, other in zip(signed, self.vin, strict=False))


def certificate_in(text: str) -> str:
    """The compact JWS in what a code or a person gave: by itself, or behind the address of a page and a `#`."""
    return "".join(text.split()).rpartition("#")[2]


def is_compact(text: str) -> bool:
    """Whether this has the form of a certificate."""
    return len(text) <= LONGEST and _COMPACT.fullmatch(text) is not None


def refusal(reason: str) -> str:
    """Why a text is no certificate, as one of `REFUSALS`; `reason` is what its verification said."""
    return {_NO_KEY: "no_known_key", _OTHER_KIND: "another_kind"}.get(reason, "altered")


def standing(status: str, history: Sequence[Mapping[str, Any]]) -> Record:
    """Where a record stands. Why it ended is left out: that is its dealer's own."""
    last = history[-1] if history else {}
    return Record(status, last.get("at") or "", last.get("by") or "")


def typed_vin(text: str) -> str:
    """A VIN as it was meant: no spaces or hyphens, capitals, without the I that old labels' barcodes begin with."""
    plain = re.sub(r"[\s-]", "", text).upper()
    return plain[1:] if len(plain) == 18 and plain[0] == "I" else plain


def refused(code: str) -> Judgement:
    """The judgement of what is no certificate of this service."""
    unasked = Finding(UNCHECKED, "not_asked")
    return Judgement(Finding(DIFFERS, code), unasked, unasked)


def judge(signed: Signed, record: Record, vin: str = "", pages: Sequence[str] = (), reading: str = DEFAULT) -> Judgement:
    """The judgement of a certificate whose signature holds.

    `vin` is as typed, `pages` the text of its PDF, `reading` the service's own.
    """
    differing = differences(pages, signed)
    paper = Finding(AGREES, "signature" if differing is None else "signature_and_text")
    if differing:
        paper = Finding(DIFFERS, "text_differs")
    kept = Finding(AGREES if record.status == "current" else DIFFERS, record.status)
    typed = typed_vin(vin)
    vehicle = _vehicle(signed.vin, typed)
    return Judgement(paper, kept, vehicle, signed, record, differing or (), typed, reading)


def _vehicle(signed: str, typed: str) -> Finding:
    if not signed:
        return Finding(UNCHECKED, "none_named")
    if not typed:
        return Finding(UNCHECKED, "not_given")
    if re.fullmatch("[A-Z0-9]{17}", typed) is None:
        return Finding(UNCHECKED, "no_vin_given")
    if signed in (typed, typed.translate(_MISREAD)):
        return Finding(AGREES, "same")
    return Finding(DIFFERS, "another")
