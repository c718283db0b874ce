"""Metrics for Prometheus. No label holds what a caller sent: a route is its rule, a method one of HTTP's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar, cast

from flask import Blueprint, Flask, Response, current_app

from .. import __version__
from ..law.current import HASH
from ..log import state
from ..records.records import Records
from ..records.store import InFlight, Store, StoreUnavailable
from ..records.times import as_text
from .service import service

EXTENSION = "levcheck-metrics"
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
MEASURED_WITHIN_S = 0.5
T = TypeVar("T")
_REQUEST = ("method", "route", "status")

blueprint = Blueprint("metrics", __name__)


class Metrics:
    """What is counted as it happens. Processes that share PROMETHEUS_MULTIPROC_DIR are counted together."""

    def __init__(self) -> None:
        # Whether values are shared between processes is settled when this library is first imported: `serve` settles it.
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        registry = CollectorRegistry()
        self.registry = registry
        self.verdicts = Counter("levcheck_verdicts", "Verdicts given.", ("kind", "verdict", "basis"), registry=registry)
        self.requests = Counter("levcheck_requests", "Requests answered.", _REQUEST, registry=registry)
        self.durations = Histogram(
            "levcheck_request_duration_seconds",
            "From the application's first sight of a request to its answer.",
            _REQUEST,
            buckets=SECONDS,
            registry=registry,
        )
        self.in_progress = Gauge(
            "levcheck_requests_in_progress", "Requests being answered.", registry=registry, multiprocess_mode="livesum"
        )
        self.problems = Counter("levcheck_problems", "Problem documents by their code.", ("code",), registry=registry)
        self.store_errors = Counter("levcheck_store_errors", "Transactions that the store failed.", registry=registry)
        self.refusals = Counter("levcheck_overload_refusals", "Requests refused because too many waited.", registry=registry)
        self.request = cache(self._request)
        self.given = cache(self.verdicts.labels)
        self._measuring = _Measuring()

    def _request(self, method: str, route: str, hundreds: int) -> tuple[Any, Any]:
        """The counter and the histogram of a kind of request."""
        labels = (method, route, f"{hundreds}xx")
        return self.requests.labels(*labels), self.durations.labels(*labels)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered; `method` and `route` are from closed sets."""
        counter, histogram = self.request(method, route, status // 100)
        counter.inc()
        histogram.observe(seconds)

    def verdict(self, kind: str, verdict: str, basis: str | None) -> None:
        """Count a verdict; `kind` is `check`, `screening` or `determination`."""
        self.given(kind, verdict, basis or "none").inc()

    def page(self, records: Records | None) -> bytes:
        """Everything in Prometheus' text format, of all processes, and the store's and the log's state at this moment."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector
        from prometheus_client.values import ValueClass

        counted = self.registry
        if getattr(ValueClass, "_multiprocess", False):
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        measured = CollectorRegistry()
        measured.register(_State(records, self._measuring))
        return generate_latest(counted) + generate_latest(measured)


class _Measuring:
    """Measures that can hang as the store can: none is waited for longer than a moment, or begun again meanwhile."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2)
        self._begun: dict[str, Future[Any]] = {}

    def value(self, name: str, measure: Callable[[], T]) -> T | None:
        """What is measured; None if the store does not let it."""
        future = self._begun.get(name)
        if future is None or future.done():
            future = self._begun[name] = self._pool.submit(measure)
        try:
            return cast(T, future.result(MEASURED_WITHIN_S))
        except (TimeoutError, StoreUnavailable, InFlight):
            return None


class _State:
    """What is measured when it is asked for."""

    def __init__(self, records: Records | None, measuring: _Measuring) -> None:
        self.records, self.measuring = records, measuring

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import GaugeMetricFamily

        build = GaugeMetricFamily("levcheck_build_info", "What runs here.", labels=("version", "ruleset", "reading"))
        build.add_metric((__version__, HASH, service().reading), 1)
        yield build
        if self.records is None:
            return
        store, now = self.records.store, self.records.now
        up = self.measuring.value("up", lambda: _is_up(store, as_text(now())))
        yield GaugeMetricFamily("levcheck_store_up", "Whether a record could be written.", value=float(up is True))
        lag = self.measuring.value("lag", lambda: state.lag(store, now()))
        if lag is not None:
            yield GaugeMetricFamily("levcheck_log_size", "Entries under the newest checkpoint.", value=lag.size)
            yield GaugeMetricFamily(
                "levcheck_log_unsealed_seconds", "Age of the oldest record that no checkpoint covers.", value=lag.seconds
            )


def _is_up(store: Store, at: str) -> bool:
    store.check(at)
    return True


def metrics() -> Metrics:
    """The metrics of the current application."""
    return cast(Metrics, current_app.extensions[EXTENSION])


def register(app: Flask) -> Metrics:
    """Give an application its metrics, and their page."""
    made = Metrics()
    app.extensions[EXTENSION] = made
    app.register_blueprint(blueprint)
    return made


@blueprint.route("/metrics")
def page() -> Response:
    """The metrics of this deployment's processes on this machine."""
    return Response(metrics().page(service().kept), content_type=MEDIA_TYPE)
