"""Text as a camera reads it from a label: broken lines joined, and the words that matter spelled as they were printed."""

from __future__ import annotations

import re

_WORDS = """
    california calif certified certification approved legal all conforms conform conforming complies regulations
    standards requirements emission emissions system sale states state applicable model vehicle vehicles control
    environmental federal federally resources not no non nor never cannot neither except excluding exempt unless until
    without outside less if is obd noise will fail fails failed false pending
""".split()  # noqa: SIM905  # a word list reads better than fifty quoted strings
_BROKEN = re.compile(r"(?<=[A-Za-z])-\s*\n\s*(?=[a-z])")
_TOKEN = re.compile(r"[A-Za-z0-9|!]+")
_YEAR = re.compile(r"2[0O][0-9OoIlSsZB]{2}")
_LOOKALIKES = str.maketrans("0158|!l", "oisbiii")
_DIGITS = str.maketrans("OoIlSsZB", "00115528")


def _shape(word: str) -> str:
    """A word as a blurred print of it looks: letters and digits that are taken for one another are one."""
    return word.casefold().replace("rn", "m").replace("vv", "w").translate(_LOOKALIKES)


_BY_SHAPE = {_shape(word): word for word in _WORDS}


def spelled(text: str) -> str:
    """The text in one line, its misread words (`Califomia`, `n0t`) and years (`2O25`) as they were printed."""
    return " ".join(_TOKEN.sub(_printed, _BROKEN.sub("", text)).split())


def _printed(found: re.Match[str]) -> str:
    token = found[0]
    if _YEAR.fullmatch(token):
        return token.translate(_DIGITS)
    if token.isdigit() or token.casefold() in _WORDS:
        return token
    return _BY_SHAPE.get(_shape(token), token)
