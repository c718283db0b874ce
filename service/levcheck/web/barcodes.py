"""The VIN in a photo of its barcode."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import request

from ..evidence import vin as vin_rules
from .forms import scanned
from .reading import MOST_BYTES
from .uploads import Busy, Uploads

_uploads = Uploads()
STATUSES = {"too_large": 413, "busy": 503}
"""Of a fault; of any other it is 422."""


class NoVin(Exception):
    """The photo shows none; the message is the fault's code."""


def in_the_photo() -> str:
    """The VIN in the photo that the form brings. Raises NoVin."""
    file = request.files.get("photo")
    content = file.read(MOST_BYTES + 1) if file and file.filename else b""
    if not content:
        raise NoVin("nothing")
    if len(content) > MOST_BYTES:
        raise NoVin("too_large")
    try:
        upload = _uploads.read(content, "vin")
    except Busy as error:
        raise NoVin("busy") from error
    if upload.fault:
        raise NoVin(upload.fault)
    found = vins(upload.codes)
    if len(found) != 1:
        raise NoVin("several" if found else "another_code" if upload.codes else "no_code")
    return found.pop()


def vins(codes: Iterable[str]) -> set[str]:
    """The VINs in the texts of codes: a whole text, or part of a label's whose check digit is right."""
    found = set()
    for code in codes:
        whole = scanned(code)
        parts = re.findall(r"(?<![A-Z0-9])I?([A-HJ-NPR-Z0-9]{17})(?![A-Z0-9])", code.upper())
        if vin_rules.is_well_formed(whole) and not vin_rules.fault(whole):
            found.add(whole)
        else:
            found |= {part for part in parts if not vin_rules.fault(part)}
    return found
