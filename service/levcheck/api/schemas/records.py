"""Determinations and certificates, as they are asked for and told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow.fields import Boolean, Dict, List, Nested, String
from marshmallow.validate import Length, OneOf, Regexp

from ..paging import moment
from .fields import Cursor, Line, Moment, PageSize, Vin, Word, needed
from .request import CheckRequestSchema, Strict, told
from .result import VERDICTS, PartOfResultSchema, ResultSchema

STATUSES = ("current", "voided", "superseded")


class HistorySchema(ma.Schema):
    """What became of a determination."""

    event = String(required=True, validate=OneOf(("void", "supersede")))
    at = String(required=True)
    reason = String(required=True, allow_none=True)
    by = String(required=True, allow_none=True, metadata={"description": "The determination that superseded this one."})


class DeterminationSchema(ma.Schema):
    """A check that was recorded, signed and kept."""

    id = String(required=True)
    reference = String(required=True, allow_none=True)
    status = String(required=True, validate=OneOf(STATUSES))
    recorded_at = String(required=True, metadata={"description": "UTC, RFC 3339."})
    retain_until = String(required=True, metadata={"description": "UTC, RFC 3339: not deleted before."})
    request = Dict(required=True, metadata={"description": "The request as it was received."})
    result = Nested(ResultSchema, required=True)
    certificate = String(required=True, metadata={"description": "Compact JWS, Ed25519."})
    supersedes = String(required=True, allow_none=True)
    history = List(Nested(HistorySchema), required=True)


class AbridgedSchema(DeterminationSchema):
    """A determination of whose result only some members were asked for; the record has all."""

    result = Nested(PartOfResultSchema, required=True)


class PageSchema(ma.Schema):
    """Determinations from the newest on."""

    items = List(Nested(DeterminationSchema), required=True)
    next = String(required=True, allow_none=True, metadata={"description": "Cursor of the next page."})


class ListSchema(Strict):
    """Which determinations are asked for."""

    vin = Vin(**told("Vehicle identification number."))
    reference = Line(64, **told("The caller's own reference."))
    verdict = Word(VERDICTS, **told("The verdict."))
    from_ = Moment(data_key="from", **told("From this date in Virginia, or this time (RFC 3339), on."))
    to = Moment(**told("Up to and with this date in Virginia, or before this time (RFC 3339); some time after `from`."))
    limit = PageSize(200, **told("How many, at most 200. Default: 50."))
    cursor = Cursor(**told("Where the page begins: `next` of the page before."))

    @ma.validates_schema(skip_on_field_errors=True)
    def period(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        """Refuse a period in which nothing can lie: its empty list would look like an answer."""
        if "from_" in data and "to" in data and moment(data["to"], 1) <= moment(data["from_"]):
            raise ma.ValidationError(
                "Nothing lies between `from` and this | Send a date from `from` on, or a later time.", field_name="to"
            )


class VoidSchema(Strict):
    """Why a determination no longer stands."""

    reason = Line(500, **needed("Send why, in 1 to 500 characters."), **told("Why the deal was unwound."))


class SupersedeSchema(Strict):
    """A corrected transaction, and why."""

    reason = Line(500, allow_none=True, **told("What was corrected."))
    request = Nested(
        CheckRequestSchema, **needed("Send the corrected transaction, whole."), **told("The corrected transaction, whole.")
    )


_CERTIFICATE = "Send the compact JWS, or what the QR code holds."


class VerifySchema(Strict):
    """A certificate to verify."""

    certificate = String(
        **needed(_CERTIFICATE),
        validate=[
            Length(max=20_000, error=f"Longer than 20,000 characters | {_CERTIFICATE}"),
            Regexp(r"^[\t\n\r -~]*$", error=f"It holds what no certificate holds | {_CERTIFICATE}"),
        ],
        **told("The compact JWS, or what the QR code holds: the same behind an address and #."),
    )


class VerificationSchema(ma.Schema):
    """Whether a certificate is one of this service's, and whether it still stands."""

    valid = Boolean(required=True, metadata={"description": "A key of this service signed it, and nothing was altered."})
    reason = String(required=True, allow_none=True)
    status = String(required=True, allow_none=True, validate=OneOf((*STATUSES, "unknown")))
    key = String(required=True, allow_none=True)
    claims = Dict(required=True, allow_none=True)
    history = List(Nested(HistorySchema), required=True)
