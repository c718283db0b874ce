"""What is noted of every request: a line in the log, and the metrics."""

from __future__ import annotations

from time import perf_counter
from typing import cast

import structlog
from flask import Flask, Request, Response, g, request
from flask.globals import app_ctx

from .metrics import Metrics

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
OTHER, NO_ROUTE = "other", "none"
"""For methods that are not HTTP's own, and addresses that are none of the service's: both are a caller's text."""
log = structlog.get_logger()


class Observation:
    """Notes every request of one application. To be registered first of all: then it sees each answer last."""

    def __init__(self, app: Flask, metrics: Metrics) -> None:
        self.metrics = metrics
        app.before_request(self._begin)
        app.after_request(self._note)
        app.teardown_request(self._end)

    def _begin(self) -> None:
        g.began = perf_counter()
        self.metrics.in_progress.inc()

    def _note(self, response: Response) -> Response:
        known = vars(app_ctx.g)  # read once: each look through a proxy costs as much as counting
        if "began" not in known:
            return response
        took = perf_counter() - known["began"]
        asked = cast(Request, request._get_current_object())  # type: ignore[attr-defined]
        method = asked.method if asked.method in METHODS else OTHER
        route = asked.url_rule.rule if asked.url_rule else NO_ROUTE  # never the path: it may hold a VIN
        problem, caller = known.get("problem"), known.get("caller")
        self.metrics.answered(method, route, response.status_code, took)
        if problem is not None:
            self.metrics.problems.labels(problem).inc()
        log.info(
            "request",
            request_id=known.get("request_id"),
            method=method,
            route=route,
            status=response.status_code,
            ms=round(took * 1_000, 2),
            organization=getattr(caller, "organization", None),
            key=getattr(caller, "key_id", None),
            problem=problem,
        )
        return response

    def _end(self, _error: BaseException | None) -> None:
        if "began" in g:
            self.metrics.in_progress.dec()
