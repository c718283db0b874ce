"""The law's text beside the code's reading of it, and the compiled law."""

from __future__ import annotations

from datetime import timedelta

from flask import Response

from ..law.ruleset import content_hash
from ..law.va_9vac5_95 import by_citation
from ..records.certificates import sign
from ..records.times import as_text
from . import callers, describe
from .blueprint import StrictBlueprint, answer, problems
from .problems import Problem
from .schemas.law import ChapterSchema, ProvisionSchema, RulesetSchema
from .service import service

RULESET_TYPE = "levcheck-ruleset+jws"
RULESET_LASTS = timedelta(days=30)

blueprint = StrictBlueprint("regulation", __name__, url_prefix="/v1", description="The law, and the law as code.")


@blueprint.route("/regulation")
@problems(blueprint)
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
@problems(blueprint)
@blueprint.response(200, RulesetSchema, description="The diagram, its defaults, its narrowing and its words, signed.")
def ruleset() -> Response:
    """The compiled law as JSON: with it a client gives the same verdicts offline."""
    records = service().records
    compiled = describe.compiled()
    issued = records.now()
    claims = {name: compiled[name] for name in ("ruleset", "serial", "made")}
    claims |= {"vocabulary_hash": content_hash(compiled["vocabulary"]), "reading": service().reading}
    claims["account"] = callers.seller()
    claims |= {"issued": as_text(issued), "expires": as_text(issued + RULESET_LASTS)}
    return answer({**compiled, **claims, "signature": sign(claims, records.keys, RULESET_TYPE)})
