"""A result as the service gives it (contract v1): for the documentation, and for the tests that hold every answer to it."""

from __future__ import annotations

import marshmallow as ma
from marshmallow.fields import Boolean, Dict, Integer, List, Nested, Raw, String
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


class DecodedVehicleSchema(ma.Schema):
    """What a VIN tells. `problem` says why its facts are not used, or is null."""

    vin = String(required=True)
    problem = String(required=True, allow_none=True, validate=OneOf(("vin_unverified", "vin_not_assigned")))
    detail = String(required=True, allow_none=True)
    model_year = Integer(required=True, allow_none=True)
    make = String(required=True, allow_none=True)
    model = String(required=True, allow_none=True)
    vehicle_type = String(required=True, allow_none=True, metadata={"description": "As NHTSA names it."})
    body_class = String(required=True, allow_none=True)
    fuel = String(required=True, allow_none=True)
    gvwr_lb = Nested(RangeSchema, required=True, allow_none=True)
    classes = List(String(), required=True, metadata={"description": "The contract's vehicle types that remain possible."})
    test_group = String(required=True, allow_none=True)


class OrderSchema(ma.Schema):
    """An Executive Order on file."""

    executive_order = String(required=True)
    source = String(required=True)


class TestGroupSchema(ma.Schema):
    """What is on file about a test group. A row that is missing proves nothing."""

    test_group = String(required=True)
    model_year = Integer(required=True)
    california = Boolean(required=True, metadata={"description": "EPA's list has a California row."})
    federal = Boolean(required=True, metadata={"description": "EPA's list has a federal row."})
    editions = List(String(), required=True)
    executive_orders = List(Nested(OrderSchema), required=True)


class ParagraphSchema(ma.Schema):
    """One piece of the regulation, and how the code reads it."""

    citation = String(required=True)
    text = String(required=True)
    role = String(required=True, validate=OneOf(("provision", "meaning", "duty", "out_of_reach")))
    reading = Raw(
        required=True, allow_none=True, metadata={"description": "The condition, as nested objects; provisions only."}
    )
    facts = List(String(), required=True)
    notes = List(String(), required=True, metadata={"description": "Choices of interpretation."})
    who = String(required=True, allow_none=True)
    due = String(required=True, allow_none=True)
    reason = String(required=True, allow_none=True)


class ProvisionSchema(ma.Schema):
    """All that stands under one citation."""

    citation = String(required=True)
    paragraphs = List(Nested(ParagraphSchema), required=True)


class SectionSchema(ma.Schema):
    """A section, in print order."""

    heading = String(required=True)
    paragraphs = List(Nested(ParagraphSchema), required=True)


class EditionSchema(ma.Schema):
    """The chapter as in force from a date."""

    effective = String(required=True)
    source = String(required=True)


class ReadingSchema(ma.Schema):
    """A position on the chapter's reach."""

    name = String(required=True)
    scope = String(required=True)
    position_of = String(required=True)
    source = String(required=True)


class ChapterSchema(ma.Schema):
    """The chapter: its text, editions and readings."""

    chapter = String(required=True)
    title = String(required=True)
    statutory_authority = String(required=True)
    historical_notes = String(required=True)
    editions = List(Nested(EditionSchema), required=True)
    readings = List(Nested(ReadingSchema), required=True)
    sections = List(Nested(SectionSchema), required=True)
    ruleset = String(required=True)


class RulesetSchema(ma.Schema):
    """The compiled law, for offline use."""

    ruleset = String(required=True, metadata={"description": "SHA-256 of `law` as compact JSON with sorted keys."})
    serial = Integer(required=True)
    made = String(required=True)
    law = Dict(required=True)
