"""Where a trip ends, as people write it: a state, a city with its state, another country, an airport, a branch."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..api.texts import Unreadable
from ..law import vocabulary as v
from ..law.places import STATE_NAMES

RETURN, BRANCHES = "return", "branches"
"""The fields of a form: where a trip ends, and the states of an agency's branches."""
MOST_BRANCHES = 2_000
_COUNTRIES = {"canada": "CA", "mexico": "MX", "méxico": "MX"}
_AIRPORTS = {
    "VA": "DCA IAD ORF RIC ROA CHO PHF LYH SHD",  # Washington's own two airports, Reagan and Dulles, stand in Virginia
    "DE": "ILG",
    "FL": "FLL JAX MCO MIA TPA",
    "GA": "ATL SAV",
    "KY": "CVG LEX SDF",  # and Cincinnati's in Kentucky
    "MA": "BOS",
    "MD": "BWI HGR SBY",
    "NC": "AVL CLT EWN FAY GSO ILM OAJ RDU",
    "NJ": "ACY EWR",
    "NY": "ALB BUF JFK LGA ROC SYR",
    "OH": "CLE CMH DAY",
    "PA": "ABE AVP MDT PHL PIT",
    "SC": "CAE CHS GSP MYR",
    "TN": "BNA CHA MEM TRI TYS",
    "WV": "BKW CKB CRW HTS LWB MGW PKB",
}
AIRPORTS = {code: state for state, codes in _AIRPORTS.items() for code in codes.split()}
"""The state in which each airport stands: those of Virginia, and the larger ones that one-way trips from there end at."""
_STATES = {name.casefold(): code for code, name in STATE_NAMES.items()} | {"washington state": "WA"}
_AMBIGUOUS = ("washington",)
"""At a desk in Virginia this is rarely the state: it may be the District, or one of the two airports in Virginia."""
_WEST_OF_WHAT = re.compile(r".*\bW(?:EST)?\.? VA", re.IGNORECASE)
"""West Virginia, or the western branch of a city in Virginia."""
_IN_VIRGINIA = re.compile(
    r"\b(?i:dulles|pentagon|reagan national|washington[ -](?:reagan|national))\b|\bVA\b|, ?(?i:virginia)$"
)
"""What stands in Virginia, although its post may say Washington, DC."""
_COUNTRY_BEHIND = re.compile(r"(?:, ?US|,? (?:USA|United States))$", re.IGNORECASE)
_ABBREVIATED = re.compile(r"\b([A-Z])\. ?([A-Z])\b\.?", re.IGNORECASE)
_CITY_AND_STATE = re.compile(r".*\S\s*[,\s]\s*\b([A-Za-z]{2})\.?(?:\s+\d{5}(?:-\d{4})?)?")
_BRANCH = re.compile(r"\s*(\S(?:[^=:\t]*[^=:\s])?)\s*(?:[=:\t]|->)\s*(\S.*?)\s*")


def branches_in(text: str) -> dict[str, str]:
    """The states of an agency's branches by their codes: `K9X = NC`, each on a line or behind a comma. Raises Unreadable."""
    found: dict[str, str] = {}
    for entry in filter(str.strip, re.split(r"[\n;,]", text)):
        match = _BRANCH.fullmatch(entry)
        state = _state(match[2]) if match else None
        if not match or state is None or len(found) == MOST_BRANCHES:
            told = " ".join(entry.split())[:60]
            raise Unreadable({BRANCHES: f"{told!r} cannot be read. Write each branch as its code and its state: K9X = NC."})
        found[match[1].casefold()] = state
    return found


def place_of(text: str, branches: Mapping[str, str]) -> dict[str, str] | None:
    """Where the place `text` is, as texts of the contract; None if nothing says so. An agency's own branches come first.

    Raises Unreadable for a text that names places in two states, as `IAD, DC` does.
    """
    written = " ".join(text.split())
    if own := branches.get(written.casefold()):
        return {v.destination_state.name: own}
    if written.casefold() in _AMBIGUOUS or _WEST_OF_WHAT.fullmatch(written.removesuffix(".")):
        return None
    plain = _plain(written)
    if state := _state(plain) or AIRPORTS.get(plain.upper()) or _state_behind(plain):
        for other in sorted(_states_within(plain) - {state}):
            raise Unreadable(
                {RETURN: f"This names places in {state} and in {other}. Write only the state where the trip ends."}
            )
        return {v.destination_state.name: state}
    country = _COUNTRIES.get(plain.rpartition(",")[2].strip().casefold())
    return {v.destination_country.name: country} if country else None


def _plain(text: str) -> str:
    """A place without what need not be said: the points of `D.C.` and `Va.`, and that it is in the United States."""
    undotted = _ABBREVIATED.sub(r"\1\2", text).removesuffix(".")
    return _COUNTRY_BEHIND.sub("", undotted)


def _states_within(text: str) -> set[str]:
    """The states of the airports that a text names by their codes, and Virginia where something in it stands there."""
    codes = {*re.findall(r"\b[A-Z]{3}\b", text), *(part.strip().upper() for part in re.split(r"[,/()-]", text))}
    found = {AIRPORTS[code] for code in codes & AIRPORTS.keys()}
    return found | {"VA"} if _IN_VIRGINIA.search(text) else found


def _state(text: str) -> str | None:
    """The code of a state that is written by its code or its name."""
    return text.upper() if text.upper() in STATE_NAMES else _STATES.get(text.casefold())


def _state_behind(text: str) -> str | None:
    """The state that stands behind a city: `Charlotte, North Carolina`, `Raleigh NC 27601`."""
    if "," in text and (state := _state(text.rpartition(",")[2].strip())):
        return state
    match = _CITY_AND_STATE.fullmatch(text)
    return _state(match[1]) if match and ("," in text or match[1].isupper()) else None
