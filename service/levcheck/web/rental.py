"""The rental desk: may this car go out to that city? For one car or tonight's list; nothing that is asked is kept."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from threading import BoundedSemaphore
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from ..api.headers import PAGE
from ..api.service import service
from ..api.texts import REFERENCE, VIN, Unreadable
from ..law import vocabulary as v
from . import places, reading, rows, trips, uploads
from .columns import spelled
from .exported import written
from .stock import Fault
from .told import told
from .trips import LABEL_SAYS, SAYS, Trip

STATUSES = {"too_large": 413, "busy": 503}
"""Of a fault of a whole list; of any other it is 422."""
AT_ONCE = 2
"""Lists that a process judges at once."""
_MOST_TEXT = 1_000_000
"""Bytes of a list that comes as text: the page brings it back to be checked again or saved."""
_MOST_PARTS = 32
_FIELDS = (VIN, v.mileage.name, REFERENCE)
_HEAD = ("line", "agreement", "VIN", "vehicle", "return", "state", "answer", "why", "look up", "fault")

blueprint = Blueprint("rental", __name__, template_folder="templates")
_uploads = uploads.Uploads()
_turns = BoundedSemaphore(AT_ONCE)


@blueprint.before_app_request
def allow_a_list() -> None:
    """A list is larger than other forms. This comes before the form's token is looked for."""
    if request.blueprint == blueprint.name:
        uploads.allow_an_upload(_MOST_PARTS, _MOST_TEXT)


@blueprint.get("/rental")
def start() -> Response:
    """The form for one car and for a list."""
    return _page()


@blueprint.post("/rental")
def one() -> Response:
    """The answer for one car."""
    try:
        branches = places.branches_in(request.form.get(places.BRANCHES, ""))
        trip = trips.judged(_told(), request.form.get(places.RETURN, "").strip(), branches)
    except Unreadable as error:
        return _page(422, faults=error.faults)
    return _page(trip=trip, vehicle=trip.vehicle, keeps=service().kept is not None, key=uuid.uuid4())


@blueprint.post("/rental/list")
def many() -> Response:
    """The answers for a list, as a table or as CSV."""
    try:
        branches = places.branches_in(request.form.get(places.BRANCHES, ""))
        table = _table()
        if len(table.rows) > trips.MOST:
            raise rows.NoTable("too_many_trips")
        found, faults = _judged(table, branches)
    except Unreadable as error:
        return _page(422, faults=error.faults)
    except rows.NoTable as error:
        return _faulty(error)
    except trips.Missing:
        return _page(422, fault="no_return")
    if request.form.get("as") == "csv":
        return _saved(found, faults)
    counts = Counter(trip.action for trip in found)
    return _page(list=found, bad=faults, counts=counts, notes=_notes(found), table=table)


def _judged(table: rows.Table, branches: Mapping[str, str]) -> tuple[list[Trip], list[Fault]]:
    """The trips of a list, a few lists at once: they are long, and others have questions too. Raises NoTable."""
    if not _turns.acquire(blocking=False):
        raise rows.NoTable("busy")
    try:
        return trips.of_table(table, branches)
    finally:
        _turns.release()


def _told() -> dict[str, str]:
    """What the form says of one car, as texts of the contract."""
    told = {name: spelled(name, text) for name in _FIELDS if (text := request.form.get(name, "").strip())}
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
    words, row_faults = _words("rental_words.html"), _words("inventory_words.html").ROW_FAULTS
    told = [(trip.line, _cells(trip, words)) for trip in found]
    told += [(fault.line, [*[""] * (len(_HEAD) - 2), _sentence(fault, row_faults)]) for fault in faults]
    lines = [written(_HEAD), *(written([str(line), *cells]) for line, cells in sorted(told))]
    headers = {"Content-Disposition": 'attachment; filename="trips.csv"'}
    return Response(b"\xef\xbb\xbf" + b"".join(lines), mimetype="text/csv", headers=headers)


def _words(template: str) -> Any:
    return current_app.jinja_env.get_template(template).make_module()


def _cells(trip: Trip, words: Any) -> list[str]:
    vehicle = trip.vehicle or {}
    named = " ".join(str(vehicle[part]) for part in ("model_year", "make", "model") if vehicle.get(part))
    state = trip.told.get(v.destination_state.name) or trip.told.get(v.destination_country.name, "")
    why, looks = " ".join([trip.why, *trip.cautions]), " ".join(_looks(trip, words.LOOKS))
    return [trip.reference, trip.vin, named, trip.to, state, words.ACTIONS[trip.action], why, looks, ""]


def _looks(trip: Trip, words: Mapping[str, str]) -> list[str]:
    """What to look at, the most decisive first, each once."""
    return list(dict.fromkeys(words.get(name) or told(v.BY_NAME[name].ask) for name in trip.asks))


def _sentence(fault: Fault, row_faults: Mapping[str, str]) -> str:
    detail = row_faults.get(fault.detail, fault.detail)
    return f"{fault.column} {fault.value!r}: {detail}" if fault.column else detail


def _faulty(error: rows.NoTable) -> Response:
    response = _page(STATUSES.get(error.fault, 422), fault=error.fault, line=error.line)
    if response.status_code == 503:
        response.headers["Retry-After"] = str(uploads.RETRY_AFTER_S)
    return response


def _page(status: int = 200, **shown: Any) -> Response:
    response = Response(
        render_template("rental.html", form=request.form, looks=_looks, **shown), status, mimetype="text/html"
    )
    response.headers["Content-Security-Policy"] = PAGE
    return response
