"""The transparency log: checkpoints, and proofs that nothing was removed, altered or back-dated."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response

from ..log import state
from . import callers
from .blueprint import StrictBlueprint, answer, problems
from .problems import Problem
from .schemas.log import CheckpointSchema, ConsistencySchema, ProofSchema, SizeSchema, SizesSchema
from .service import service

blueprint = StrictBlueprint("log", __name__, url_prefix="/v1", description="The transparency log over the records.")

_ID = {"in": "path", "name": "id", "required": True, "schema": {"type": "string", "maxLength": 64}}


@blueprint.route("/determinations/<id>/proof", methods=["GET"], parameters=[_ID])
@problems(blueprint, 404, 422, 503)
@blueprint.response(200, ProofSchema, description="The entry, and the path from it to the checkpoint's root.")
@blueprint.arguments(SizeSchema(), location="query")
def proof(query: dict[str, Any], id: str) -> Response:
    """The proof that a determination is in the log, under the newest checkpoint or the one of a size.

    A record is sealed within a second or so; until then the answer is `not_sealed_yet`.
    """
    records = service().records
    records.get(callers.account_to_read(id), id)
    return answer(state.inclusion(records.store, id, query.get("size")))


@blueprint.route("/log/checkpoint", methods=["GET"])
@problems(blueprint, 404, 422, 503)
@blueprint.response(200, CheckpointSchema, description="The checkpoint. Keep it: the log can be held to it.")
@blueprint.arguments(SizeSchema(), location="query")
def checkpoint(query: dict[str, Any]) -> Response:
    """The newest checkpoint, or the first of a size."""
    return answer(state.checkpoint(service().records.store, query.get("size")).told())


@blueprint.route("/log/consistency", methods=["GET"])
@problems(blueprint, 404, 422, 503)
@blueprint.response(200, ConsistencySchema, description="The path from the one root to the other.")
@blueprint.arguments(SizesSchema(), location="query")
def consistency(query: dict[str, Any]) -> Response:
    """The proof that the log of `first` entries is the beginning of the log of `second`."""
    return answer(state.consistency(service().records.store, query["first"], query.get("second")))


def register(app: Flask) -> None:
    """Answer the log's exceptions with their problems."""
    app.register_error_handler(state.NotSealedYet, _not_sealed_yet)
    app.register_error_handler(state.NoSuchSize, lambda error: Problem("no_such_size", str(error)).response())


def _not_sealed_yet(_error: state.NotSealedYet) -> Response:
    detail = "What was recorded is sealed within a second or so. Ask again in a moment."
    return Problem("not_sealed_yet", detail, retry_after=1).response()
