"""Text for a PDF's core fonts: only characters that they have, broken into lines of styled words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from fpdf import FPDF

SANS, MONO = "Helvetica", "Courier"
MM_PER_POINT = 25.4 / 72
_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u2011": "-", "\u2212": "-", "…": "...", "\u00ad": "-"}
)


@dataclass(frozen=True)
class Face:
    """A font as text is set in it: size in points, style (`B`, `I` or neither), colour, family."""

    size: float
    style: str = ""
    color: str = "#1c2127"
    family: str = SANS

    def scaled(self, scale: float) -> Face:
        return Face(self.size * scale, self.style, self.color, self.family)

    def set_on(self, pdf: FPDF) -> None:
        pdf.set_font(self.family, self.style, self.size)
        pdf.set_text_color(self.color)


Run = tuple[str, Face]
Line = list[tuple[float, str, Face]]
"""Pieces of one line: where each begins, its text, its font."""


@lru_cache(2048)
def latin(text: str) -> str:
    """The text in the characters of Latin-1, which the core fonts have; `?` stands for any other."""
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return "".join(" " if c.isspace() else c if " " <= c <= "~" or "\xa1" <= c <= "\xff" else "?" for c in plain)


@cache
def _ruler() -> FPDF:
    return FPDF(unit="mm")


@cache
def _advances(family: str, style: str) -> dict[str, float]:
    """The width of each character in millimetres at one point."""
    pdf = _ruler()
    pdf.set_font(family, style, 100)
    return {chr(n): pdf.get_string_width(chr(n)) / 100 for n in (*range(0x20, 0x7F), *range(0xA1, 0x100))}


@lru_cache(8192)
def width(text: str, face: Face) -> float:
    """The width of a Latin-1 text in millimetres."""
    advances = _advances(face.family, face.style)
    return sum(advances[c] for c in text) * face.size


def lines(runs: Iterable[Run], limit: float) -> list[Line]:
    """The runs as lines no wider than the limit; a word that is wider by itself is broken where it must be."""
    made: list[Line] = [[]]
    at = 0.0
    for space, word, face in _words(runs, limit):
        gap = width(" ", face) if space and made[-1] else 0.0
        if made[-1] and at + gap + width(word, face) > limit:
            made.append([])
            at = gap = 0.0
        if made[-1] and made[-1][-1][2] == face:
            x, before, _ = made[-1][-1]
            made[-1][-1] = (x, f"{before}{' ' if gap else ''}{word}", face)
        else:
            made[-1].append((at + gap, word, face))
        at += gap + width(word, face)
    return [line for line in made if line]


def _words(runs: Iterable[Run], limit: float) -> Iterator[tuple[bool, str, Face]]:
    """Each word with whether a space goes before it, and its font."""
    for text, face in runs:
        for space, word in re.findall(r"( *)([^ ]+)", latin(text)):
            pieces = list(_pieces(word, face, limit))
            yield bool(space), pieces[0], face
            yield from ((False, piece, face) for piece in pieces[1:])


def _pieces(word: str, face: Face, limit: float) -> Iterator[str]:
    if width(word, face) <= limit:
        yield word
        return
    start = 0
    for end in range(1, len(word) + 1):
        if width(word[start:end], face) > limit and end - 1 > start:
            yield word[start : end - 1]
            start = end - 1
    yield word[start:]
