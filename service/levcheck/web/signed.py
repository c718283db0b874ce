"""What a certificate says, read from its signed claims and put in the words of its printed form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from ..law import vocabulary as v
from ..law.current import PROHIBITION
from ..law.va_9vac5_95 import by_citation, editions
from ..printed import wording

VERDICTS = ("permitted", "prohibited", "undetermined")
EXEMPTION = f"{PROHIBITION.removesuffix('A')}B "
_EASTERN = ZoneInfo("America/New_York")
_RANGED = (v.gvwr.name, v.mileage.name)
"""Two numbers of these are the ends of a range; of any other fact they are two values."""


class NotReadable(ValueError):
    """The claims are signed, and are not those of a determination's certificate as this version knows it."""


@dataclass(frozen=True)
class Provision:
    """A provision that decided, and its words; none where the certificate is of another edition of the chapter."""

    citation: str
    text: str


@dataclass(frozen=True)
class Signed:
    """What the signature of a certificate covers. `vin` is empty where the certificate names none."""

    id: str
    issuer: str
    verdict: str
    vin: str
    recorded_at: str
    basis: str
    reading: str
    assurance: str
    facts: tuple[tuple[str, str], ...]
    provisions: tuple[Provision, ...]

    @property
    def recorded(self) -> str:
        """When it was recorded, as the paper prints it."""
        return wording.time(self.recorded_at)

    @property
    def recorded_in_virginia(self) -> str:
        """When it was recorded, on the clock of an office in Virginia."""
        return in_virginia(self.recorded_at)


def read(claims: Mapping[str, Any]) -> Signed:
    """What a certificate's claims say. Raises NotReadable."""
    try:
        signed = Signed(
            id=str(claims["jti"]),
            issuer=wording.whole(claims["iss"]),
            verdict=claims["verdict"],
            vin=(claims["vin"] or "").upper(),
            recorded_at=claims["recorded_at"],
            basis=claims["basis"] or "",
            reading=str(claims["reading"]),
            assurance=wording.ASSURANCES.get(claims["assurance"] or "", ""),
            facts=tuple((wording.label(name), _value(name, value)) for name, value in claims["facts"].items()),
            provisions=tuple(_provision(citation, claims["edition"]) for citation in claims["provisions"]),
        )
        in_virginia(signed.recorded_at)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, OverflowError) as error:
        raise NotReadable from error
    if signed.verdict not in VERDICTS:
        raise NotReadable
    return signed


def in_virginia(text: str) -> str:
    """A moment as `July 4, 2026, 11:02 AM Eastern time`."""
    moment = datetime.fromisoformat(text).astimezone(_EASTERN)
    return f"{moment:%B} {moment.day}, {moment.year}, {moment.hour % 12 or 12}:{moment:%M %p} Eastern time"


def _value(name: str, value: Any) -> str:
    """A claimed fact in words: one value, several, a range, or none where it was open."""
    pieces = value if isinstance(value, list) else [value]
    if name in _RANGED and len(pieces) == 2 and not any(isinstance(piece, list) for piece in pieces):
        pieces = [pieces]
    ranges = [{"min": _exact(name, low), "max": _exact(name, high)} for low, high in filter(_is_list, pieces)]
    values = [_exact(name, piece) for piece in pieces if not _is_list(piece)]
    return wording.value({"fact": name, "state": "known" if pieces else "open", "values": values, "ranges": ranges})


def _is_list(piece: Any) -> bool:
    return isinstance(piece, list)


def _exact(name: str, value: Any) -> Any:
    """A decimal, which the claims write as text, as a number again."""
    return Decimal(value) if name == v.mileage.name and isinstance(value, str) else value


def _provision(citation: str, edition: str) -> Provision:
    text = " ".join(paragraph.text for paragraph in by_citation(citation)) if edition == editions.FIRST.name else ""
    if text and citation.startswith(EXEMPTION):
        text = f"{by_citation(EXEMPTION)[0].text} [...] {text}"
    return Provision(citation, text)
