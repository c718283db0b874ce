"""Lists as dealers keep them, made of real vehicles' VINs with other serial numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from random import Random

from evidence.vehicles import REAL
from levcheck.evidence import vin as rules

HEADER = ("Stock #", "VIN", "Year", "Color", "Miles", "CA Cert")
BAD = (
    {"VIN": "2HGFE4F86SH01146"},
    {"Miles": "about 10"},
    {"Year": "'25"},
)
"""What is wrong with a bad row: each in its turn."""
MILES = ("12", "7,499", "7500", "31000", "")
CERTIFICATIONS = ("50-state", "Federal", "", "no")


def vin(model: str, serial: int) -> str:
    """A VIN of the model of another, with a serial number of its own and the check digit that belongs to it."""
    text = f"{model[:11]}{serial:06d}"
    return f"{text[:8]}{rules.check_digit(f'{text[:8]}0{text[9:]}')}{text[9:]}"


def rows(number: int, bad: Iterable[int] = (), seed: int = 1) -> list[dict[str, str]]:
    """So many rows; those at the places in `bad` cannot be read."""
    random, wrong = Random(seed), {place: BAD[n % len(BAD)] for n, place in enumerate(bad)}
    made = []
    for place in range(number):
        model = random.choice(REAL)
        row = {
            "Stock #": f"S{place:05d}",
            "VIN": vin(model.vin, place),
            "Year": str(model.model_year),
            "Color": random.choice(("White", "Black, metallic")),
            "Miles": random.choice(MILES),
            "CA Cert": random.choice(CERTIFICATIONS),
        }
        made.append(row | wrong.get(place, {}))
    return made


def as_csv(listed: Sequence[dict[str, str]]) -> str:
    """The rows as a file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue()
