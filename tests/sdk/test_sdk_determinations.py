"""Determinations: what is sent, and what comes back."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import json
import pickle
from typing import Any

import pytest
import responses
from levcheck_client import Client, Determination, HistoryEvent, InvalidTransaction, ProblemError, ProtocolError

ALL = "http://levcheck.test/v1/determinations"
ONE = f"{ALL}/0197-d1"
Record = dict[str, Any]


def test_reads_the_whole_determination(
    client: Client, service: responses.RequestsMock, determination: Record, answer: Record
) -> None:
    """Every member of the contract's determination stands in the value, its result as a check gives it."""
    service.add(responses.GET, ONE, json=determination, headers={"X-Request-Id": "r"})
    service.add(responses.POST, "http://levcheck.test/v1/checks", json=answer, headers={"X-Request-Id": "r"})
    assert client.get("0197-d1") == Determination(
        id="0197-d1",
        reference="deal 48213",
        status="superseded",
        recorded_at="2025-06-01T14:00:00.000000Z",
        retain_until="2035-06-01T14:00:00.000000Z",
        request={"reference": "deal 48213", "vehicle": {"model_year": 2025, "vin": None}},
        result=client.check({}),
        certificate="aGVhZA.cGF5.c2ln",
        supersedes="0197-d0",
        history=(HistoryEvent("supersede", "2025-06-02T09:00:00.000000Z", None, "0197-d2"),),
        replayed=False,
    )


def test_determinations_are_frozen_values(client: Client, service: responses.RequestsMock, determination: Record) -> None:
    """A determination cannot be changed, has no truth, can be hashed and pickled, and equals its copy."""
    service.add(responses.GET, ONE, json=determination)
    one = client.get("0197-d1")
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.status = "current"  # type: ignore[misc]
    with pytest.raises(TypeError, match=r"determination\.result\.verdict"):
        bool(one)
    assert not hasattr(one, "__dict__")
    assert pickle.loads(pickle.dumps(one)) == one
    assert hash(copy.deepcopy(one)) == hash(one)


def test_every_missing_or_mistyped_member_is_named(
    client: Client, service: responses.RequestsMock, determination: Record
) -> None:
    """A determination without a member, or with one of the wrong type, raises a ProtocolError with its JSON pointer."""
    places = [(member,) for member in determination] + [("history", 0, member) for member in determination["history"][0]]
    for place in places:
        pointer = "".join(f"/{part}" for part in place)
        for spoil in (lambda parent, last: parent.pop(last), lambda parent, last: parent.update({last: True})):
            spoilt = copy.deepcopy(determination)
            spoil(spoilt["history"][0] if len(place) > 1 else spoilt, place[-1])
            service.reset()
            service.add(responses.GET, ONE, json=spoilt)
            with pytest.raises(ProtocolError) as caught:
                client.get("0197-d1")
            assert caught.value.pointer == pointer


def test_a_fourth_status_is_refused(client: Client, service: responses.RequestsMock, determination: Record) -> None:
    """A status nobody can act upon is a ProtocolError, not a determination."""
    service.add(responses.GET, ONE, json={**determination, "status": "paused"})
    with pytest.raises(ProtocolError, match="'paused' at /status"):
        client.get("0197-d1")


def test_what_each_call_sends(client: Client, service: responses.RequestsMock, determination: Record) -> None:
    """A determination, a voiding and a superseding are each one POST of the contract's body."""
    for url in (ALL, f"{ONE}/void", f"{ONE}/supersede"):
        service.add(responses.POST, url, json=determination)
    client.determine({"vehicle": {"model_year": 2025}})
    client.void("0197-d1", "unwound")
    client.supersede("0197-d1", {"vehicle": None}, reason="odometer")
    assert [json.loads(call.request.body) for call in service.calls] == [
        {"vehicle": {"model_year": 2025}},
        {"reason": "unwound"},
        {"reason": "odometer", "request": {"vehicle": None}},
    ]


def test_the_clients_reading_goes_into_both(service: responses.RequestsMock, determination: Record) -> None:
    """The client's reading is sent with a transaction to record, and with the corrected one."""
    service.add(responses.POST, ALL, json=determination)
    service.add(responses.POST, f"{ONE}/supersede", json=determination)
    with Client("http://levcheck.test", reading="as_written") as client:
        client.determine({})
        client.supersede("0197-d1", {})
    bodies = [json.loads(call.request.body) for call in service.calls]
    assert [bodies[0]["reading"], bodies[1]["request"]["reading"]] == ["as_written"] * 2


def test_what_cannot_be_sent_is_named_where_it_stands(client: Client, service: responses.RequestsMock) -> None:
    """What JSON cannot say is refused before sending, by its place in the body."""
    with pytest.raises(InvalidTransaction) as caught:
        client.supersede("0197-d1", {"vehicle": {"mileage": float("nan")}})
    assert caught.value.pointer == "/request/vehicle/mileage"
    with pytest.raises(InvalidTransaction):
        client.determine({"transaction": {"date": datetime.datetime(2025, 6, 1, 12)}})
    assert not service.calls


def test_an_id_is_one_segment(client: Client, service: responses.RequestsMock) -> None:
    """An id stays one segment of the path, whatever characters it has."""
    service.add(responses.GET, f"{ALL}/a%2Fb%3Fc%23d%20%C3%A9", status=404)
    with pytest.raises(ProblemError, match="404"):
        client.get("a/b?c#d é")


@pytest.mark.parametrize("id", ["", ".", ".."])
def test_an_id_that_would_lead_elsewhere(client: Client, service: responses.RequestsMock, id: str) -> None:
    """An id that would make another address of the path is refused before anything is sent."""
    for call in (client.get, client.certificate, lambda id: client.void(id, "x"), lambda id: client.supersede(id, {})):
        with pytest.raises(ValueError, match="not a determination's id"):
            call(id)
    assert not service.calls
