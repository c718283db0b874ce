"""`/metrics`: what is counted, of all processes together, and in nobody's words but the service's own."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import initialized
from flask.testing import FlaskClient
from levcheck import __version__
from levcheck.app import Settings, create_app
from levcheck.law.current import HASH
from prometheus_client.parser import text_string_to_metric_families
from records.keeping import VIN, sale
from records.serving import Serving, until

MARK = "Xq7Names0fNobody"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Samples:
    """Every sample by its name and labels."""
    found = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert len(found) == sum(not line.startswith("#") for line in text.splitlines() if line)
    return found


def value(found: Samples, name: str, **labels: str) -> float:
    """One sample; 0 if it was never counted."""
    return found.get((name, frozenset(labels.items())), 0.0)


@pytest.fixture
def alone(tmp_path: Path) -> FlaskClient:
    """An application in this process, which has counted nothing yet."""
    return create_app(Settings(dev=True, data=initialized(tmp_path))).test_client()


def scraped(client: FlaskClient) -> Samples:
    """What an application in this process counts."""
    response = client.get("/metrics")
    assert response.content_type == "text/plain; version=0.0.4; charset=utf-8"
    return samples(response.get_data(as_text=True))


def record(client: FlaskClient, key: str, **changes: Any) -> int:
    """Record a sale; the status."""
    return client.post("/v1/determinations", json=sale(**changes), headers={"Idempotency-Key": key}).status_code


def test_verdicts(alone: FlaskClient) -> None:
    """Every verdict given is counted by its kind, word and basis; a determination sent again is not counted again."""
    alone.post("/v1/checks", json=sale())
    alone.post("/v1/checks", json=sale(destination={"state": "VA"}))
    alone.post("/v1/checks", json={})
    assert [record(alone, key) for key in ("a", "b", "a")] == [201, 201, 201]
    found = scraped(alone)
    verdicts = {labels: count for (name, labels), count in found.items() if name == "levcheck_verdicts_total"}
    assert verdicts == {
        frozenset({("kind", "check"), ("verdict", "permitted"), ("basis", "exempt")}): 1,
        frozenset({("kind", "check"), ("verdict", "prohibited"), ("basis", "no_exception")}): 1,
        frozenset({("kind", "check"), ("verdict", "undetermined"), ("basis", "none")}): 1,
        frozenset({("kind", "determination"), ("verdict", "permitted"), ("basis", "exempt")}): 2,
    }


def test_requests_and_problems(alone: FlaskClient) -> None:
    """Every answer is counted and timed by method, rule and class of status; every problem by its code."""
    alone.get(f"/v1/vehicles/{VIN}")
    alone.get("/v1/vehicles/short")
    alone.get("/v1/nothing")
    found = scraped(alone)
    kinds = [
        {"method": "GET", "route": "/v1/vehicles/<vin>", "status": "2xx"},
        {"method": "GET", "route": "/v1/vehicles/<vin>", "status": "4xx"},
        {"method": "GET", "route": "none", "status": "4xx"},
    ]
    for labels in kinds:
        assert value(found, "levcheck_requests_total", **labels) == 1
        assert value(found, "levcheck_request_duration_seconds_count", **labels) == 1
        assert value(found, "levcheck_request_duration_seconds_bucket", le="+Inf", **labels) == 1
    assert value(found, "levcheck_problems_total", code="invalid_request") == 1
    assert value(found, "levcheck_problems_total", code="not_found") == 1
    assert value(found, "levcheck_requests_in_progress") == 1


def test_what_runs(alone: FlaskClient) -> None:
    """The version, the compiled law and the reading are named; the store and the log are measured."""
    found = scraped(alone)
    assert value(found, "levcheck_build_info", version=__version__, ruleset=HASH, reading="as_written") == 1
    assert value(found, "levcheck_store_up") == 1
    assert value(found, "levcheck_log_size") == 0
    assert value(found, "levcheck_log_unsealed_seconds") == 0
    record(alone, "a")
    assert value(scraped(alone), "levcheck_log_unsealed_seconds") > 0


def test_without_a_store() -> None:
    """A service that records nothing tells of no store."""
    found = scraped(create_app(Settings(dev=True)).test_client())
    assert {name for name, _ in found if name in ("levcheck_build_info", "levcheck_store_up", "levcheck_log_size")} == {
        "levcheck_build_info"
    }


def test_no_label_holds_what_a_caller_sent(alone: FlaskClient) -> None:
    """Whatever a caller sends, wherever it stands in the request, is in no metric."""
    for method in ("GET", "POST", "DELETE", MARK.upper()):
        for path in ("/", "/v1/vehicles/", "/v1/certifications/", "/v1/regulation/provisions/", "/v1/determinations/"):
            alone.open(
                f"{path}{MARK}?{MARK}={MARK}",
                method=method,
                headers={"X-Request-Id": MARK, "Idempotency-Key": MARK, "Authorization": MARK, "Accept": MARK, MARK: MARK},
                json=sale(reference=MARK, reading=MARK),
            )
    record(alone, MARK, reference=MARK)
    assert MARK.lower() not in alone.get("/metrics").get_data(as_text=True).lower()


def test_a_store_that_is_gone(alone: FlaskClient, tmp_path: Path) -> None:
    """A store that fails is counted and shown, and the metrics still answer."""
    (tmp_path / "levcheck.sqlite3").rename(tmp_path / "gone")
    alone.application.extensions["levcheck"].kept.store.close()
    assert record(alone, "a") == 503
    found = scraped(alone)
    assert value(found, "levcheck_store_up") == 0
    assert value(found, "levcheck_store_errors_total") >= 1
    assert value(found, "levcheck_problems_total", code="not_ready") == 1


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """A real service with two workers."""
    service = Serving(tmp_path, f"sqlite:///{tmp_path / 'levcheck.sqlite3'}")
    try:
        service.start()
        yield service
    finally:
        service.stop()


def counted(serving: Serving) -> Samples:
    """What a service counts."""
    with urllib.request.urlopen(f"http://127.0.0.1:{serving.port}/metrics", timeout=30) as response:
        return samples(response.read().decode())


@pytest.mark.slow
def test_all_processes_together(serving: Serving) -> None:
    """Whichever worker is asked, all are counted; what one counted stays when it dies, and what it was at does not."""
    checks = {"method": "POST", "route": "/v1/checks", "status": "2xx"}
    for _ in range(40):  # each on a connection of its own, so that both workers have some
        assert serving.post("/v1/checks", sale()).status == 200
    assert {value(counted(serving), "levcheck_requests_total", **checks) for _ in range(10)} == {40}
    victim: psutil.Process = serving.workers()[0]
    victim.kill()
    until(lambda: len({worker.pid for worker in serving.workers()} - {victim.pid}) == 2, "another worker in its place")
    until(serving.is_ready, "the service is ready")
    until(lambda: value(counted(serving), "levcheck_requests_in_progress") == 1, "the dead worker's requests are forgotten")
    assert value(counted(serving), "levcheck_requests_total", **checks) == 40
    left = serving.data / "metrics" / f"histogram_{victim.pid}.db"
    assert 0 < left.stat().st_size < 65_536


@pytest.mark.slow
def test_a_new_start_counts_anew(serving: Serving) -> None:
    """A service that is started again counts from nothing, whatever the last one left."""
    assert serving.post("/v1/checks", sale()).status == 200
    serving.stop()
    serving.start()
    labels = {"kind": "check", "verdict": "permitted", "basis": "exempt"}
    assert value(counted(serving), "levcheck_verdicts_total", **labels) == 0
