"""Whether the service runs, and whether it can answer."""

from __future__ import annotations

import marshmallow as ma
from flask import Response

from .. import __version__
from ..evidence import vpic
from ..law.current import HASH
from ..records.times import as_text
from .blueprint import StrictBlueprint, answer, problems
from .problems import Problem
from .service import service

blueprint = StrictBlueprint("health", __name__, description="The habits of a service.")

# A VIN often printed as a sample: a Honda of 2003.
_SAMPLE_VIN = "1HGCM82633A004352"


class HealthSchema(ma.Schema):
    """The service runs."""

    status = ma.fields.String(required=True)
    version = ma.fields.String(required=True)
    ruleset = ma.fields.String(required=True)


def _state(status: str) -> Response:
    return answer({"status": status, "version": __version__, "ruleset": HASH})


@blueprint.route("/healthz")
@blueprint.doc(security=[])
@problems(blueprint, always=(503,))
@blueprint.response(200, HealthSchema, description="The process answers.")
def health() -> Response:
    """Whether the process answers."""
    return _state("ok")


@blueprint.route("/readyz")
@blueprint.doc(security=[])
@problems(blueprint, always=(503,))
@blueprint.response(200, HealthSchema, description="Everything that an answer needs is there.")
def ready() -> Response:
    """Whether everything that an answer needs is there."""
    if vpic.decode(_SAMPLE_VIN).model_year is None:
        raise Problem("not_ready", "The vehicle database cannot be read.")
    records = service().kept
    if records is not None:
        records.store.check(as_text(records.now()))
    return _state("ready")
