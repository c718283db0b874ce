"""Determinations: evaluate, sign, record; read, list; void and supersede."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from ..printed import certificate as printed
from ..records import canonical
from ..records.calls import Call, Outcome
from . import callers, idempotency
from .blueprint import Made, Members, StrictBlueprint, answer, problems, response_of
from .checks import LOADER
from .headers import with_style
from .metrics import Metrics, metrics
from .paging import cursor_of, read_cursor, wanted
from .problems import Problem
from .schemas.including import INCLUDE, IncludeSchema
from .schemas.records import AbridgedSchema, DeterminationSchema, ListSchema, PageSchema, SupersedeSchema, VoidSchema
from .service import Service, service

blueprint = StrictBlueprint("determinations", __name__, url_prefix="/v1", description="Checks that are recorded and signed.")

FORMS = ("text/html", "application/pdf", "application/jose")
PAGE = 50
_ID = {"in": "path", "name": "id", "required": True, "schema": {"type": "string", "maxLength": 64}}


def _recorded(count: Metrics, outcome: Outcome, status: int, members: Members = None) -> Made:
    """The answer to what was recorded, perhaps with only some members of its result: the same bytes for every retry."""
    determination = outcome.determination
    result = determination["result"]
    own = [("Location", f"/v1/determinations/{determination['id']}")]
    if outcome.replayed:
        own.append(("Idempotency-Replayed", "true"))
    elif status == 201:
        count.verdict("determination", result["verdict"], result["basis"])
    if members is not None:
        determination = determination | {"result": {name: result[name] for name in members}}
    return canonical.encoded(determination), status, own


@blueprint.route("/determinations", methods=["POST"])
@blueprint.doc(parameters=[idempotency.HEADER])
@problems(blueprint, 400, 409, 413, 415, 422)
@blueprint.response(201, {"anyOf": [DeterminationSchema, AbridgedSchema]}, description="Recorded: it is durable.")
@blueprint.arguments(IncludeSchema(), location="query")
@blueprint.arguments(LOADER)
def create(transaction: dict[str, Any], query: dict[str, Any]) -> Response:
    """Evaluate, sign and record a transaction.

    The same Idempotency-Key with the same body gets the stored answer again (`Idempotency-Replayed: true`); with another
    body it is refused (422). `include` chooses what of the result is answered; the record is whole all the same.
    """
    return response_of(made(service(), metrics(), idempotency.call(), transaction, query.get(INCLUDE)))


def made(at: Service, count: Metrics, call: Call, transaction: dict[str, Any], members: Members) -> Made:
    """Record a transaction; the answer to it, once that is durable."""
    return _recorded(count, at.records.create(call, transaction, at.today()), 201, members)


@blueprint.route("/determinations", methods=["GET"])
@problems(blueprint, 422)
@blueprint.response(200, PageSchema, description="A page, and a Link header (RFC 8288) to the next one.")
@blueprint.arguments(ListSchema(), location="query")
def page(query: dict[str, Any]) -> Response:
    """Determinations from the newest on."""
    limit = query.get("limit", PAGE)
    after = read_cursor(query["cursor"]) if "cursor" in query else None
    filters = wanted(query)
    account = callers.account_to_read(json.dumps({**filters, "limit": limit, **({"before": after} if after else {})}))
    items, before = service().records.page(account, filters, after, limit)
    cursor = cursor_of(before) if before else None
    response = answer({"items": items, "next": cursor})
    if cursor:
        following = urlencode({**{k: v for k, v in request.args.items() if k != "cursor"}, "cursor": cursor})
        response.headers["Link"] = f'</v1/determinations?{following}>; rel="next"'
    return response


@blueprint.route("/determinations/<id>", methods=["GET"], parameters=[_ID])
@problems(blueprint, 404)
@blueprint.response(200, DeterminationSchema, description="The determination.")
def one(id: str) -> Response:
    """One determination."""
    return answer(service().records.get(callers.account_to_read(id), id))


@blueprint.route("/determinations/<id>/void", methods=["POST"], parameters=[_ID, idempotency.HEADER])
@problems(blueprint, 400, 404, 409, 413, 415, 422)
@blueprint.response(200, DeterminationSchema, description="Voided: the record stays, its status changes.")
@blueprint.arguments(VoidSchema())
def void(body: dict[str, Any], id: str) -> Response:
    """Mark a determination as voided: the deal was unwound."""
    return response_of(_recorded(metrics(), service().records.void(idempotency.call(), id, body["reason"]), 200))


@blueprint.route("/determinations/<id>/supersede", methods=["POST"], parameters=[_ID, idempotency.HEADER])
@problems(blueprint, 400, 404, 409, 413, 415, 422)
@blueprint.response(201, DeterminationSchema, description="The new determination; the old one is superseded.")
@blueprint.arguments(SupersedeSchema())
def supersede(body: dict[str, Any], id: str) -> Response:
    """Record a corrected transaction in the place of a determination."""
    at = service()
    call = idempotency.call()
    outcome = at.records.supersede(call, id, body["request"], at.today(), body.get("reason"))
    return response_of(_recorded(metrics(), outcome, 201))


@blueprint.route("/determinations/<id>/certificate", methods=["GET"], parameters=[_ID])
@problems(blueprint, 404, 406)
@blueprint.response(200, {"type": "string"}, content_type="text/html", description="The certificate, as Accept asks.")
@blueprint.alt_response(200, schema={"type": "string", "format": "binary"}, content_type="application/pdf", success=True)
@blueprint.alt_response(200, schema={"type": "string"}, content_type="application/jose", success=True)
def certificate(id: str) -> Response:
    """The certificate: a page that prints, a PDF, or the JWS itself."""
    form = request.accept_mimetypes.best_match(FORMS) if request.accept_mimetypes else "text/html"
    if form is None:
        raise Problem("not_acceptable", f"Ask with Accept for one of {', '.join(FORMS)}.")
    determination = service().records.get(callers.account_to_read(id), id)
    response = Response(_printed(determination, form), mimetype=form)
    response.headers["Vary"] = "Accept"
    if form == "text/html":
        response.headers["Content-Security-Policy"] = with_style(printed.style())
    if form == "application/pdf":
        response.headers["Content-Disposition"] = f'inline; filename="levcheck-{determination["id"]}.pdf"'
    return response


def _printed(determination: dict[str, Any], form: str) -> str | bytes:
    if form == "application/jose":
        return str(determination["certificate"])
    make = printed.html if form == "text/html" else printed.pdf
    return make(determination, service().address)
