"""What comes back."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import responses
from levcheck_client import (
    Advisory,
    Answer,
    AnswerMember,
    Claim,
    Client,
    Conflict,
    Document,
    Duty,
    FactState,
    Finding,
    ProtocolError,
    Question,
    Range,
    Regulation,
    Remedy,
    Result,
)

Checks = Callable[..., responses.BaseResponse]
OPTIONAL = {
    "questions": {"choices", "unit", "members"},
    "duties": {"due"},
    "documents": {"provision"},
    "advisories": {"source", "date"},
    "remedies": {"provision"},
}


def test_reads_the_whole_answer(client: Client, checks: Checks, answer_text: str) -> None:
    """Every member of the contract's answer stands in the result, typed."""
    checks(body=answer_text, headers={"X-Request-Id": "echoed"})
    assert client.check({}) == Result(
        verdict="permitted",
        basis="exempt",
        assurance=None,
        summary="Permitted: a new motor vehicle sold for registration out-of-state (9VAC5-95-30 B 5).",
        findings=(Finding("9VAC5-95-30 B 5", "words", "holds", ("vehicle.model_year", "destination.state")),),
        questions=(
            Question("vehicle.gvwr_lb", "What is its GVWR?", ("9VAC5-95-10",), Answer("integer", (), "lb", ())),
            Question(
                "relocation",
                "Where was it bought?",
                (),
                Answer("object", (), None, (AnswerMember("purchased_in", "string", ("NC", "VA")),)),
            ),
        ),
        facts=(
            FactState("vehicle.mileage", "known", (Decimal("12.400000000000000000001"),), (), "stated"),
            FactState("vehicle.gvwr_lb", "narrowed", (), (Range(4001, None),), "vin"),
        ),
        conflicts=(Conflict("vehicle.model_year", (Claim("stated", {"year": [2025]}),), "differ"),),
        duties=(Duty("9VAC5-95-40", "manufacturer", "report", "2026-03-01"),),
        documents=(Document("registration", "a copy", "required", None),),
        advisories=(Advisory("waiver", "note", "info", None, "2025-06-12"),),
        remedies=(Remedy("certified", "choose another", "9VAC5-95-30 A"),),
        readings={"as_written": "permitted", "federal_since_2025": "undetermined"},
        regulation=Regulation("9VAC5-95", "2024-03-13", "as_written", "abc"),
        request_id="echoed",
    )


def test_whole_numbers_stay_whole(client: Client, checks: Checks, answer_text: str) -> None:
    """Whole numbers come as int and all others as Decimal, never as float."""
    checks(body=answer_text)
    result = client.check({})
    assert type(result.facts[1].ranges[0].min) is int
    assert type(result.facts[0].values[0]) is Decimal


def test_keeps_its_own_request_id_if_none_is_echoed(
    client: Client, checks: Checks, service: responses.RequestsMock, answer_text: str
) -> None:
    """A service that echoes no request id leaves the one that was sent."""
    checks(body=answer_text)
    assert client.check({}).request_id == service.calls[0].request.headers["X-Request-Id"]


@pytest.mark.parametrize("verdict", ["permitted", "prohibited", "undetermined"])
def test_exactly_one_property_is_true(client: Client, checks: Checks, answer: dict[str, object], verdict: str) -> None:
    """Of permitted, prohibited and undetermined exactly the verdict's property is true."""
    checks(json={**answer, "verdict": verdict})
    result = client.check({})
    assert [name for name in ("permitted", "prohibited", "undetermined") if getattr(result, name)] == [verdict]


def test_a_result_has_no_truth(client: Client, checks: Checks, answer_text: str) -> None:
    """`if result:` raises a TypeError that says what to compare instead."""
    checks(body=answer_text)
    with pytest.raises(TypeError, match=r"compare result\.verdict"):
        bool(client.check({}))


def test_results_are_frozen_values(client: Client, checks: Checks, answer_text: str) -> None:
    """A result cannot be changed, can be hashed and pickled, and equals its copy."""
    checks(body=answer_text)
    result = client.check({})
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.verdict = "prohibited"  # type: ignore[misc]
    assert not hasattr(result, "__dict__")
    assert pickle.loads(pickle.dumps(result)) == result
    assert hash(copy.deepcopy(result)) == hash(result)


def _places(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, below in pairs for place in [(*at, key), *_places(below, (*at, key))]]


def _required(place: tuple[str | int, ...]) -> bool:
    item_or_reading = isinstance(place[-1], int) or (place[0] == "readings" and len(place) > 1)
    return not item_or_reading and "value" not in place[:-1] and place[-1] not in OPTIONAL.get(str(place[0]), ())


def _parent(document: Any, place: tuple[str | int, ...]) -> Any:
    for key in place[:-1]:
        document = document[key]
    return document


def _pointer(place: tuple[str | int, ...]) -> str:
    return "".join(f"/{key}" for key in place)


def test_a_newer_servers_members_are_ignored(
    client: Client, checks: Checks, answer_text: str, answer: dict[str, object]
) -> None:
    """Members this version does not know, in any object of the answer, change nothing."""
    objects = [answer, *(_parent(answer, (*place, "")) for place in _places(answer))]
    for each in objects:
        if isinstance(each, dict) and each is not answer["readings"] and "year" not in each:
            each["from_the_future"] = {"x": [1]}
    checks(json=answer, headers={"X-Request-Id": "same"})
    checks(body=answer_text.replace("12.400000000000000000001", "12.4"), headers={"X-Request-Id": "same"})
    assert client.check({}) == client.check({})


def test_every_missing_member_is_named(client: Client, checks: Checks, service: Any, answer_text: str) -> None:
    """An answer without a required member raises a ProtocolError with that member's JSON pointer."""
    for place in _places(json.loads(answer_text)):
        if not _required(place):
            continue
        spoilt = json.loads(answer_text)
        del _parent(spoilt, place)[place[-1]]
        service.reset()
        checks(json=spoilt)
        with pytest.raises(ProtocolError, match=f"the answer lacks {_pointer(place)} ") as caught:
            client.check({})
        assert caught.value.pointer == _pointer(place)
        assert caught.value.request_id in str(caught.value)


def test_every_mistyped_member_is_named(client: Client, checks: Checks, service: Any, answer_text: str) -> None:
    """An answer with a member of the wrong type raises a ProtocolError with that member's JSON pointer."""
    for place in _places(json.loads(answer_text)):
        if "value" in place or {"values", "choices"} & set(place[:-1]):
            continue
        spoilt = json.loads(answer_text)
        _parent(spoilt, place)[place[-1]] = True
        service.reset()
        checks(json=spoilt)
        with pytest.raises(ProtocolError, match="a boolean at") as caught:
            client.check({})
        assert caught.value.pointer == _pointer(place)


def test_a_fourth_verdict_is_refused(client: Client, checks: Checks, answer: dict[str, object]) -> None:
    """A verdict nobody can act upon is a ProtocolError, not a result."""
    checks(json={**answer, "verdict": "perhaps"})
    with pytest.raises(ProtocolError, match="'perhaps' at /verdict where permitted or prohibited or undetermined"):
        client.check({})


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\xff\xfe", b'{"verdict": NaN}', b"[" * 100_000, b'{"verdict": ' + b"9" * 5000 + b"}"]
)
def test_what_is_not_json_is_refused(client: Client, checks: Checks, body: bytes) -> None:
    """A 200 whose body is not JSON raises a ProtocolError that asks about base_url."""
    checks(body=body)
    with pytest.raises(ProtocolError, match="is not JSON; is base_url"):
        client.check({})


@pytest.mark.parametrize("body", [b"[]", b"null", b'"permitted"', b"3"])
def test_json_that_is_no_object_is_refused(client: Client, checks: Checks, body: bytes) -> None:
    """A 200 whose JSON is not an object raises a ProtocolError."""
    checks(body=body)
    with pytest.raises(ProtocolError, match="at its top where an object belongs"):
        client.check({})
