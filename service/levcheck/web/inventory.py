"""The inventory: a dealer's list, judged as if each vehicle were sold in the same way, and seen at one glance.

The list goes back and forth in the page itself: nothing of it stays here. The answer to a long one begins at once, and
tells how far it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from threading import BoundedSemaphore
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context

from ..api import callers, texts
from ..api.headers import PAGE
from ..api.service import service
from ..check import evaluate
from ..law import vocabulary as v
from ..law.places import STATE_NAMES
from ..printed import wording
from . import asking, columns, exported, rows, stock, uploads
from .reading import MOST_BYTES
from .rows import NoTable, Table
from .stock import Stock
from .views import SORTS, View

AT_ONCE = 2
"""Lists that a process judges at once: they are long, and others have questions too."""
ACTIVITIES = ("sale", "lease", "trade", "rental")
"""What a list can be judged for, of what people do at a counter."""
STATUSES = {"too_large": 413, "busy": 503}
"""Of a fault; of any other it is 422."""
_MOST_PARTS = rows.MOST_COLUMNS + 32
_HERE = "<!--results-->"

blueprint = Blueprint("inventory", __name__, template_folder="templates")
_uploads = uploads.Uploads()
_turns = BoundedSemaphore(AT_ONCE)


@blueprint.before_app_request
def allow_a_list() -> None:
    """A list is larger than other forms. This comes before the form's token is looked for."""
    if request.blueprint == blueprint.name:
        uploads.allow_an_upload(_MOST_PARTS, uploads.MOST_BODY)


@blueprint.get("/inventory")
def start() -> Response:
    """The form that takes a list."""
    return _form()


@blueprint.post("/inventory")
def judged() -> Response:
    """The list at one glance."""
    return _with_the_list(_page)


@blueprint.post("/inventory/export")
def export() -> Response:
    """The list with the verdicts, as CSV."""
    return _with_the_list(_file)


def _with_the_list(answer: Callable[[Stock, Iterator[int]], Response]) -> Response:
    """What is answered of the list that the form brings; the form again where there is none that can be judged."""
    try:
        table = _table()
    except NoTable as error:
        return _form(fault=error.fault, line=error.line, pasted=request.form.get("pasted", ""))
    try:
        assumed = _assumed()
    except texts.Unreadable as error:
        return _form(pasted=table.text, faults=error.faults)
    listed = Stock(table, columns.chosen(table, request.form), assumed)
    if not set(listed.paths) - {"", columns.MAKE, columns.MODEL, texts.REFERENCE}:
        return _html("inventory_columns.html", 422, stock=listed, **_shown(listed))
    turn = _Turn()
    if not turn.held:
        return _form(fault="busy", pasted=table.text)
    response = answer(listed, _judge(listed, turn))
    response.call_on_close(turn.end)  # also where the reader left before the judging had begun
    return response


def _table() -> Table:
    """The table that was uploaded or pasted. Raises NoTable."""
    file = request.files.get("file")
    if file and file.filename:
        return rows.of_file(file.read(MOST_BYTES + 1), _uploads)
    pasted = request.form.get("pasted", "")
    if not pasted.strip():
        raise NoTable("nothing")
    return rows.of_text(pasted)


def _assumed() -> dict[str, str]:
    """What the form assumes of every vehicle's sale; what a row says itself comes before it. Raises Unreadable."""
    form = request.form
    told = {v.buyer.name: "individual", **asking.ACTIVITIES[_activity(form)]}
    told[v.destination_state.name] = form.get(v.destination_state.name, "VA")
    told[v.day.name] = form.get(v.day.name, "") or service().today().isoformat()
    texts.request_of(told)
    return told


def _activity(form: Mapping[str, str]) -> str:
    told = form.get("activity", "")
    return told if told in ACTIVITIES else ACTIVITIES[0]


class _Turn:
    """One of the few turns to judge a list; it is held until it ends, unless there was none left."""

    def __init__(self) -> None:
        self.held = _turns.acquire(blocking=False)

    def end(self) -> None:
        """Leave it to the next, once."""
        if self.held:
            self.held = False
            _turns.release()


def _judge(listed: Stock, turn: _Turn) -> Iterator[int]:
    """Judge a list, telling from time to time how many rows are done."""
    at, account = service(), callers.seller()
    today = at.today()

    def judge(read: Mapping[str, Any]) -> Any:
        return evaluate(read, today=today, registry=at.registry, reading=at.reading, account=account)

    try:
        yield from listed.judge(judge)
    finally:
        turn.end()


def _page(listed: Stock, judging: Iterator[int]) -> Response:
    view = View.of(request.form)
    before, after = render_template("inventory_working.html").split(_HERE)

    def pieces() -> Iterator[str]:
        yield before
        for done in judging:
            yield render_template("inventory_step.html", done=done, rows=len(listed.table.rows))
        yield render_template(
            "inventory_report.html", stock=listed, view=view, page=view.page_of(listed.units), **_shown(listed)
        )
        yield after

    short = len(listed.table.rows) <= stock.AT_A_TIME
    response = Response("".join(pieces()) if short else stream_with_context(pieces()), mimetype="text/html")
    response.headers["Content-Security-Policy"] = PAGE
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _file(listed: Stock, judging: Iterator[int]) -> Response:
    for _ in judging:
        pass
    words: Any = current_app.jinja_env.get_template("inventory_words.html").make_module()
    response = Response(exported.csv_of(listed, words.ROW_FAULTS), mimetype="text/csv")
    name = f"inventory-{listed.assumed[v.day.name]}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _form(fault: str = "", line: int = 0, pasted: str = "", faults: Mapping[str, str] | None = None) -> Response:
    shown = {"fault": fault, "line": line, "pasted": pasted, "faults": faults or {}}
    response = _html("inventory.html", STATUSES.get(fault, 422) if fault or faults else 200, **shown, **_shown())
    if response.status_code == 503:
        response.headers["Retry-After"] = str(uploads.RETRY_AFTER_S)
    return response


def _shown(listed: Stock | None = None) -> dict[str, Any]:
    """What each of the pages shows besides its own."""
    form = request.form
    day = form.get(v.day.name, "")
    return {
        "activities": ACTIVITIES,
        "activity": _activity(form),
        "destination": form.get(v.destination_state.name, "VA"),
        "day": listed.assumed[v.day.name] if listed else day,
        "state_names": STATE_NAMES,
        "readable": columns.READ,
        "california_words": columns.CALIFORNIA_WORDS,
        "verdicts": stock.VERDICTS,
        "sorts": SORTS,
        "label": wording.label,
        "scripted": form.get("scripted") == "yes",
    }


def _html(template: str, status: int = 200, **shown: Any) -> Response:
    response = Response(render_template(template, **shown), status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = PAGE
    return response
