"""Checks: evaluate, keep nothing."""

from __future__ import annotations

from typing import Any

from flask import Response

from ..check import check
from . import callers
from .blueprint import StrictBlueprint, answer, problems
from .metrics import metrics
from .schemas.request import CheckRequestSchema
from .schemas.result import ResultSchema
from .service import service

blueprint = StrictBlueprint("checks", __name__, url_prefix="/v1", description="Evaluate a transaction and keep nothing.")


@blueprint.route("/checks", methods=["POST"])
@problems(blueprint, 400, 413, 415, 422)
@blueprint.response(200, ResultSchema, description="The verdict; an undetermined one is an answer too.")
@blueprint.arguments(CheckRequestSchema())  # an instance: making one anew costs more than the check
def evaluate(transaction: dict[str, Any]) -> Response:
    """May this vehicle change hands in Virginia?

    The verdict is `permitted` or `prohibited` only if every completion of the open facts is; otherwise it is
    `undetermined` and `questions` names the open facts that can still change it. A contract that does not go with the
    type of act is refused (422).
    """
    at = service()
    account = callers.seller()
    result = check(transaction, today=at.today(), registry=at.registry, reading=at.reading, account=account)
    metrics().verdict("check", result)
    return answer(result)
