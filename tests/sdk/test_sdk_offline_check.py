"""Answers given by the kept ruleset while the line is down."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from conftest import TODAY
from flask.testing import FlaskClient
from levcheck.api.json_out import json_bytes
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.check import check
from levcheck.evidence.registry import Registry
from levcheck_client import Client, InvalidTransaction, LevcheckError, ProblemError, ProtocolError
from levcheck_client.decoding import Node, parse
from levcheck_client.encoding import encode
from levcheck_client.result_json import result_of
from sdk import stated
from sdk.rulesets import Kept, document, fetch

Checks = Callable[..., responses.BaseResponse]
A_VIN = "1FTEW3LP9SKE98169"
SALE: dict[str, Any] = {
    "transaction": {"type": "sale", "date": "2025-06-01"},
    "vehicle": {"vehicle_type": "passenger_car", "model_year": 2025, "gvwr_lb": 4_850, "mileage": 12},
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "VA"},
}


@pytest.fixture
def offline(tmp_path: Path, time: Any, service: responses.RequestsMock) -> Client:
    """A client that has fetched the ruleset and can reach nothing any more."""
    client = Kept(tmp_path, time).client()
    fetch(service, client, document())
    service.reset()
    return client


def test_it_answers_as_the_service_does(client_of_the_service: FlaskClient) -> None:
    """On 150 random partial transactions of stated facts, everything but the service's own texts is the same."""
    wrong, verdicts = stated.differences(client_of_the_service, 150, seed=2)
    assert wrong == []
    assert min(verdicts[told] for told in ("permitted", "undetermined", "refused")) > 5


@pytest.mark.slow
def test_it_answers_as_the_service_does_on_many(client_of_the_service: FlaskClient) -> None:
    """The same on 1,500 transactions, with every verdict and every kind of fault among them."""
    wrong, verdicts = stated.differences(client_of_the_service, 1_500)
    assert wrong == []
    assert min(verdicts[told] for told in ("permitted", "prohibited", "undetermined", "refused")) > 25


@pytest.fixture
def client_of_the_service(app: Any) -> FlaskClient:
    """The service in process."""
    return app.test_client()


@pytest.mark.parametrize("account", ["dealer", "rental_agency"])
def test_who_asks_is_known_offline_too(client_of_the_service: FlaskClient, registry: Registry, account: str) -> None:
    """What the service presumes of the seller from the key that asks, the client presumes from the signed ruleset."""
    kept = stated.handed_out(client_of_the_service)
    kept = kept._replace(told=stated.replace(kept.told, account=account))
    rng, used = random.Random(3), 0
    for _ in range(150):
        transaction = stated.random_transaction(rng)
        ours = stated.of_the_client(kept, transaction)
        if ours is None:
            continue
        request = CheckRequestSchema().load(parse(encode(transaction)))
        theirs = result_of(Node.of(json_bytes(check(request, today=TODAY, registry=registry, account=account)), ""))
        assert ours == stated.without_texts(theirs)
        used += any(fact.source == "account" for fact in ours.facts)
    assert used > 10


@pytest.mark.parametrize(
    "failure",
    [
        {"body": requests.exceptions.ConnectionError("x")},
        {"body": requests.exceptions.ReadTimeout("x")},
        {"body": requests.exceptions.SSLError("x")},
        {"body": requests.exceptions.ProxyError("x")},
        *({"status": status} for status in (500, 502, 503, 504)),
    ],
)
def test_a_line_that_is_down(offline: Client, checks: Checks, failure: dict[str, Any]) -> None:
    """What nobody answers, and what the service fails to answer, is answered here, and marked provisional."""
    checks(**failure)
    result = offline.check(SALE)
    assert (result.verdict, result.provisional) == ("undetermined", True)
    assert [question.fact for question in result.questions] == ["vehicle.certification.california"]
    assert "California-certified" in result.questions[0].ask
    assert result.findings[0].text.startswith("The provisions of this chapter apply")
    assert (result.summary, result.advisories, result.documents, result.duties, result.remedies) == ("", (), (), (), ())


def test_a_deadline_that_passes(offline: Client, service: responses.RequestsMock, time: Any) -> None:
    """A service that is too slow is one that cannot be reached."""

    def slow(request: requests.PreparedRequest) -> Any:
        time.elapsed += 9
        raise requests.exceptions.ReadTimeout("x")

    service.add_callback(responses.POST, "http://levcheck.test/v1/checks", slow)
    assert offline.check(SALE).provisional


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 413, 422, 425, 429, 501])
def test_a_line_that_is_up(offline: Client, checks: Checks, status: int) -> None:
    """A service that answers is believed: its refusals are raised, not answered otherwise here."""
    checks(status=status)
    with pytest.raises(ProblemError):
        offline.check(SALE)


def test_another_page_is_no_answer(offline: Client, checks: Checks) -> None:
    """A page that is no answer of the service is raised, not taken for a line that is down."""
    checks(body="<html>Sign in</html>")
    with pytest.raises(ProtocolError):
        offline.check(SALE)


def test_the_service_is_asked_first(offline: Client, checks: Checks, answer_text: str) -> None:
    """While the service answers, nothing is provisional."""
    checks(body=answer_text)
    assert not offline.check(SALE).provisional


def test_it_fails_unless_told_otherwise(tmp_path: Path, time: Any, service: responses.RequestsMock) -> None:
    """Without offline="provisional" a line that is down is an error, ruleset or not."""
    with Kept(tmp_path, time).client(offline="fail") as client:
        fetch(service, client, document())
        service.reset()
        with pytest.raises(LevcheckError):
            client.check(SALE)


def test_what_only_the_service_knows_stays_open(offline: Client) -> None:
    """A VIN, a label, a test group and an order tell nothing here: what they would settle is asked."""
    evidence = {"label": "conforms to California", "test_group": "SFMXT02.73JK", "executive_order": "A-003-0811-1"}
    result = offline.check({**SALE, "vehicle": {"vin": A_VIN, "mileage": 12, "certification": evidence}})
    asked = {question.fact for question in result.questions}
    assert {"vehicle.model_year", "vehicle.vehicle_type", "vehicle.certification.california"} <= asked
    assert result.assurance is None


def test_only_the_possible_is_offered(offline: Client) -> None:
    """A question offers the values that are left: a weight of 9,000 lb leaves two classes within the chapter."""
    vehicle = {"model_year": 2025, "gvwr_lb": 9_000, "mileage": 12, "certification": {"california": False}, "kind": None}
    result = offline.check({**SALE, "vehicle": vehicle})
    (question,) = [question for question in result.questions if question.fact == "vehicle.vehicle_type"]
    assert "light_duty_truck" not in question.answer.choices
    assert "medium_duty_vehicle" in question.answer.choices


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("vehicle", {"milage": 12}, "/vehicle/milage"),
        ("vehicle", {"vin": "short"}, "/vehicle/vin"),
        ("vehicle", {"mileage_unit": None}, "/vehicle/mileage_unit"),
        ("vehicle", {"mileage": -1}, "/vehicle/mileage"),
        ("vehicle", {"model_year": "2025"}, "/vehicle/model_year"),
        ("vehicle", {"certification": {"california": "no"}}, "/vehicle/certification/california"),
        ("vehicle", [], "/vehicle"),
        ("transaction", {"type": "sale", "contract": "lease"}, "/transaction/contract"),
        ("transaction", {"date": None}, "/transaction/date"),
        ("transaction", {"date": "2025-02-29"}, "/transaction/date"),
        ("relocation", {"purchased_in": "XX"}, "/relocation/purchased_in"),
        ("reading", None, "/reading"),
        ("reference", "x" * 65, "/reference"),
        ("a~/b", 1, "/a~0~1b"),
    ],
)
def test_what_the_service_would_refuse(offline: Client, member: str, value: object, pointer: str) -> None:
    """A transaction that is not of the contract is refused here as it would be there, by its pointer."""
    with pytest.raises(InvalidTransaction) as caught:
        offline.check({**SALE, member: value})
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("deployment", "client", "request_", "used"),
    [
        ("federal_since_2025", None, {}, "federal_since_2025"),
        ("federal_since_2025", "as_written", {}, "as_written"),
        ("as_written", "as_written", {"reading": "incorporated_years"}, "incorporated_years"),
    ],
)
def test_the_reading(
    tmp_path: Path, time: Any, service: Any, deployment: str, client: Any, request_: dict[str, Any], used: str
) -> None:
    """The reading is the request's, else the client's, else the deployment's, as the signed ruleset says."""
    with Kept(tmp_path, time).client(reading=client) as made:
        fetch(service, made, document(reading=deployment))
        service.reset()
        assert made.check({**SALE, **request_}).regulation.reading == used


@pytest.mark.parametrize(("elapsed", "date"), [(0, "2025-06-15"), (12 * 3_600, "2025-06-15"), (13 * 3_600, "2025-06-16")])
def test_today_is_virginias(offline: Client, time: Any, elapsed: int, date: str) -> None:
    """A transaction without a date is of today's date in Virginia, whatever the day is in Greenwich."""
    time.elapsed += elapsed
    result = offline.check({**SALE, "transaction": {"type": "sale"}})
    (fact,) = [fact for fact in result.facts if fact.fact == "transaction.date"]
    assert (fact.values, fact.source) == ((date,), "default")


def test_logs_tell_no_secret(offline: Client, caplog: pytest.LogCaptureFixture) -> None:
    """That an answer was given here is logged, without the key and without what was asked."""
    caplog.set_level(logging.DEBUG)
    offline.check({**SALE, "reference": "deal 48213", "vehicle": {"vin": A_VIN}})
    assert "evaluated here by ruleset" in caplog.text
    for secret in ("sk-very-secret", A_VIN, "48213", json.dumps(SALE)[1:20]):
        assert secret not in caplog.text
