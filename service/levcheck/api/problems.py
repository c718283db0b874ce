"""Problem documents (RFC 9457) from one closed register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import Response, g
from werkzeug.exceptions import HTTPException

from .json_out import json_bytes


@dataclass(frozen=True)
class ProblemType:
    """One kind of problem: its code, HTTP status and title."""

    code: str
    status: int
    title: str

    @property
    def uri(self) -> str:
        return f"urn:levcheck:problem:{self.code}"


REGISTER = {
    problem.code: problem
    for problem in (
        ProblemType("malformed_json", 400, "The body is not the JSON that this service reads"),
        ProblemType("bad_request", 400, "The request could not be read"),
        ProblemType("key_missing", 401, "This operation needs an API key"),
        ProblemType("key_refused", 401, "The API key opens nothing"),
        ProblemType("not_permitted", 403, "This key does not permit the operation"),
        ProblemType("form_refused", 403, "The form is not one of this service's own"),
        ProblemType("not_found", 404, "There is nothing at this address"),
        ProblemType("no_such_provision", 404, "The chapter has no such provision"),
        ProblemType("idempotency_key_missing", 400, "A request that records something needs an Idempotency-Key"),
        ProblemType("no_such_determination", 404, "There is no such determination"),
        ProblemType("not_sealed_yet", 404, "The log does not hold it yet"),
        ProblemType("no_such_size", 404, "The log has no such size"),
        ProblemType("not_on_file", 404, "Nothing is on file under this name, which proves nothing"),
        ProblemType("method_not_allowed", 405, "This address does not take this method"),
        ProblemType("not_acceptable", 406, "The answer has none of the forms that were asked for"),
        ProblemType("idempotency_in_flight", 409, "A request with this Idempotency-Key is still being answered"),
        ProblemType("already_ended", 409, "The determination was voided or superseded before"),
        ProblemType("body_too_large", 413, "The body is larger than this service reads"),
        ProblemType("address_too_long", 414, "The address is longer than this service reads"),
        ProblemType("unsupported_media_type", 415, "The body's media type is not one that this service reads"),
        ProblemType("idempotency_key_reused", 422, "The Idempotency-Key was used for another request"),
        ProblemType("invalid_request", 422, "The request has members that this service cannot take"),
        ProblemType("too_many_requests", 429, "The caller has asked too often"),
        ProblemType("internal_error", 500, "Something went wrong in the service"),
        ProblemType("not_ready", 503, "The service cannot answer at the moment"),
        ProblemType("overloaded", 503, "The service has more to do than it can"),
    )
}
INTERNAL_ERROR = "The error is logged under the request id. Send the request again; if it fails again, report the id."
_BY_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    414: "address_too_long",
    415: "unsupported_media_type",
    422: "invalid_request",
    503: "not_ready",
}


class Problem(Exception):
    """A problem to answer with. `errors` name the members at fault: pointer, value, detail and remedy."""

    def __init__(
        self, code: str, detail: str, errors: Iterable[Mapping[str, Any]] = (), retry_after: int | None = None
    ) -> None:
        super().__init__(detail)
        self.type = REGISTER[code]
        self.retry_after = retry_after
        self.detail = detail
        self.errors = [dict(error) for error in errors]

    def document(self, request_id: str | None) -> dict[str, Any]:
        """The problem document, as an answer to this request."""
        return {
            "type": self.type.uri,
            "title": self.type.title,
            "status": self.type.status,
            "detail": self.detail,
            "code": self.type.code,
            "request_id": request_id,
            "errors": self.errors,
        }

    def response(self) -> Response:
        """The problem document as a response."""
        g.problem = self.type.code
        response = Response(
            json_bytes(self.document(g.get("request_id"))), self.type.status, mimetype="application/problem+json"
        )
        if self.retry_after is not None:
            response.headers["Retry-After"] = str(self.retry_after)
        return response


def of_http_error(error: HTTPException) -> Response:
    """The problem document for an error that the framework raised, with the framework's headers (`Allow`)."""
    code = _BY_STATUS.get(error.code or 500, "internal_error" if (error.code or 500) >= 500 else "bad_request")
    taken = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    details = {
        "method_not_allowed": f"Send one of the methods that this address takes: {taken}.",
        "internal_error": INTERNAL_ERROR,
        "body_too_large": "Send a body of at most 65,536 bytes.",
        "not_found": "The paths of this service are listed at /docs.",
        "unsupported_media_type": "Send the body as application/json in UTF-8.",
    }
    response = Problem(code, details.get(code, error.description or REGISTER[code].title)).response()
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


class ErrorSchema(ma.Schema):
    """One member at fault."""

    pointer = ma.fields.String(required=True, metadata={"description": "JSON pointer (RFC 6901) to the member."})
    value = ma.fields.Raw(required=True, allow_none=True, metadata={"description": "The value that was sent, cut if long."})
    detail = ma.fields.String(required=True, metadata={"description": "What is wrong with it."})
    remedy = ma.fields.String(required=True, metadata={"description": "What to send instead."})


class ProblemSchema(ma.Schema):
    """A problem document (RFC 9457)."""

    type = ma.fields.String(required=True, metadata={"description": "urn:levcheck:problem:CODE"})
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    code = ma.fields.String(required=True, validate=ma.validate.OneOf(sorted(REGISTER)))
    request_id = ma.fields.String(required=True, allow_none=True)
    errors = ma.fields.List(ma.fields.Nested(ErrorSchema), required=True)
