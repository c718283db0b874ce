"""Many transactions checked one after the other."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from levcheck_client import Client, ConnectionFailed, InvalidTransaction, LevcheckError, ProblemError, Result
from levcheck_client.screening import AHEAD, AT_ONCE
from sdk.rulesets import Kept, document, fetch

CHECKS = "http://levcheck.test/v1/checks"
Answers = Any


@pytest.fixture
def answers(service: responses.RequestsMock, answer_text: str) -> Answers:
    """A service that answers each row by its reference: as an id, as a status, or after others."""
    gate = threading.Event()
    seen: list[str] = []

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        reference = json.loads(bytes(request.body or b""))["reference"]
        seen.append(reference)
        if reference == "slow":
            gate.wait(10)
        if reference == "behind":
            gate.set()
        if reference == "down":
            raise requests.exceptions.ConnectionError("x")
        status = int(reference) if reference.isdigit() else 200
        return status, {"X-Request-Id": f"r-{reference}"}, answer_text if status == 200 else "{}"

    service.add_callback(responses.POST, CHECKS, answer)
    return seen


@pytest.fixture(autouse=True)
def nothing_left_over() -> Iterator[None]:
    """What a loop that was left early had begun ends before the next test."""
    yield
    for thread in threading.enumerate():
        if thread.name.startswith("levcheck-client"):
            thread.join(timeout=10)


def rows(*references: str) -> Iterator[dict[str, Any]]:
    """One transaction each."""
    return ({"reference": reference} for reference in references)


def test_results_come_in_order(client: Client, answers: Answers) -> None:
    """Results come in the order of the transactions, also when a later one is answered first."""
    told = list(client.screen(rows("slow", "b", "c", "behind", "d")))
    assert [each.request_id for each in told] == ["r-slow", "r-b", "r-c", "r-behind", "r-d"]


def test_a_rows_own_problem_is_its_own(client: Client, answers: Answers) -> None:
    """A row that the service refuses, or that cannot be sent, yields its error in its place, and the others go on."""
    transactions: list[Any] = [*rows("a", "422"), {"reference": float("nan")}, *rows("413", "b")]
    told = list(client.screen(transactions))
    assert [type(each) for each in told] == [Result, ProblemError, InvalidTransaction, ProblemError, Result]


@pytest.mark.parametrize("reference", ["401", "403", "404", "429", "503", "down"])
def test_what_is_no_rows_fault_ends_it(client: Client, answers: Answers, reference: str) -> None:
    """A wrong key and a line that is down are raised, once what came before is given."""
    told = client.screen(rows("a", "b", reference, "c"))
    assert [next(told).request_id, next(told).request_id] == ["r-a", "r-b"]
    with pytest.raises(LevcheckError) as caught:
        next(told)
    assert isinstance(caught.value, ConnectionFailed if reference == "down" else ProblemError)


def test_it_reads_no_further_than_it_must(client: Client, answers: Answers) -> None:
    """An endless source is read a few rows ahead of what was taken, and no more once the caller stops."""
    read = 0

    def endless() -> Iterator[dict[str, Any]]:
        nonlocal read
        for read in itertools.count(1):  # noqa: B007  # counted for the test
            yield {"reference": "a"}

    told = client.screen(endless())
    assert read == 0
    taken = [next(told) for _ in range(50)]
    assert len(taken) == 50
    assert read <= 50 + AHEAD
    told.close()  # type: ignore[attr-defined]
    assert read <= 50 + AHEAD


def test_a_few_at_a_time(client: Client, service: responses.RequestsMock, answer_text: str) -> None:
    """No more than a few calls are under way at once, however many transactions there are."""
    now, most, lock = 0, 0, threading.Lock()

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        threading.Event().wait(0.005)
        with lock:
            now -= 1
        return 200, {}, answer_text

    service.add_callback(responses.POST, CHECKS, answer)
    assert len(list(client.screen({} for _ in range(60)))) == 60
    assert 1 < most <= AT_ONCE


def test_a_line_that_is_down_may_be_provisional(tmp_path: Path, time: Any, service: responses.RequestsMock) -> None:
    """With offline="provisional" every row has its answer, by the kept ruleset."""
    with Kept(tmp_path, time).client() as client:
        fetch(service, client, document())
        service.reset()
        told = list(client.screen([{}, {"vehicle": {"model_year": 2020}}, {"colour": "red"}]))
    assert [type(each) for each in told] == [Result, Result, InvalidTransaction]
    assert [each.verdict for each in told if isinstance(each, Result)] == ["undetermined", "permitted"]
