"""A result as the service gives it (contract v1): for the documentation, and for the tests that hold every answer to it."""

from __future__ import annotations

from copy import copy
from typing import Any

import marshmallow as ma
from marshmallow.fields import List, Nested, Raw, String
from marshmallow.validate import OneOf

from ...evidence.certification import STRENGTH
from ...law import readings

SOURCES = (
    "stated",
    "vin",
    "registry",
    "executive_order",
    "label",
    "account",
    "default",
    "derived",
    "conflict",
    "unknown",
)
VERDICTS = ("permitted", "prohibited", "undetermined")
BASES = ("not_covered", "exempt", "certified", "either_way", "no_exception")


class FindingSchema(ma.Schema):
    """What one provision came to."""

    provision = String(required=True)
    text = String(required=True)
    status = String(required=True, validate=OneOf(("holds", "fails", "unknown")))
    because = List(String(), required=True)


class MemberSchema(ma.Schema):
    """A member of an answer that is an object."""

    name = String(required=True)
    type = String(required=True)
    choices = List(Raw(), required=True)


class AnswerSchema(ma.Schema):
    """The form of the answer that a question takes."""

    type = String(required=True, validate=OneOf(("string", "boolean", "integer", "number", "object")))
    choices = List(Raw(), required=True)
    unit = String(required=True, allow_none=True)
    members = List(Nested(MemberSchema), required=True)


class QuestionSchema(ma.Schema):
    """An open fact that can change the verdict."""

    fact = String(required=True)
    ask = String(required=True)
    provisions = List(String(), required=True)
    answer = Nested(AnswerSchema, required=True)


class RangeSchema(ma.Schema):
    """From `min` to `max`, both possible."""

    min = Raw(required=True)
    max = Raw(required=True)


class FactSchema(ma.Schema):
    """What is known of one fact, and by what source."""

    fact = String(required=True)
    state = String(required=True, validate=OneOf(("known", "narrowed", "open")))
    values = List(Raw(), required=True)
    ranges = List(Nested(RangeSchema), required=True)
    source = String(required=True, validate=OneOf(SOURCES))


class ClaimSchema(ma.Schema):
    """What one source says."""

    source = String(required=True, validate=OneOf(SOURCES))
    value = Raw(required=True, allow_none=True)


class ConflictSchema(ma.Schema):
    """Sources that cannot all be right."""

    fact = String(required=True)
    claims = List(Nested(ClaimSchema), required=True)
    text = String(required=True)


class DutySchema(ma.Schema):
    """What the chapter makes somebody do because of this act."""

    provision = String(required=True)
    who = String(required=True)
    text = String(required=True)
    due = String(required=True)


class DocumentSchema(ma.Schema):
    """A document to keep."""

    code = String(required=True)
    text = String(required=True)
    standing = String(required=True, validate=OneOf(("required", "recommended")))
    provision = String(required=True)


class AdvisorySchema(ma.Schema):
    """What else the reader should know; it never changes the verdict."""

    code = String(required=True)
    text = String(required=True)
    severity = String(required=True, validate=OneOf(("info", "warning")))
    source = String(required=True, allow_none=True)
    date = String(required=True, allow_none=True)


class RemedySchema(ma.Schema):
    """What would change a prohibition honestly."""

    code = String(required=True)
    text = String(required=True)
    provision = String(required=True)


class RegulationSchema(ma.Schema):
    """The law that was applied."""

    chapter = String(required=True)
    edition = String(required=True)
    reading = String(required=True, validate=OneOf(tuple(readings.BY_NAME)))
    ruleset = String(required=True, metadata={"description": "Hash of the compiled law."})


class VerdictsSchema(ma.Schema):
    """The verdict under each reading."""

    as_written = String(required=True, validate=OneOf(VERDICTS))
    incorporated_years = String(required=True, validate=OneOf(VERDICTS))
    federal_since_2025 = String(required=True, validate=OneOf(VERDICTS))


class ResultSchema(ma.Schema):
    """The answer to a check."""

    verdict = String(required=True, validate=OneOf(VERDICTS))
    basis = String(required=True, allow_none=True, validate=OneOf(BASES))
    assurance = String(required=True, allow_none=True, validate=OneOf(STRENGTH))
    summary = String(required=True)
    findings = List(Nested(FindingSchema), required=True)
    questions = List(Nested(QuestionSchema), required=True)
    facts = List(Nested(FactSchema), required=True)
    conflicts = List(Nested(ConflictSchema), required=True)
    duties = List(Nested(DutySchema), required=True)
    documents = List(Nested(DocumentSchema), required=True)
    advisories = List(Nested(AdvisorySchema), required=True)
    remedies = List(Nested(RemedySchema), required=True)
    readings = Nested(VerdictsSchema, required=True)
    regulation = Nested(RegulationSchema, required=True)


def _optional(field: ma.fields.Field[Any]) -> ma.fields.Field[Any]:
    optional = copy(field)
    optional.required = False
    return optional


PartOfResultSchema = ma.Schema.from_dict(
    {name: _optional(field) for name, field in ResultSchema._declared_fields.items()}, name="PartOfResultSchema"
)
"""The members of a result that were asked for."""
