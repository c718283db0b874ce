"""Forms: what people chose and typed, by the path of the member that each field stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from ..api import texts
from ..api.texts import LABEL, RELOCATION, UNKNOWN, VIN, Unreadable, scanned
from ..law import vocabulary as v

__all__ = ["FIELDS", "LABEL", "OPEN", "RELOCATION", "UNKNOWN", "VIN", "Unreadable", "answers", "request_of", "scanned"]

OPEN = "open"
"""Not presumed and not answered yet: an explicit null, which is asked for."""
FIELDS = (*(fact.name for fact in v.FACTS), *RELOCATION, VIN, LABEL, texts.ORDER, texts.TEST_GROUP, texts.REFERENCE)


def answers(form: MultiDict[str, str]) -> dict[str, str]:
    """The fields that were filled in, in the contract's order; the rest of what was sent is not looked at.

    Two different answers to one question become one that cannot be read.
    """
    told = {}
    for name in FIELDS:
        given = dict.fromkeys(text for sent in form.getlist(name) if (text := sent.strip()))
        if len(given) > 1:
            given.pop(OPEN, None)
        if given:
            told[name] = " / ".join(given)
    if VIN in told:
        told[VIN] = scanned(told[VIN])
    return told


def request_of(told: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The request that answers make: as it would be sent, and as the service reads it. Raises Unreadable."""
    return texts.request_of({name: UNKNOWN if text == OPEN and name != v.day.name else text for name, text in told.items()})
