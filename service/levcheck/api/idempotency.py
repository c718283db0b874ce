"""The Idempotency-Key header, and the problems that records can have."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Response, g, request

from ..records.calls import AlreadyEnded, Call, KeyReused, NoSuchDetermination
from ..records.store import InFlight, StoreUnavailable
from . import callers
from .problems import Problem

_KEY = re.compile(r"[!-~]{1,255}")
HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "Made by the caller once a request and sent again with every retry; lives as long as the record.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$"},
}

PROBLEMS: dict[type[Exception], tuple[str, str, int | None]] = {
    KeyReused: ("idempotency_key_reused", "Send a new Idempotency-Key with a new request.", None),
    NoSuchDetermination: ("no_such_determination", "No determination that you may see has this id.", None),
    AlreadyEnded: ("already_ended", "Its history says when and why: read the determination.", None),
    InFlight: ("idempotency_in_flight", "Send the same request with the same key again in a moment.", 1),
    StoreUnavailable: ("not_ready", "The store cannot be reached or written at the moment. Send the request again.", 2),
}


def call() -> Call:
    """The current request, whose body the parser has read, as a call that writes. Raises Problem without a usable key."""
    return Call(g.caller.organization, key_of(request.headers.get("Idempotency-Key", "")), g.body, callers.seller())


def key_of(header: str) -> str:
    """The key that a header holds. Raises Problem without a usable one."""
    if not _KEY.fullmatch(header):
        detail = "Send the header Idempotency-Key with 1 to 255 visible ASCII characters, such as a random UUID."
        raise Problem("idempotency_key_missing", detail)
    return header


def register(app: Flask) -> None:
    """Answer the records' exceptions with their problems."""
    for exception, (code, detail, retry_after) in PROBLEMS.items():
        app.register_error_handler(exception, _answerer(code, detail, retry_after))


def _answerer(code: str, detail: str, retry_after: int | None) -> Any:
    def answer(_error: Exception) -> Response:
        return Problem(code, detail, retry_after=retry_after).response()

    return answer
