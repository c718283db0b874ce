"""A certificate as a QR code, dense as it is, printed large enough that a phone reads it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import segno
from segno.encoder import DataOverflowError

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""
LEAST_MODULE_MM = 0.33
WIDTH_MM = 54.0
"""The side of the printed code, quiet zone included; it grows only where a module would get too small."""


@dataclass(frozen=True)
class Code:
    """A QR code and the side that it is printed at, quiet zone included."""

    symbol: segno.QRCode
    side_mm: float

    @property
    def rows(self) -> tuple[bytearray, ...]:
        """The modules row by row, without the quiet zone; a dark one is 1."""
        return self.symbol.matrix

    @property
    def module_mm(self) -> float:
        """The printed side of one module."""
        return self.side_mm / (len(self.rows) + 2 * QUIET)

    @property
    def svg(self) -> str:
        """The code for a page of HTML, as wide as what it stands in."""
        return self.symbol.svg_inline(border=QUIET, omitsize=True, svgclass=None, lineclass=None, light="#fff")


@lru_cache(32)
def code(text: str) -> Code | None:
    """The text's code: error correction M where that fits the usual side, else L; None for what no QR code can hold."""
    for level in ("m", "l"):
        try:
            made = segno.make_qr(text, error=level)
        except DataOverflowError:
            continue
        side = max(WIDTH_MM, made.symbol_size(border=QUIET)[0] * LEAST_MODULE_MM)
        if side == WIDTH_MM or level == "l":
            return Code(made, side)
    return None
