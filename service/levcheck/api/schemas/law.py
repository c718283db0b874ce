"""The law and its compiled form, as the service tells them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String
from marshmallow.validate import OneOf


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
    vocabulary = Dict(
        required=True,
        metadata={"description": "The facts in the contract's order, each with its question, and the provisions' words."},
    )
    vocabulary_hash = String(required=True, metadata={"description": "SHA-256 of `vocabulary`, made as that of `law`."})
    reading = String(required=True, metadata={"description": "The deployment's position, for requests that name none."})
    account = String(
        required=True,
        allow_none=True,
        metadata={"description": "The kind of seller that the asking organization is, if it is one."},
    )
    issued = String(required=True, metadata={"description": "When this copy was signed."})
    expires = String(required=True, metadata={"description": "After this a client asks again."})
    signature = String(
        required=True,
        metadata={
            "description": "Compact JWS over ruleset, serial, made, vocabulary_hash, reading, account, issued and "
            "expires; /.well-known/jwks.json."
        },
    )
