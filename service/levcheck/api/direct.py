"""The two requests that come most often, answered without the framework, which costs more than a verdict does.

What is plainly a check or a determination is answered here; anything else, and whatever could not be taken, is answered by
Flask: so every refusal is Flask's, in the same words, and nothing is done twice for it. `tests/api/test_direct.py` holds
both ways to the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from time import perf_counter
from typing import Any

from flask import Flask

from ..access.api_keys import Caller
from ..check import MEMBERS
from ..records.calls import Call
from . import callers, checks, determinations, headers
from .blueprint import Made, Members
from .idempotency import key_of
from .json_in import decode
from .observation import Observation, named
from .parser import cut_off, loaded, unreadable
from .schemas.including import INCLUDE
from .service import EXTENSION, Service
from .tried import Tried, leave

Environ = dict[str, Any]
_DIGITS = 9
STATUS = {200: "200 OK", 201: "201 CREATED"}


class Direct:
    """WSGI in front of an application that is whole. `largest` is the longest body in bytes; `tls` as in `headers`."""

    def __init__(self, app: Flask, observation: Observation, *, largest: int, tls: bool) -> None:
        self.otherwise: Callable[..., Iterable[bytes]] = app.wsgi_app
        self.at: Service = app.extensions[EXTENSION]
        self.observation, self.largest = observation, largest
        self.headers = [("Content-Type", "application/json"), *headers.of_no_page(tls=tls)]
        self.operations = {"/v1/checks": self._check, "/v1/determinations": self._determine}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer, or leave the request to Flask."""
        began = perf_counter()
        operation = self.operations.get(environ["PATH_INFO"])
        if operation is None or not self._is_plain(environ):
            return self.otherwise(environ, start_response)
        members = _asked(environ["QUERY_STRING"])
        caller = callers.plainly(self.at.door, environ)
        if members == () or caller is None:
            return self.otherwise(environ, start_response)
        so_far = Tried(began, self.at.door.spend(caller) if self.at.door else None)
        in_progress = self.observation.metrics.in_progress
        in_progress.inc()
        try:
            if so_far.spent is None or so_far.spent.allowed:
                body, status, more = operation(environ, caller, members)
                own = self._noted(environ, caller, status, so_far)
                start_response(STATUS[status], [*self.headers, *more, *own, ("Content-Length", str(len(body)))])
                return (body,)
        except Exception as error:  # whatever it is, Flask has the answer to it
            so_far.error = error
        finally:
            in_progress.dec()
        leave(environ, so_far)
        return self.otherwise(environ, start_response)

    def _is_plain(self, environ: Environ) -> bool:
        """Whether the body is JSON of a stated length, and nothing about the request asks for a second look."""
        size = environ.get("CONTENT_LENGTH") or ""
        return (
            environ["REQUEST_METHOD"] == "POST"
            and environ.get("CONTENT_TYPE") == "application/json"
            and size.isdecimal()
            and len(size) <= _DIGITS
            and int(size) <= self.largest
            and "HTTP_TRANSFER_ENCODING" not in environ
            and "HTTP_CONTENT_ENCODING" not in environ
            and not environ.get("SCRIPT_NAME")
        )

    def _check(self, environ: Environ, caller: Caller, members: Members) -> Made:
        transaction = loaded(checks.LOADER, decode(_body(environ)))
        return checks.made(self.at, self.observation.metrics, transaction, caller.seller, members)

    def _determine(self, environ: Environ, caller: Caller, members: Members) -> Made:
        body = decode(_body(environ))
        transaction = loaded(checks.LOADER, body)
        call = Call(caller.organization, key_of(environ.get("HTTP_IDEMPOTENCY_KEY", "")), body, caller.seller)
        return determinations.made(self.at, self.observation.metrics, call, transaction, members)

    def _noted(self, environ: Environ, caller: Caller, status: int, so_far: Tried) -> list[tuple[str, str]]:
        """Note the request, under its id; the headers that tell the id and the quota."""
        request_id = named(environ.get("HTTP_X_REQUEST_ID", ""))
        took = perf_counter() - so_far.began
        self.observation.note("POST", environ["PATH_INFO"], status, took, request_id, caller)
        quota = headers.of_quota(so_far.spent) if so_far.spent else ()
        return [("X-Request-Id", request_id), *quota]


@lru_cache(maxsize=1_024)
def _asked(query: str) -> Members:
    """The members that a query asks for; None if all, no members if Flask is to read the query."""
    if not query:
        return None
    name, _, listed = query.partition("=")
    asked = listed.split(",")
    if name != INCLUDE or not set(asked) <= MEMBERS.keys():
        return ()
    return tuple(member for member in MEMBERS if member in asked)


def _body(environ: Environ) -> bytes:
    """The whole body. Raises Problem."""
    size = int(environ["CONTENT_LENGTH"])
    try:
        raw: bytes = environ["wsgi.input"].read(size)
    except Exception as error:
        raise unreadable() from error
    if len(raw) < size:
        raise cut_off(len(raw), size)
    return raw
