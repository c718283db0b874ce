"""The counter: a VIN, the questions that can still change the verdict, the verdict, and one press that records it.

What was answered stands in the page itself: a check that is not recorded leaves nothing behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from ..api import callers, describe, idempotency
from ..api.headers import PAGE
from ..api.problems import Problem
from ..api.service import service
from ..check import evaluate, most_decisive_first, result_of
from ..evidence import vin as vin_rules
from ..evidence import vpic
from ..law import readings
from ..law import vocabulary as v
from ..law.places import STATE_NAMES
from ..printed import certificate, wording
from ..records.calls import Call
from . import forms

ACTIVITIES: dict[str, dict[str, str]] = {
    "sale": {v.act.name: "sale"},
    "trade": {v.act.name: "sale", v.buyer.name: "dealer"},
    "lease": {v.act.name: "lease"},
    "rental": {v.act.name: "rental"},
    "registration": {v.act.name: "import", **dict.fromkeys(forms.RELOCATION, forms.UNKNOWN)},
}
"""What people do at a counter, and what that says of the transaction. A new resident's answers begin as not known."""
_KEY = "idempotency_key"

blueprint = Blueprint("counter", __name__, template_folder="templates")


@blueprint.get("/")
def start() -> Response:
    """The page with the VIN box."""
    return _html("counter.html", told={}, activity="sale", activities=ACTIVITIES, faults={})


@blueprint.post("/")
def check() -> Response:
    """The verdict on what was answered so far, or the questions on which it still turns."""
    told, activity = _told()
    return _judged(told, activity)


@blueprint.post("/record")
def record() -> AnyResponse:
    """Record what was judged. The key came with the page, so that a second press records nothing twice."""
    told, activity = _told()
    try:
        sent, read = forms.request_of(told)
        call = Call(callers.caller().organization, _key(), sent, callers.seller())
        made = service().records.create(call, read, service().today())
    except forms.Unreadable as error:
        return _judged(told, activity, error.faults)
    return redirect(f"/records/{made.determination['id']}", 303)


@blueprint.get("/records/<id>")
def recorded(id: str) -> Response:
    """A determination, and its certificate to print, to save or to show."""
    determination = service().records.get(callers.account_to_read(id), id)
    return _html("recorded.html", it=determination, code=certificate.code(determination, service().address))


@blueprint.get("/records/<id>/certificate.pdf")
def saved(id: str) -> Response:
    """The certificate as a PDF."""
    determination = service().records.get(callers.account_to_read(id), id)
    return Response(certificate.pdf(determination, service().address), mimetype="application/pdf")


def _told() -> tuple[dict[str, str], str]:
    """The answers of the form. The activity says what nothing else does, when it is chosen and not after."""
    told = forms.answers(request.form)
    activity = request.form.get("activity", "sale")
    if request.form.get("chosen") != activity:
        told |= {name: value for name, value in ACTIVITIES.get(activity, {}).items() if name not in told}
    if (unknown := request.form.get(forms.UNKNOWN, "")) in forms.FIELDS:
        told[unknown] = forms.UNKNOWN
    return told, activity if activity in ACTIVITIES else "sale"


def _key() -> str:
    try:
        return str(uuid.UUID(request.form.get(_KEY, "")))
    except ValueError:
        raise Problem("idempotency_key_missing", "Load the page again and press the button there.") from None


def _judged(told: dict[str, str], activity: str, faults: Mapping[str, str] | None = None) -> Response:
    if faults is None:
        try:
            _, read = forms.request_of(told)
        except forms.Unreadable as error:
            faults = error.faults
    if faults:
        return _html("counter.html", 422, told=told, activity=activity, activities=ACTIVITIES, faults=faults)
    at = service()
    case = evaluate(read, today=at.today(), registry=at.registry, reading=at.reading, account=callers.seller())
    result = result_of(case)
    questions = {question["fact"]: question for question in result["questions"]}
    return _html(
        "judged.html",
        told=told,
        activity=activity,
        result=result,
        law=_deciding(result),
        questions=[questions[name] for name in most_decisive_first(case) if told.get(name) != forms.UNKNOWN],
        not_known=[questions[name] for name in questions if told.get(name) == forms.UNKNOWN],
        vehicle=_vehicle(told),
        readings=readings.BY_NAME,
        key=uuid.uuid4(),
        keeps=at.kept is not None,
        value=wording.value,
        label=wording.label,
        sources=wording.SOURCES,
    )


def _deciding(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The provisions to show: the exemption that holds, or the prohibition with its sentence."""
    exempt = [f for f in result["findings"] if f["status"] == "holds" and f["provision"].startswith("9VAC5-95-30 B")]
    if result["basis"] == "exempt" and exempt:
        return exempt[:1]
    return [f for f in result["findings"] if f["provision"] == "9VAC5-95-30 A"]


def _vehicle(told: Mapping[str, str]) -> dict[str, Any] | None:
    vin = told.get(forms.VIN, "")
    return describe.vehicle(vpic.decode(vin)) if vin_rules.is_well_formed(vin) else None


def _html(template: str, status: int = 200, **shown: Any) -> Response:
    response = Response(render_template(template, state_names=STATE_NAMES, **shown), status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = PAGE
    return response


def _told_problem(code: str, detail: str) -> Response:
    problem = Problem(code, detail)
    return _html("problem.html", problem.type.status, title=problem.type.title, detail=detail)


blueprint.register_error_handler(Problem, lambda problem: _told_problem(problem.type.code, problem.detail))
for _error, (_code, _detail, _wait) in idempotency.PROBLEMS.items():
    blueprint.register_error_handler(_error, lambda _e, code=_code, detail=_detail: _told_problem(code, detail))
