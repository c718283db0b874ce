"""Which character stands between the cells of a table that is text."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence

DELIMITERS = (",", ";", "\t", "|")
HEAD = 20
"""Lines by which a delimiter is told."""


def delimiter_of(head: Sequence[str]) -> str:
    """The delimiter that cuts the most of the first rows into equally many cells; of several such, into the most cells."""

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(head, delimiter=delimiter))
        except csv.Error:
            return 0, 0
        return max(((rows, width) for width, rows in widths.items() if width > 1), default=(0, 0))

    return max(DELIMITERS, key=fit)
