"""Whether the text of a PDF says what its code says: the record, the vehicle, the verdict and the time.

Only what stands in the lines of a printed certificate is compared; a text without those lines is left to the eye.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..printed.sheet import NOT_KNOWN
from .signed import Signed

RECORD, VEHICLE, VERDICT, TIME = "record", "vehicle", "verdict", "time"
_LINES = {
    RECORD: re.compile(r"^Record\s+([0-9a-f][0-9a-f-]{19,35})", re.MULTILINE),
    VEHICLE: re.compile(rf"^VIN\s+([A-Za-z0-9]{{17}}\b|{NOT_KNOWN})", re.MULTILINE),
    VERDICT: re.compile(r"^(PERMITTED|PROHIBITED|UNDETERMINED)(?: *\([^)\n]*\))?\s*$", re.MULTILINE),
    TIME: re.compile(r"^Recorded\s+(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC)", re.MULTILINE),
}


def differences(pages: Sequence[str], signed: Signed) -> tuple[str, ...] | None:
    """Which of the four a text tells otherwise than the signature; None if it does not tell all four."""
    text = "\n".join(pages).replace("\r", "")
    agreeing: dict[str, Callable[[str], bool]] = {
        RECORD: signed.id.startswith,  # a long one runs on in the next line
        VEHICLE: lambda told: told.upper() == (signed.vin or NOT_KNOWN.upper()),
        VERDICT: lambda told: told.lower() == signed.verdict,
        TIME: lambda told: told == signed.recorded,
    }
    told = {name: line.findall(text) for name, line in _LINES.items()}
    differing = tuple(name for name, values in told.items() if not all(map(agreeing[name], values)))
    return differing if differing or all(told.values()) else None
