"""What the tests of the client share: a contract-shaped answer, a clock that only sleeping moves, a mocked service."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
import responses
from levcheck_client import Client
from levcheck_client.transport import Timing

BASE = "http://levcheck.test"

ANSWER = """{
  "verdict": "permitted", "basis": "exempt", "assurance": null,
  "summary": "Permitted: a new motor vehicle sold for registration out-of-state (9VAC5-95-30 B 5).",
  "findings": [{"provision": "9VAC5-95-30 B 5", "text": "words", "status": "holds",
                "because": ["vehicle.model_year", "destination.state"]}],
  "questions": [{"fact": "vehicle.gvwr_lb", "ask": "What is its GVWR?", "provisions": ["9VAC5-95-10"],
                 "answer": {"type": "integer", "choices": [], "unit": "lb", "members": []}},
                {"fact": "relocation", "ask": "Where was it bought?", "provisions": [],
                 "answer": {"type": "object", "choices": null, "unit": null,
                            "members": [{"name": "purchased_in", "type": "string", "choices": ["NC", "VA"]}]}}],
  "facts": [{"fact": "vehicle.mileage", "state": "known", "values": [12.400000000000000000001], "ranges": [],
             "source": "stated"},
            {"fact": "vehicle.gvwr_lb", "state": "narrowed", "values": [], "ranges": [{"min": 4001, "max": null}],
             "source": "vin"}],
  "conflicts": [{"fact": "vehicle.model_year",
                 "claims": [{"source": "stated", "value": {"year": [2025]}}], "text": "differ"}],
  "duties": [{"provision": "9VAC5-95-40", "who": "manufacturer", "text": "report", "due": "2026-03-01"}],
  "documents": [{"code": "registration", "text": "a copy", "standing": "required", "provision": null}],
  "advisories": [{"code": "waiver", "text": "note", "severity": "info", "source": null, "date": "2025-06-12"}],
  "remedies": [{"code": "certified", "text": "choose another", "provision": "9VAC5-95-30 A"}],
  "readings": {"as_written": "permitted", "federal_since_2025": "undetermined"},
  "regulation": {"chapter": "9VAC5-95", "edition": "2024-03-13", "reading": "as_written", "ruleset": "abc"}
}"""


class FakeTime:
    """Time that passes only by sleeping, and chance that always draws `draw`."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.slept: list[float] = []
        self.draw = 0.5

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed += seconds

    def timing(self) -> Timing:
        return Timing(
            clock=lambda: self.elapsed,
            now=lambda: 1_750_000_000 + self.elapsed,
            sleep=self.sleep,
            random=lambda: self.draw,
        )


@pytest.fixture
def answer_text() -> str:
    """A whole answer, as the contract shows it, every list filled."""
    return ANSWER


@pytest.fixture
def answer() -> dict[str, object]:
    """The same answer, to be spoilt."""
    return json.loads(ANSWER)


@pytest.fixture
def determination(answer: dict[str, object]) -> dict[str, object]:
    """A whole determination, to be spoilt."""
    return {
        "id": "0197-d1",
        "reference": "deal 48213",
        "status": "superseded",
        "recorded_at": "2025-06-01T14:00:00.000000Z",
        "retain_until": "2035-06-01T14:00:00.000000Z",
        "request": {"reference": "deal 48213", "vehicle": {"model_year": 2025, "vin": None}},
        "result": answer,
        "certificate": "aGVhZA.cGF5.c2ln",
        "supersedes": "0197-d0",
        "history": [{"event": "supersede", "at": "2025-06-02T09:00:00.000000Z", "reason": None, "by": "0197-d2"}],
    }


@pytest.fixture
def service() -> Iterator[responses.RequestsMock]:
    """A service that is asked at least what the test registers."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def checks(service: responses.RequestsMock) -> Callable[..., responses.BaseResponse]:
    """Register an answer of `POST /v1/checks`."""
    return lambda **how: service.add(responses.POST, f"{BASE}/v1/checks", **how)


@pytest.fixture
def time() -> FakeTime:
    """The client's time."""
    return FakeTime()


@pytest.fixture
def client(time: FakeTime) -> Iterator[Client]:
    """A client of the mocked service, on fake time."""
    with Client(BASE, api_key="sk-very-secret", _timing=time.timing()) as made:
        yield made
