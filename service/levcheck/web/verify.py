"""The page of a clerk who is shown a certificate: do paper, record and vehicle agree?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ..api.headers import PAGE
from ..api.problems import Problem
from ..api.service import service
from ..records import certificates
from ..records.store import StoreUnavailable
from . import judgement, signed
from .reading import MOST_BYTES
from .uploads import RETRY_AFTER_S, Busy, Uploads, allow_an_upload

_LONGEST_VIN = 64
STATUSES = {"too_large": 413, "busy": 503, "unavailable": 503}
"""Of a fault; of any other it is 422."""


class Fault(Exception):
    """Nothing could be checked; the message is the fault's code."""


def blueprint() -> Blueprint:
    """The page at /verify. It changes nothing and needs no login, so that a forged form could do no harm."""
    page = Blueprint("verify", __name__, template_folder="templates")
    uploads = Uploads()

    @page.get("/verify")
    def form() -> Response:
        return _html("verify.html")

    @page.post("/verify")
    def verify() -> Response:
        allow_an_upload()
        vin = request.form.get("vin", "")[:_LONGEST_VIN]
        try:
            certificate, pages = _presented(uploads)
        except Fault as fault:
            return _faulty(str(fault), vin)
        return _html("verified.html", judgement=_judged(certificate, vin, pages), certificate=certificate, vin=vin)

    page.register_error_handler(RequestEntityTooLarge, lambda _error: _faulty("too_large"))
    page.register_error_handler(HTTPException, _http_error)
    page.register_error_handler(Problem, _problem)
    page.register_error_handler(StoreUnavailable, lambda _error: _faulty("unavailable"))
    return page


def _presented(uploads: Uploads) -> tuple[str, Sequence[str]]:
    """The certificate that was uploaded or pasted, and the text of the pages of its PDF. Raises Fault."""
    content = _uploaded()
    if content is None:
        text = request.form.get("certificate", "")
        certificate = judgement.certificate_in(text)
        if not judgement.is_compact(certificate):
            raise Fault("not_a_certificate" if text.strip() else "nothing")
        return certificate, ()
    try:
        upload = uploads.read(content)
    except Busy as error:
        raise Fault("busy") from error
    if upload.fault:
        raise Fault(upload.fault)
    found = {certificate for code in upload.codes if judgement.is_compact(certificate := judgement.certificate_in(code))}
    if len(found) == 1:
        return found.pop(), upload.pages
    if found:
        raise Fault("several")
    raise Fault("another_code" if upload.codes else "no_code_in_pdf" if upload.pages else "no_code")


def _uploaded() -> bytes | None:
    """The content of the file or of the photo, if one was chosen. Raises Fault."""
    for name in ("photo", "file"):
        file = request.files.get(name)
        if file and file.filename:
            content: bytes = file.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise Fault("too_large")
            return content
    return None


def _judged(certificate: str, vin: str, pages: Sequence[str]) -> judgement.Judgement:
    records = service().records
    try:
        says = signed.read(certificates.verify(certificate, records.keys).claims)
    except certificates.NotACertificate as error:
        return judgement.refused(judgement.refusal(str(error)))
    except signed.NotReadable:
        return judgement.refused("another_kind")
    record = judgement.standing(*records.standing(says.id, certificate))
    return judgement.judge(says, record, vin, pages, service().reading)


def _faulty(code: str, vin: str = "") -> Response:
    response = _html("verify.html", STATUSES.get(code, 422), fault=code, vin=vin)
    if response.status_code == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _http_error(error: HTTPException) -> Response:
    response = _html("problem.html", error.code or 500, title=error.name, detail="")
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _problem(problem: Problem) -> Response:
    response = _html("problem.html", problem.type.status, title=problem.type.title, detail=problem.detail)
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _html(template: str, status: int = 200, **shown: Any) -> Response:
    response = Response(render_template(template, **shown), status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = PAGE
    return response
