"""The rental desk: may this car go out to that city? For one car or tonight's list; nothing that is asked is kept."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from ..api.headers import PAGE
from ..api.service import service
from ..api.texts import REFERENCE, VIN, Unreadable, scanned
from ..law import vocabulary as v
from . import places, reading, rows, trips, uploads
from .trips import LABEL_SAYS, RETURN, SAYS, Fault, Trip

STATUSES = {"too_large": 413, "busy": 503}
"""Of a fault of a whole list; of any other it is 422."""
FAULTS = (*rows.FAULTS, "no_return", "too_many_trips")
_MOST_TEXT = 1_000_000
"""Bytes of a list that comes as text: the page brings it back to be checked again or saved."""
_MOST_PARTS = 32
_FIELDS = (VIN, v.mileage.name, REFERENCE)
_HEAD = ("line", "agreement", "VIN", "vehicle", "return", "state", "answer", "why", "look up", "fault")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")

blueprint = Blueprint("rental", __name__, template_folder="templates")
_uploads = uploads.Uploads()


@blueprint.before_app_request
def allow_a_list() -> None:
    """A list is larger than other forms. This comes before the form's token is looked for."""
    if request.blueprint == blueprint.name:
        uploads.allow_an_upload(_MOST_PARTS)
        request.max_form_memory_size = _MOST_TEXT


@blueprint.get("/rental")
def start() -> Response:
    """The form for one car and for a list."""
    return _page()


@blueprint.post("/rental")
def one() -> Response:
    """The answer for one car."""
    try:
        branches = places.branches_in(request.form.get(places.BRANCHES, ""))
        trip = trips.judged(_told(), request.form.get(RETURN, "").strip(), branches)
    except Unreadable as error:
        return _page(422, faults=error.faults)
    vehicle = trip.vehicle
    return _page(trip=trip, vehicle=vehicle, keeps=service().kept is not None, key=uuid.uuid4())


@blueprint.post("/rental/list")
def many() -> Response:
    """The answers for a list, as a table or as CSV."""
    try:
        branches = places.branches_in(request.form.get(places.BRANCHES, ""))
        table = _table()
        if len(table.rows) > trips.MOST:
            raise rows.NoTable("too_many_trips")
        found, faults = trips.of_table(table, branches)
    except Unreadable as error:
        return _page(422, faults=error.faults)
    except rows.NoTable as error:
        return _page(STATUSES.get(error.fault, 422), fault=error.fault, line=error.line)
    except trips.Missing:
        return _page(422, fault="no_return")
    if request.form.get("as") == "csv":
        return _saved(found, faults)
    counts = Counter(trip.action for trip in found)
    return _page(list=found, bad=faults, counts=counts, notes=_notes(found), pasted=table.text)


def _told() -> dict[str, str]:
    """What the form says of one car, as texts of the contract."""
    told = {name: text for name in _FIELDS if (text := request.form.get(name, "").strip())}
    if VIN in told:
        told[VIN] = scanned(told[VIN])
    return told | SAYS.get(request.form.get(LABEL_SAYS, ""), {})


def _table() -> rows.Table:
    """The list that was uploaded or else pasted. Raises NoTable."""
    file = request.files.get("file")
    if file and file.filename:
        return rows.of_file(file.read(reading.MOST_BYTES + 1), _uploads)
    if text := request.form.get("pasted", "").strip():
        return rows.of_text(text)
    raise rows.NoTable("nothing")


def _notes(found: Sequence[Trip]) -> list[str]:
    """The notes on the law that go with any of the trips, each once."""
    told = (note for trip in found for note in trip.result["advisories"] if not note["code"].startswith("vin_"))
    return list(dict.fromkeys(note["text"] for note in told))


def _saved(found: Sequence[Trip], faults: Sequence[Fault]) -> Response:
    """The list with its answers as CSV, with the mark by which spreadsheet programs know UTF-8."""
    words: Any = current_app.jinja_env.get_template("rental_words.html").make_module()
    told = [(trip.line, _cells(trip, words)) for trip in found]
    told += [(fault.line, [*[""] * (len(_HEAD) - 2), _sentence(fault, words)]) for fault in faults]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    writer.writerows([line, *map(_harmless, cells)] for line, cells in sorted(told))
    headers = {"Content-Disposition": 'attachment; filename="trips.csv"'}
    return Response(f"\ufeff{out.getvalue()}", mimetype="text/csv", headers=headers)


def _cells(trip: Trip, words: Any) -> list[str]:
    vehicle = trip.vehicle or {}
    named = " ".join(str(vehicle[part]) for part in ("model_year", "make", "model") if vehicle.get(part))
    why = " ".join([trip.why, *trip.cautions])
    state = trip.told.get(v.destination_state.name) or trip.told.get(v.destination_country.name, "")
    return [
        trip.reference,
        trip.vin,
        named,
        trip.to,
        state,
        words.ACTIONS[trip.action],
        why,
        " ".join(_looks(trip, words.LOOKS)),
        "",
    ]


def _looks(trip: Trip, words: Mapping[str, str]) -> list[str]:
    """What to look at, the most decisive first, each once."""
    return list(dict.fromkeys(words.get(name, v.BY_NAME[name].ask) for name in trip.asks))


def _sentence(fault: Fault, words: Any) -> str:
    remedy = words.ROW_FAULTS.get(fault.remedy, fault.remedy)
    return f"{fault.column} {fault.value!r}: {remedy}" if fault.column else remedy


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet program takes for a formula: whoever wrote the list is not always who opens it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) and not _PLAIN_NUMBER.fullmatch(cell) else cell


def _page(status: int = 200, **shown: Any) -> Response:
    response = Response(
        render_template("rental.html", form=request.form, looks=_looks, **shown), status, mimetype="text/html"
    )
    response.headers["Content-Security-Policy"] = PAGE
    return response
