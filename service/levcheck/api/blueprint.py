"""The kind of blueprint that every room of the API is made of: strict bodies in, ready JSON out."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from .json_out import json_bytes
from .parser import StrictParser
from .problems import ProblemSchema


class StrictBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A blueprint whose bodies are read by `StrictParser`."""

    ARGUMENTS_PARSER = StrictParser()

    @staticmethod
    def _prepare_response_doc(doc: Any, doc_info: Any, **kwargs: Any) -> Any:
        """flask-smorest documents the response of any other status as application/json: here it is a problem document."""
        doc = Blueprint._prepare_response_doc(doc, doc_info, **kwargs)
        content = {"application/problem+json": {"schema": ProblemSchema}}
        doc["responses"]["default"] = {"description": "Any other problem", "content": content}
        return doc


def answer(value: Any, status: int = 200) -> Response:
    """A value as a JSON response."""
    return Response(json_bytes(value), status, mimetype="application/json")


CLOSED, OPEN = (401, 403, 429, 503), (401, 429, 503)
"""What any operation can answer with: one that asks for a key, and one that anyone may use."""


def problems(blueprint: StrictBlueprint, *statuses: int, always: tuple[int, ...] = CLOSED) -> Any:
    """Document the problems that an operation can answer with."""

    def decorate(function: Any) -> Any:
        for status in sorted({*statuses, *always}):
            function = blueprint.alt_response(
                status, schema=ProblemSchema, content_type="application/problem+json", success=False
            )(function)
        return function

    return decorate
