"""Vehicle identification numbers by our own code: length, alphabet, check digit, year letter (49 CFR part 565)."""

from __future__ import annotations

import re
from operator import mul

_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VALUES = {c: int(c) for c in "0123456789"} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)), strict=True)
)
_YEAR_LETTERS = "ABCDEFGHJKLMNPRSTVWXY123456789"
_FIRST_YEAR, _CYCLE = 1980, len(_YEAR_LETTERS)
_YEARS = {c: tuple(_FIRST_YEAR + place + _CYCLE * turn for turn in range(3)) for place, c in enumerate(_YEAR_LETTERS)}
_READ_AS_DIGITS = str.maketrans("IOQ", "100")
_PLACEHOLDER_WORDS = re.compile(r"NOVIN|PENDING|UNKNOWN|TBD|TBA|ORDER|BUILD|STOCK|DUMMY|TEST|XXXX|N0V1N")


def is_well_formed(text: str) -> bool:
    """Whether this is 17 ASCII letters and digits: less cannot be a VIN at all."""
    return re.fullmatch(r"[A-Za-z0-9]{17}", text) is not None


def check_digit(vin: str) -> str:
    """The digit (or X) that belongs in the ninth position of a VIN without I, O and Q."""
    remainder = sum(map(mul, map(_VALUES.__getitem__, vin), _WEIGHTS)) % 11
    return "X" if remainder == 10 else str(remainder)


def model_years(vin: str) -> tuple[int, ...]:
    """The model years that the tenth character can mean: it repeats every 30 years. None if it means no year."""
    return _YEARS.get(vin[9], ())


def fault(vin: str) -> str | None:
    """What is wrong with a well-formed, upper-case VIN by its own rules, in words; None if nothing is."""
    if strangers := sorted(set(vin) & set("IOQ")):
        return f"it contains {' and '.join(strangers)}, and no VIN contains the letters I, O or Q"
    if vin[8] != check_digit(vin):
        return f"its check digit (the ninth character) is {vin[8]} and should be {check_digit(vin)}"
    if not model_years(vin):
        return f"its tenth character, {vin[9]}, stands for no model year"
    return None


def looks_unassigned(vin: str) -> bool:
    """Whether a VIN that does not decode is of the kind that dealer feeds put in for a vehicle not yet built.

    Its serial number (the last six characters) is one character repeated, its last four are not all digits as every
    assigned VIN's are (an I, O or Q there is a misread digit), or hardly any characters differ, or it spells a word.
    """
    serial = vin[-6:].translate(_READ_AS_DIGITS)
    return len(set(serial)) == 1 or not serial[-4:].isdigit() or len(set(vin)) <= 4 or bool(_PLACEHOLDER_WORDS.search(vin))
