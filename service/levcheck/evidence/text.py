"""Text as it comes from web pages and labels, made plain."""

from __future__ import annotations

import unicodedata

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")


def plain_text(text: str) -> str:
    """The text in compatibility form (NFKC) with every kind of hyphen and dash as `-`."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES)
