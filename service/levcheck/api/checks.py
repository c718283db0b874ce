"""Checks: evaluate, keep nothing."""

from __future__ import annotations

from typing import Any

from flask import Response

from ..check import evaluate, result_of
from . import callers
from .blueprint import Made, Members, StrictBlueprint, problems, response_of
from .json_out import json_bytes
from .loading import Loader
from .metrics import Metrics, metrics
from .schemas.including import INCLUDE, IncludeSchema
from .schemas.request import CheckRequestSchema
from .schemas.result import PartOfResultSchema, ResultSchema
from .service import Service, service

LOADER = Loader(CheckRequestSchema())
blueprint = StrictBlueprint("checks", __name__, url_prefix="/v1", description="Evaluate a transaction and keep nothing.")


@blueprint.route("/checks", methods=["POST"])
@problems(blueprint, 400, 413, 415, 422)
@blueprint.response(
    200, {"anyOf": [ResultSchema, PartOfResultSchema]}, description="The verdict; an undetermined one is an answer too."
)
@blueprint.arguments(IncludeSchema(), location="query")
@blueprint.arguments(LOADER)
def check(transaction: dict[str, Any], query: dict[str, Any]) -> Response:
    """May this vehicle change hands in Virginia?

    The verdict is `permitted` or `prohibited` only if every completion of the open facts is; otherwise it is
    `undetermined` and `questions` names the open facts that can still change it. A contract that does not go with the
    type of act is refused (422).
    """
    return response_of(made(service(), metrics(), transaction, callers.seller(), query.get(INCLUDE)))


def made(at: Service, count: Metrics, transaction: dict[str, Any], seller: str | None, members: Members) -> Made:
    """The answer to a check; `seller` is the kind of seller that the caller is, if it is one."""
    case = evaluate(transaction, today=at.today(), registry=at.registry, reading=at.reading, account=seller)
    count.verdict("check", case.verdict, case.basis)
    return json_bytes(result_of(case, members)), 200, []
