"""The law's text beside the code's reading of it, and the compiled law."""

from __future__ import annotations

from functools import cache

from flask import Response

from ..law.va_9vac5_95 import by_citation
from . import describe
from .blueprint import StrictBlueprint, answer, problems
from .json_out import json_bytes
from .problems import Problem
from .schemas.result import ChapterSchema, ProvisionSchema, RulesetSchema

blueprint = StrictBlueprint("regulation", __name__, url_prefix="/v1", description="The law, and the law as code.")


@blueprint.route("/regulation")
@blueprint.response(200, ChapterSchema, description="Every paragraph, in print order.")
def chapter() -> Response:
    """The chapter as printed, each paragraph beside its code's reading."""
    return answer(describe.regulation())


@blueprint.route("/regulation/provisions/<citation>")
@problems(blueprint, 404)
@blueprint.response(200, ProvisionSchema, description="All that stands under the citation.")
def provision(citation: str) -> Response:
    """One provision by its citation, such as `9VAC5-95-30 B 6`."""
    paragraphs = by_citation(citation)
    if not paragraphs:
        raise Problem("no_such_provision", "Citations look like 9VAC5-95-30 B 6; all of them stand in /v1/regulation.")
    return answer(
        {"citation": paragraphs[0].citation, "paragraphs": [describe.paragraph(paragraph) for paragraph in paragraphs]}
    )


@blueprint.route("/ruleset")
@blueprint.response(200, RulesetSchema, description="The diagram, its defaults and its narrowing.")
def ruleset() -> Response:
    """The compiled law as JSON: with it a client gives the same verdicts offline."""
    return Response(_ruleset(), mimetype="application/json")


@cache
def _ruleset() -> bytes:
    return json_bytes(describe.compiled())
