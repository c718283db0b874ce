"""EPA test group names: their form and the model year that their first character stands for (EPA's family naming)."""

from __future__ import annotations

import re

TEST_GROUP = re.compile(r"[A-Z0-9][A-Z0-9]{3}[A-Z][0-9.]{4}[A-Z0-9]{3}")
_YEAR_LETTERS = "ABCDEFGHJKLMNPRSTVWXY123456789"
_LETTER_A = 2010
_CYCLE = 30


_DIGITS = str.maketrans("OIL", "011")


def normalised(text: str) -> str | None:
    """The test group in upper case without spaces; None if the text is not one's form.

    The sixth to ninth characters are digits or a full stop, so that a letter O, I or L there is a misread digit.
    """
    group = "".join(text.split()).upper()
    group = group[:5] + group[5:9].translate(_DIGITS) + group[9:]
    return group if TEST_GROUP.fullmatch(group) else None


def model_years(group: str) -> frozenset[int]:
    """The model years that a test group's first character can mean: it repeats every 30 years."""
    position = _YEAR_LETTERS.find(group[0])
    return frozenset() if position < 0 else frozenset(_LETTER_A + position + _CYCLE * turn for turn in (-1, 0, 1))
