"""The counter: a VIN, the questions that can still change the verdict, the verdict, and one press that records it.

What was answered stands in the page itself: a check that is not recorded leaves nothing behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from ..api import callers, describe
from ..api.headers import PAGE
from ..api.problems import Problem
from ..api.service import service
from ..check import evaluate, most_decisive_first, question, result_of
from ..evidence import vin as vin_rules
from ..evidence import vpic
from ..law import readings
from ..law import vocabulary as v
from ..law.places import STATE_NAMES
from ..printed import certificate, wording
from ..records.calls import Call
from . import asking, barcodes, forms, uploads

_KEY = "idempotency_key"
_MOST_PARTS = 64

blueprint = Blueprint("counter", __name__, template_folder="templates")


@dataclass(frozen=True)
class Desk:
    """Where the counter stands: on the service's own site, or on another system's page at the origin `host`.

    `check` and `record` are where its forms go, `carries` what they carry besides the answers, `policy` its content security
    policy. With a `vin` it is there for this vehicle only.
    """

    check: str = "/"
    record: str = "/record"
    carries: Mapping[str, str] = field(default_factory=dict)
    policy: str = PAGE
    layout: str = "base.html"
    host: str = ""
    vin: str = ""

    def start(self) -> Response:
        """The page with the VIN box."""
        return self._begun({}, asking.USUAL.get(callers.caller().role, "sale"))

    def told(self) -> tuple[dict[str, str], str]:
        """The answers of the form, and the activity."""
        told, activity = asking.told_of(request.form)
        return told | ({forms.VIN: self.vin} if self.vin else {}), activity

    def judged(self, told: dict[str, str], activity: str) -> Response:
        """The verdict on what was answered so far, or the questions on which it still turns, or the answer to change."""
        change = request.form.get("change", "")
        if change == forms.VIN:
            return self._begun(told, activity, chosen=activity)
        try:
            if name := asking.askable(change):
                return self._asked(told, activity, [name])
            return self.html("judged.html", **_judgement(told, activity))
        except forms.Unreadable as error:
            return self.asked_again(told, activity, error)

    def asked_again(self, told: dict[str, str], activity: str, error: forms.Unreadable) -> Response:
        """The questions whose answers could not be read, and why; the first page, where they were none."""
        names = list(filter(None, dict.fromkeys(map(asking.askable, error.faults))))
        kept = asking.without(told, error.faults.keys() - {forms.VIN})
        if not names or forms.VIN in error.faults:
            return self._begun(asking.without(kept, names), activity, error.faults, chosen=activity)
        try:
            return self._asked(kept, activity, names, error.faults)
        except forms.Unreadable as worse:
            return self._begun({}, activity, worse.faults)

    def _begun(
        self,
        told: Mapping[str, str],
        activity: str,
        faults: Mapping[str, str] | None = None,
        *,
        chosen: str = "",
        photo: str = "",
    ) -> Response:
        status = barcodes.STATUSES.get(photo, 422) if faults or photo else 200
        shown = {"told": told, "activity": activity, "chosen": chosen, "faults": faults or {}, "photo": photo}
        return self.html("counter.html", status, activities=asking.ACTIVITIES, **shown)

    def _asked(
        self, told: Mapping[str, str], activity: str, names: list[str], faults: Mapping[str, str] | None = None
    ) -> Response:
        """The questions for some facts alone, whether or not the verdict turns on them."""
        case = _case(forms.request_of(asking.opened(told, names))[1])
        shown = {"questions": [question(case, name) for name in names], "was": told, "faults": faults or {}}
        told = asking.without(told, names)
        return self.html("asked.html", 422 if faults else 200, told=told, activity=activity, vehicle=_vehicle(told), **shown)

    def no_vin(self, told: Mapping[str, str], activity: str, fault: str) -> Response:
        """The first page, and why the photo showed no VIN."""
        return self._begun(told, activity, chosen=activity, photo=fault)

    def html(self, template: str, status: int = 200, **shown: Any) -> Response:
        """A page of the desk."""
        html = render_template(template, desk=self, state_names=STATE_NAMES, **WORDS, **shown)
        response = Response(html, status, mimetype="text/html")
        response.headers["Content-Security-Policy"] = self.policy
        return response


COUNTER = Desk()
WORDS = {"label": wording.label, "figure": wording.figure, "day": wording.day, "bounds": v.BY_NAME}
"""What every page of the counter puts facts into words with."""


@blueprint.get("/")
def start() -> Response:
    """The page with the VIN box."""
    return COUNTER.start()


@blueprint.post("/")
def check() -> Response:
    """The verdict on what was answered so far, or the questions on which it still turns."""
    return COUNTER.judged(*COUNTER.told())


@blueprint.before_app_request
def allow_a_photo() -> None:
    """A photo is larger than other forms. This comes before the form's token is looked for."""
    if request.endpoint == "counter.scan":
        uploads.allow_an_upload(_MOST_PARTS)


@blueprint.post("/scan")
def scan() -> Response:
    """What `check` tells, of the VIN in a photo of its barcode."""
    told, activity = COUNTER.told()
    try:
        told[forms.VIN] = barcodes.in_the_photo()
    except barcodes.NoVin as error:
        return COUNTER.no_vin(told, activity, str(error))
    return COUNTER.judged(told, activity)


@blueprint.post("/record")
def record() -> AnyResponse:
    """Record what was judged. The key came with the page, so that a second press records nothing twice."""
    told, activity = COUNTER.told()
    try:
        made = create(told)
    except forms.Unreadable as error:
        return COUNTER.asked_again(told, activity, error)
    return redirect(f"/records/{made['id']}", 303)


def create(told: Mapping[str, str]) -> dict[str, Any]:
    """The determination that the answers make, recorded under the key that came with the page. Raises Unreadable."""
    sent, read = forms.request_of(told)
    call = Call(callers.caller().organization, _key(), sent, callers.seller())
    return service().records.create(call, read, service().today()).determination


@blueprint.get("/records/<id>")
def recorded(id: str) -> Response:
    """A determination, and its certificate to print, to save or to show."""
    determination = service().records.get(callers.account_to_read(id), id)
    return shown(COUNTER, determination)


def shown(desk: Desk, determination: dict[str, Any]) -> Response:
    """The page of a determination."""
    code = certificate.code(determination, service().address)
    return desk.html("recorded.html", it=determination, code=code)


@blueprint.get("/records/<id>/certificate.pdf")
def saved(id: str) -> Response:
    """The certificate as a PDF."""
    determination = service().records.get(callers.account_to_read(id), id)
    return Response(certificate.pdf(determination, service().address), mimetype="application/pdf")


def _key() -> str:
    try:
        return str(uuid.UUID(request.form.get(_KEY, "")))
    except ValueError:
        raise Problem("bad_request", "The form came without its own number. Check the vehicle again.") from None


def _judgement(told: Mapping[str, str], activity: str) -> dict[str, Any]:
    """What the page of a verdict shows. Raises Unreadable."""
    case = _case(forms.request_of(told)[1])
    result = result_of(case)
    return {
        "told": told,
        "activity": activity,
        "result": result,
        "law": _deciding(result),
        "questions": [question(case, name) for name in asking.to_ask(most_decisive_first(case), told, activity)],
        "not_known": [question(case, name) for name in case.questions if told.get(name) == forms.UNKNOWN],
        "answers": list(asking.answered(told, activity)),
        "presumed": asking.presumed(result),
        "vehicle": _vehicle(told),
        "readings": readings.BY_NAME,
        "key": uuid.uuid4(),
        "keeps": service().kept is not None,
    }


def _case(read: Mapping[str, Any]) -> Any:
    at = service()
    return evaluate(read, today=at.today(), registry=at.registry, reading=at.reading, account=callers.seller())


def _deciding(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The provisions to show: the exemption that holds, those of which one does, or the prohibition with its sentence."""
    exempt = [f for f in result["findings"] if f["provision"].startswith("9VAC5-95-30 B")]
    holding = [f for f in exempt if f["status"] == "holds"][:1]
    either = [f for f in exempt if f["status"] == "unknown" and len(f["because"]) == 1]
    if result["basis"] == "exempt" and (holding or either):
        return holding or either
    return [f for f in result["findings"] if f["provision"] == "9VAC5-95-30 A"]


def _vehicle(told: Mapping[str, str]) -> dict[str, Any] | None:
    vin = told.get(forms.VIN, "")
    return describe.vehicle(vpic.decode(vin)) if vin_rules.is_well_formed(vin) else None
