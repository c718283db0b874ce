"""What goes out."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType

import pytest
import requests
import responses
from hypothesis import given, settings
from hypothesis import strategies as st
from levcheck_client import Client, InvalidTransaction, TransactionRequest
from levcheck_client.encoding import encode

Checks = Callable[..., responses.BaseResponse]

SCALARS = st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False)
DOCUMENTS = st.dictionaries(
    st.text(), st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=9)
)


def _sent(service: responses.RequestsMock) -> requests.PreparedRequest:
    return service.calls[-1].request


def test_posts_json_to_checks(client: Client, checks: Checks, service: responses.RequestsMock, answer_text: str) -> None:
    """A check is one POST of JSON to /v1/checks, with the key as a bearer token and a request id."""
    checks(body=answer_text)
    deal: TransactionRequest = {"transaction": {"type": "sale", "state": None}, "vehicle": {"model_year": 2025}}
    client.check(deal)
    sent = _sent(service)
    assert json.loads(sent.body or b"") == deal
    assert sent.headers["Content-Type"] == "application/json"
    assert sent.headers["Authorization"] == "Bearer sk-very-secret"
    assert sent.headers["User-Agent"].startswith("levcheck-client/")
    assert sent.headers["X-Request-Id"]


def test_every_call_has_its_own_request_id(
    client: Client, checks: Checks, service: responses.RequestsMock, answer_text: str
) -> None:
    """Two calls never go by the same request id."""
    checks(body=answer_text)
    client.check({})
    client.check({})
    assert len({call.request.headers["X-Request-Id"] for call in service.calls}) == 2


def test_a_base_url_may_have_a_path(checks: Checks, service: responses.RequestsMock, answer_text: str) -> None:
    """A service behind a path prefix is reached below it, with or without a slash at the end."""
    service.add(responses.POST, "http://levcheck.test/lev/v1/checks", body=answer_text)
    assert Client("http://levcheck.test/lev/").check({}).permitted
    assert Client("http://levcheck.test/lev").check({}).permitted


def test_the_clients_reading_is_only_a_default(checks: Checks, service: responses.RequestsMock, answer_text: str) -> None:
    """The client's reading is sent with requests that name none, and no other; the caller's mapping is untouched."""
    checks(body=answer_text)
    client = Client("http://levcheck.test", reading="federal_since_2025")
    plain = MappingProxyType({"vehicle": None})
    client.check(plain)
    assert json.loads(_sent(service).body or b"") == {"vehicle": None, "reading": "federal_since_2025"}
    client.check({"reading": "as_written"})
    assert json.loads(_sent(service).body or b"") == {"reading": "as_written"}


def test_mileage_is_sent_exactly() -> None:
    """A Decimal goes out as a JSON number with every one of its digits."""
    body = encode({"vehicle": {"mileage": Decimal("7499.99999999999999999999")}})
    assert body == b'{"vehicle":{"mileage":7499.99999999999999999999}}'


def test_dates_are_sent_as_days() -> None:
    """A datetime.date goes out as YYYY-MM-DD."""
    assert encode({"date": datetime.date(2025, 6, 1)}) == b'{"date":"2025-06-01"}'


@settings(max_examples=50, deadline=None)
@given(DOCUMENTS)
def test_what_is_sent_is_what_was_given(document: dict[str, object]) -> None:
    """Whatever JSON value is given, the bytes sent read back as the same value."""
    assert json.loads(encode(document), parse_float=Decimal) == document


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")])
def test_numbers_that_are_none_are_refused(client: Client, service: responses.RequestsMock, bad: object) -> None:
    """NaN and infinity are refused by member and in plain words, and nothing is sent."""
    with pytest.raises(InvalidTransaction, match="/vehicle/mileage is not a finite number") as caught:
        client.check({"vehicle": {"mileage": bad}})
    assert caught.value.pointer == "/vehicle/mileage"
    assert caught.value.request_id and caught.value.request_id in str(caught.value)
    assert not service.calls


CYCLE: dict[str, object] = {}
CYCLE["again"] = CYCLE


@pytest.mark.parametrize(
    ("bad", "pointer"),
    [
        ([], ""),
        (None, ""),
        ("text", ""),
        ({"a/b": {"c~d": {1, 2}}}, "/a~1b/c~0d"),
        ({"transaction": {"date": datetime.datetime(2025, 6, 1, 12)}}, "/transaction/date"),
        ({"vehicle": {1: 2}}, "/vehicle"),
        ({"reference": "\ud800"}, "/reference"),
        ({"list": [0, b"x"]}, "/list/1"),
        ({"vehicle": {"gvwr_lb": 10**5000}}, "/vehicle/gvwr_lb"),
        (CYCLE, "/again" * 17),
    ],
)
def test_what_json_cannot_say_is_refused(client: Client, bad: object, pointer: str) -> None:
    """What cannot be written as JSON is refused before sending, named by its JSON pointer."""
    with pytest.raises(InvalidTransaction) as caught:
        client.check(bad)  # type: ignore[arg-type]
    assert caught.value.pointer == pointer
    assert not caught.value.retryable
