"""The kind of blueprint that every room of the API is made of: strict bodies in, ready JSON out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import marshmallow as ma
from flask import Response, request
from flask_smorest import Blueprint

from .json_out import json_bytes
from .loading import Loader
from .parser import QueryParser, read_body
from .problems import ProblemSchema

Decorator = Callable[[Any], Any]
Members = tuple[str, ...] | None
"""The members of a result that are asked for; None: all."""
Made = tuple[bytes, int, list[tuple[str, str]]]
"""An answer before it is a response: its JSON, its status, the headers that are its own."""


class StrictBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A blueprint whose bodies are read strictly, and whose routes give answers that are whole.

    Of flask-smorest's decorators only the documentation is kept: what each would do to an answer, and to a body, is done.
    """

    ARGUMENTS_PARSER = QueryParser()

    def arguments(self, schema: ma.Schema | Loader, *, location: str = "json", **kwargs: Any) -> Decorator:
        """The body, or the query, as its schema loads it, as an argument; the body is the first."""
        if location == "query":
            return super().arguments(schema, location=location, **kwargs)  # type: ignore[no-any-return]
        loader = schema if isinstance(schema, Loader) else Loader(schema)
        return _reading(loader, super().arguments(loader.schema, location=location, **kwargs))

    def response(self, *args: Any, **kwargs: Any) -> Decorator:
        """Document an answer."""
        return _documenting(super().response(*args, **kwargs))

    def alt_response(self, *args: Any, **kwargs: Any) -> Decorator:
        """Document another answer."""
        return _documenting(super().alt_response(*args, **kwargs))

    @staticmethod
    def doc(**kwargs: Any) -> Decorator:
        """Document an operation by hand."""
        return _documenting(Blueprint.doc(**kwargs))

    @staticmethod
    def _prepare_response_doc(doc: Any, doc_info: Any, **kwargs: Any) -> Any:
        """flask-smorest documents the response of any other status as application/json: here it is a problem document."""
        doc = Blueprint._prepare_response_doc(doc, doc_info, **kwargs)
        content = {"application/problem+json": {"schema": ProblemSchema}}
        doc["responses"]["default"] = {"description": "Any other problem", "content": content}
        return doc


def _documenting(decorator: Decorator) -> Decorator:
    def decorate(function: Any) -> Any:
        function._apidoc = decorator(function)._apidoc
        return function

    return decorate


def _reading(loader: Loader, decorator: Decorator) -> Decorator:
    def decorate(function: Any) -> Any:
        @wraps(function)
        def read(*args: Any, **kwargs: Any) -> Any:
            return function(read_body(request, loader), *args, **kwargs)

        read._apidoc = decorator(function)._apidoc  # type: ignore[attr-defined]
        return read

    return decorate


def answer(value: Any, status: int = 200) -> Response:
    """A value as a JSON response."""
    return response_of((json_bytes(value), status, []))


def response_of(made: Made) -> Response:
    """An answer as a response."""
    body, status, headers = made
    return Response(body, status, headers, mimetype="application/json")


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
