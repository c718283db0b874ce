"""The request parser: strict JSON, then the schema, and a problem document that names every member at fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request, g
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from . import tried
from .json_in import decode
from .loading import Loader
from .problems import Problem

_CUT = 120
_PLAIN = ("application/json",)
MOST_ERRORS = 100


def media_type(req: Request) -> str:
    """The body's media type, if it is in UTF-8; what was sent, if it is not, which is no media type that anyone reads."""
    if req.content_type in _PLAIN:
        return req.content_type
    charset = req.mimetype_params.get("charset", "utf-8").lower()
    return req.mimetype if charset in ("utf-8", "utf8") else req.content_type


def refuse_encoded(req: Request) -> None:
    """Raises Problem for a body that was packed: none is unpacked here, since a few bytes can unpack to any number."""
    if (encoding := req.headers.get("Content-Encoding", "identity").lower()) != "identity":
        raise Problem(
            "unsupported_media_type", f"Send the body as it is, without Content-Encoding; it came as {encoding[:_CUT]!r}."
        )


def read_body(req: Request, loader: Loader) -> Any:
    """The body as its schema loads it; as it came it is kept in `g.body`. Raises Problem."""
    if media_type(req) != "application/json":
        sent = f"{req.content_type!r}" if req.content_type else "no media type"
        raise Problem("unsupported_media_type", f"Send the body as application/json in UTF-8; it came as {sent[:_CUT]}.")
    refuse_encoded(req)
    before = tried.of(req.environ)
    if before and before.error:
        raise before.error
    g.body = body = decode(whole_body(req))
    return loaded(loader, body)


def loaded(loader: Loader, body: Any) -> Any:
    """A decoded body as its schema loads it. Raises Problem, in which every message of the schema is one error."""
    try:
        return loader.load(body)
    except ma.ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise _invalid_of(messages, body) from None


def _invalid_of(messages: Any, sent: Any) -> Problem:
    return invalid(list(islice(described(messages, sent), MOST_ERRORS)))


class QueryParser(FlaskParser):
    """webargs' parser of a query, with this service's own answer to what it cannot take."""

    # A misspelt filter must not list everything: unknown members of a query are refused as those of a body are.
    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.RAISE}  # noqa: RUF012

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        """The query's members. One that stands twice is refused, as it is in a body: the second would go unheard."""
        twice = [name for name, values in req.args.lists() if len(values) > 1]
        if twice:
            raise ma.ValidationError({name: ["It stands twice | Send it once."] for name in twice})
        return super().load_querystring(req, schema)

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,
        schema: ma.Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Every message of the schema becomes one error of the problem document."""
        ((_, messages),) = error.normalized_messages().items()  # type: ignore[no-untyped-call]
        raise _invalid_of(messages, req.args) from None


def whole_body(req: Request) -> bytes:
    """The whole body, or a problem: a body of chunks that is too large, or one that breaks off, is not read in part."""
    stated = req.content_length
    try:
        raw: bytes = req.get_data(cache=False)
        more = stated is None and len(raw) == req.max_content_length and req.environ["wsgi.input"].read(1)
    except HTTPException:
        raise
    except Exception as error:  # what it raises for wrong chunks is the server's own choice
        raise unreadable() from error
    if more:
        raise RequestEntityTooLarge
    if stated is not None and len(raw) < stated:
        raise cut_off(len(raw), stated)
    return raw


def unreadable() -> Problem:
    """The problem that a body could not be read from the line."""
    return Problem("bad_request", "The body could not be read: it comes too slowly, or its chunks are not as HTTP has them.")


def cut_off(came: int, stated: int) -> Problem:
    """The problem that less of a body came than was stated."""
    return Problem("bad_request", f"The body breaks off: {came:,} of the {stated:,} bytes of Content-Length came.")


def invalid(errors: list[dict[str, Any]]) -> Problem:
    """The problem that a request has members that cannot be taken."""
    first = errors[0]
    where = f" at {first['pointer']}" if first["pointer"] else ""
    more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
    return Problem("invalid_request", f"{first['detail']}{where}{more}: see errors.", errors)


def described(messages: Any, body: Any, path: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """marshmallow's nested messages, one error a message: pointer, value, detail, remedy."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            of_the_whole = name == "_schema" and not _holds(body, (*path, name))
            yield from described(inner, body, path if of_the_whole else (*path, str(name)))
        return
    for message in messages if isinstance(messages, list) else [messages]:
        detail, _, remedy = str(message).partition(" | ")
        yield {
            "pointer": "".join(f"/{_escaped(part)}" for part in path),
            "value": _value(body, path),
            "detail": detail.rstrip("."),
            "remedy": remedy or "See /docs for what this member takes.",
        }


def _escaped(part: str) -> str:
    return part[:_CUT].replace("~", "~0").replace("/", "~1")


def _holds(body: Any, path: tuple[str, ...]) -> bool:
    """Whether the body has such a member: `_schema` is marshmallow's name for a whole object, and may be a member's."""
    for part in path:
        if not isinstance(body, Mapping) or part not in body:
            return False
        body = body[part]
    return True


def _value(body: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        if not isinstance(body, Mapping) or part not in body:
            return None
        body = body[part]
    if isinstance(body, str):
        return body if len(body) <= _CUT else f"{body[:_CUT]}…"
    if isinstance(body, int) and body.bit_length() > 63:
        return Decimal(body)  # written digit by digit: the JSON writer takes no integer of more than 64 bits
    return body if body is None or isinstance(body, bool | int | Decimal) else _shape(body)


def _shape(value: Any) -> str:
    """What kind of thing a value is that is not echoed whole."""
    match value:
        case Mapping():
            return "an object"
        case list():
            return "an array"
    return str(value)[:_CUT]
