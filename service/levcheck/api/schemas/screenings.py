"""A screening: which members of each result are asked for, and a line of the answer."""

from __future__ import annotations

from typing import Any

from marshmallow.fields import Integer, List, Nested, String

from ...check import BRIEF, MEMBERS
from ..problems import ProblemSchema
from .including import Names
from .request import Strict
from .result import PartOfResultSchema

BRIEFLY = "brief"
COMPACT = ("verdict", "basis", *BRIEF, "readings")
"""What `brief` stands for."""
BODIES: dict[str, dict[str, Any]] = {
    "application/x-ndjson": {"schema": {"$ref": "#/components/schemas/CheckRequest"}},
    "text/csv": {"schema": {"type": "string"}},
}
"""The media types that a screening reads, as the document has them: of lines of JSON it tells what one line is."""


class ScreeningSchema(Strict):
    """What of each result is asked for."""

    include = Names(
        (*MEMBERS, *BRIEF, BRIEFLY),
        metadata={
            "description": "The members of each result that are wanted, between commas. Default: all of a check's. "
            f"`{BRIEFLY}`: {', '.join(COMPACT)}. What is not asked for is not worked out."
        },
    )


class ScreenedSchema(PartOfResultSchema):  # type: ignore[misc, valid-type]  # made from another schema
    """A line of the answer: what was asked for of one result, or the problem of a line that could not be read."""

    line = Integer(required=True, metadata={"description": "Number of the line, from 1; of CSV the header is line 1."})
    reference = String(metadata={"description": "The caller's own, where it gave one."})
    provision = String(metadata={"description": "The provision that decided it."})
    needs = List(String(), metadata={"description": "The facts that are still needed."})
    problem = Nested(ProblemSchema)
