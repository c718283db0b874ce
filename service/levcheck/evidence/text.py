"""Text as it comes from web pages and labels, made plain."""

from __future__ import annotations

import unicodedata

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")
_UNSEEN = dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF))
_PLAIN = _DASHES | _UNSEEN


def plain_text(text: str) -> str:
    """The text in compatibility form (NFKC) with every kind of hyphen and dash as `-`, and nothing in it that is not seen.

    A soft hyphen or a space without width, as web pages and PDF files have them, would hide a word from whoever reads on.
    """
    return unicodedata.normalize("NFKC", text).translate(_PLAIN)
