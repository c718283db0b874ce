"""What is noted of every request: a line in the log, and the metrics."""

from __future__ import annotations

import re
import secrets
from time import perf_counter
from typing import cast

from flask import Flask, Request, Response, g, request
from flask.globals import app_ctx

from ..access.api_keys import Caller
from . import logs, tried
from .metrics import Metrics

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
OTHER, NO_ROUTE = "other", "none"
"""For methods that are not HTTP's own, and addresses that are none of the service's: both are a caller's text."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def named(sent: str) -> str:
    """The id of a request: the caller's own when it is a plain one, so that both sides' logs meet."""
    return sent if _REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)


class Observation:
    """Notes every request of one application. To be registered first of all: then it sees each answer last."""

    def __init__(self, app: Flask, metrics: Metrics) -> None:
        self.metrics = metrics
        app.before_request(self._begin)
        app.after_request(self._note)
        app.teardown_request(self._end)

    def _begin(self) -> None:
        before = tried.of(request.environ)
        g.began = before.began if before else perf_counter()
        self.metrics.in_progress.inc()

    def _note(self, response: Response) -> Response:
        known = vars(app_ctx.g)  # read once: each look through a proxy costs as much as counting
        if "began" not in known:
            return response
        asked = cast(Request, request._get_current_object())  # type: ignore[attr-defined]
        self.note(
            asked.method if asked.method in METHODS else OTHER,
            asked.url_rule.rule if asked.url_rule else NO_ROUTE,  # never the path: it may hold a VIN
            response.status_code,
            perf_counter() - known["began"],
            known.get("request_id"),
            known.get("caller"),
            known.get("problem"),
        )
        return response

    def note(
        self,
        method: str,
        route: str,
        status: int,
        took: float,
        request_id: str | None,
        caller: Caller | None,
        problem: str | None = None,
    ) -> None:
        """Count a request that was answered, and write its line; `method` and `route` are from closed sets."""
        self.metrics.answered(method, route, status, took)
        if problem is not None:
            self.metrics.problems.labels(problem).inc()
        line = {
            "request_id": request_id,
            "method": method,
            "route": route,
            "status": status,
            "ms": round(took * 1_000, 2),
            "organization": caller.organization if caller else None,
            "key": caller.key_id if caller else None,
            "problem": problem,
        }
        logs.write("request", line)

    def _end(self, _error: BaseException | None) -> None:
        if "began" in g:
            self.metrics.in_progress.dec()
