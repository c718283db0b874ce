"""The contrary line before a real service: each misbehaviour alone, and all together over some hundred sales."""

from __future__ import annotations

import dataclasses
import json
import random
import time
from typing import Any
from uuid import uuid4

import pytest
import requests
from levcheck_client import Client, ConnectionFailed, Determination, LevcheckError, ProblemError, Result
from levcheck_client.testing import CONTRARY, PERMITTED, UNDETERMINED, ContraryProxy, Rates
from levcheck_client.testing.answers import altered
from levcheck_client.testing.fates import FAULTS, fate
from sdk.contrary_sales import SEED, run

pytestmark = pytest.mark.slow
SALES = 300


def _error_of(server: str, rates: Rates, key: str) -> tuple[LevcheckError, dict[str, int]]:
    """What one attempt at a determination over such a line raises, and what the line did."""
    with ContraryProxy(server, rates=rates) as line, Client(line.url, max_retries=0) as client:
        with pytest.raises(LevcheckError) as caught:
            client.determine(PERMITTED, idempotency_key=key)
        return caught.value, line.counts


def _is_recorded(server: str, key: str) -> bool:
    with Client(server) as client:
        return client.determine(PERMITTED, idempotency_key=key).replayed


@pytest.mark.parametrize(("fault", "recorded"), [("reset_before", False), ("reset_after", True), ("truncated", True)])
def test_a_lost_answer(server: str, fault: str, recorded: bool) -> None:
    """A line that resets or breaks off an answer leaves the caller without one, and the service with the record or not."""
    key = str(uuid4())
    error, counts = _error_of(server, Rates(**{fault: 1}), key)
    assert isinstance(error, ConnectionFailed) and error.retryable
    assert counts == {"requests": 1, fault: 1}
    assert _is_recorded(server, key) is recorded


@pytest.mark.parametrize(
    ("fault", "status", "codes"),
    [("unavailable", 503, {"not_ready", "overloaded"}), ("in_flight", 409, {"idempotency_in_flight"})],
)
def test_a_problem_of_the_line(server: str, fault: str, status: int, codes: set[str]) -> None:
    """A 503 or a 409 of the line is one of the contract's problems, says when to come back, and nothing was recorded."""
    key = str(uuid4())
    error, counts = _error_of(server, Rates(**{fault: 1}), key)
    assert isinstance(error, ProblemError)
    assert (error.status, error.code in codes, error.retryable, error.retry_after in (1, 2)) == (status, True, True, True)
    assert error.request_id is not None and counts == {"requests": 1, fault: 1}
    assert not _is_recorded(server, key)


def test_only_what_has_a_key_is_in_flight(server: str) -> None:
    """A request without an idempotency key is never told that it is in flight."""
    with ContraryProxy(server, rates=Rates(in_flight=1)) as line, Client(line.url) as client:
        assert client.check(PERMITTED).verdict == "permitted"
        assert line.counts == {"requests": 1}


def test_silence_and_delay(server: str) -> None:
    """A line is silent for as long as it is told to, and passes the answer on afterwards."""
    rates = Rates(stalled=1, stall_s=0.6, delayed=1, longest_delay_s=0.1)
    with ContraryProxy(server, rates=rates) as line:
        with Client(line.url) as client:
            began = time.monotonic()
            assert client.check(PERMITTED).verdict == "permitted"
            assert time.monotonic() - began >= 0.6
        with Client(line.url, timeout=0.3, max_retries=0) as client, pytest.raises(ConnectionFailed):
            client.check(PERMITTED)
        assert line.counts == {"requests": 2, "stalled": 2, "delayed": 2}


def test_other_words_mean_the_same(server: str) -> None:
    """An answer with its members reordered and unknown ones among them reads as the service's own does."""
    with ContraryProxy(server, rates=Rates(reordered=1, extended=1)) as line:
        with Client(line.url) as client, Client(server) as direct:
            assert _content(client.check(PERMITTED)) == _content(direct.check(PERMITTED))
            made = client.determine(UNDETERMINED)
            assert _content(made) == _content(direct.get(made.id))
            assert client.verify(made.certificate).claims == direct.verify(made.certificate).claims
        assert line.counts == {"requests": 3, "reordered": 3, "extended": 3}
        raw = requests.post(f"{line.url}/v1/checks", json=PERMITTED, timeout=10).json()
    assert any(name.startswith("x_") for finding in raw["findings"] for name in finding)
    own = requests.post(f"{server}/v1/checks", json=PERMITTED, timeout=10).json()
    assert [name for name in raw if name in own] != list(own)


def _content(read: Result | Determination) -> dict[str, Any]:
    """All of an answer but the call's own id."""
    content = dataclasses.asdict(read)
    del content.get("result", content)["request_id"]
    return content


def test_altering_loses_nothing() -> None:
    """Whatever is reordered and added, each known member keeps its value, numbers their digits, lists their order."""
    body = b'{"a":{"b":[1.50,12.400000000000000000001,{"c":null}],"d":true},"request":{"e":{"f":2}},"readings":{"g":"h"}}'
    for number in range(50):
        told = altered(body, reordered=True, extended=True, chance=random.Random(number))
        assert _known(json.loads(told, parse_float=str)) == json.loads(body, parse_float=str)
        read = json.loads(told)
        assert list(read["request"]["e"]) == ["f"] and list(read["readings"]) == ["g"]
    assert json.loads(altered(body, reordered=False, extended=False, chance=random.Random(0))) == json.loads(body)


def _known(value: Any) -> Any:
    if isinstance(value, list):
        return [_known(item) for item in value]
    if isinstance(value, dict):
        return {name: _known(member) for name, member in value.items() if not name.startswith("x_")}
    return value


def test_a_quiet_line_passes_everything_on(server: str) -> None:
    """Without misbehaviour the proxy gives the service's own answer: status, headers and body, whatever the method."""
    with ContraryProxy(server, rates=Rates()) as line:
        for method, path in (
            ("GET", "/v1/regulation"),
            ("HEAD", "/healthz"),
            ("GET", "/none?a=%20b"),
            ("PUT", "/v1/checks"),
        ):
            near, far = (requests.request(method, address + path, timeout=10) for address in (line.url, server))
            assert (near.status_code, near.reason) == (far.status_code, far.reason)
            ours = {"X-Request-Id", "Date", "Connection"}
            assert {n: v for n, v in near.headers.items() if n not in ours} == {
                n: v for n, v in far.headers.items() if n not in ours
            }
            if path == "/v1/regulation":
                assert near.content == far.content
        assert line.counts == {"requests": 4}


def test_a_service_that_is_gone_is_a_bad_gateway(server: str) -> None:
    """A line whose service does not answer says 502, which a client may try again."""
    with ContraryProxy("http://127.0.0.1:9", rates=Rates()) as line, Client(line.url, max_retries=0) as client:
        with pytest.raises(ProblemError) as caught:
            client.check(PERMITTED)
        assert (caught.value.status, caught.value.retryable, line.counts["unreachable"]) == (502, True, 1)


def test_a_body_of_unknown_length_is_refused(server: str) -> None:
    """A request in chunks is answered 411, and the line goes on working."""
    with ContraryProxy(server, rates=Rates()) as line:
        assert requests.post(f"{line.url}/v1/checks", data=iter([b"{}"]), timeout=10).status_code == 411
        with Client(line.url) as client:
            assert client.check(PERMITTED).verdict == "permitted"


def test_a_closed_line_is_closed(server: str) -> None:
    """After closing, neither kept connections nor new ones are served."""
    line = ContraryProxy(server, rates=Rates())
    with Client(line.url, max_retries=0) as client:
        client.check(PERMITTED)
        line.close()
        with pytest.raises(ConnectionFailed):
            client.check(PERMITTED)


def test_the_same_seed_gives_the_same_fates() -> None:
    """A request's fate follows from seed and number alone, another seed gives others, and the rates are kept."""
    drawn = [fate(CONTRARY, 1, number)[:5] for number in range(20_000)]
    assert drawn[:100] == [fate(CONTRARY, 1, number)[:5] for number in range(100)]
    assert drawn[:100] != [fate(CONTRARY, 2, number)[:5] for number in range(100)]
    for fault in FAULTS:
        assert sum(each[0] == fault for each in drawn) == pytest.approx(20_000 * getattr(CONTRARY, fault), rel=0.5)


@pytest.mark.parametrize(
    "rates",
    [
        {"unavailable": 1.1},
        {"truncated": -0.1},
        {"reset_after": 0.6, "stalled": 0.5},
        {"stall_s": -1},
        {"delayed": float("nan")},
    ],
)
def test_rates_must_be_rates(rates: dict[str, float]) -> None:
    """A rate that is none, or faults that together are more than certain, are refused."""
    with pytest.raises(ValueError):
        Rates(**rates)


@pytest.mark.parametrize("target", ["https://levcheck.test", "127.0.0.1:8095", "http://127.0.0.1:8095/below", "http://"])
def test_a_line_needs_an_http_address(target: str) -> None:
    """A proxy before what is no plain http address is refused when it is made."""
    with pytest.raises(ValueError, match="contrary proxy"):
        ContraryProxy(target)


def test_no_sale_is_lost_or_doubled() -> None:
    """Over a contrary line each sale is recorded exactly once, and every call ends within its deadline plus 0.5 s."""
    met = {fate(CONTRARY, SEED, number).fault for number in range(SALES)}
    assert met == {None, *FAULTS}
    report = run(SALES, 2)
    assert report["faults"] == []
    assert report["sales"] == SALES
    assert all(report["line"][what] for what in (*FAULTS, "delayed", "reordered", "extended"))
    assert report["replayed"] > 0
