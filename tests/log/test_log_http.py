"""The three routes: proofs that a stranger can check with the contract alone, and refusals in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from api.hostile import PARAMETERS, QUERIES
from conftest import TODAY, initialized
from flask import Flask
from flask.testing import FlaskClient
from levcheck.api.problems import REGISTER
from levcheck.api.schemas.log import CheckpointSchema, ConsistencySchema, ProofSchema
from levcheck.app import Settings, create_app
from levcheck.log.merkle import leaf_hash, proves_consistency, proves_inclusion
from levcheck.records.certificates import verify
from levcheck.records.keys import Keys
from log.sealing import sealed
from records.keeping import sale

NUMBERS = (
    "0", "-1", "+1", " 1", "1 ", "01", "1.0", "1e3", "0x1", "１", "٣", "true", "null", "", "NaN", "9" * 16, "9" * 400,
    "1\x00", "1%00", "1;2", "[1]", "9007199254740992",
)  # fmt: skip
"""What is no number of entries."""


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """A service without a sealer of its own: the tests seal."""
    return create_app(Settings(dev=True, data=initialized(tmp_path)), today=lambda: TODAY)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Its client."""
    return app.test_client()


def record(client: FlaskClient, number: int) -> str:
    """Make a determination; its id."""
    answer = client.post("/v1/determinations", json=sale(), headers={"Idempotency-Key": f"k{number}"})
    assert answer.status_code == 201
    return str(answer.get_json()["id"])


def seal(app: Flask) -> None:
    """Seal what was recorded."""
    sealed(app.extensions["levcheck"].kept)


@pytest.fixture
def ids(app: Flask, client: FlaskClient) -> list[str]:
    """Five determinations, sealed two, two and one at a time."""
    made = []
    for number in range(5):
        made.append(record(client, number))
        if number in (1, 3, 4):
            seal(app)
    return made


def read(client: FlaskClient, path: str, schema: Any = None) -> Any:
    """What is answered at an address, held to its schema."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_json()
    told = answer.get_json()
    if schema:
        assert schema().validate(told) == {}
        assert set(told) == set(schema().fields)
    return told


def refusal(client: FlaskClient, path: str) -> tuple[int, str]:
    """The status and code of a problem document."""
    answer = client.get(path)
    assert answer.mimetype == "application/problem+json", answer.data[:300]
    told = answer.get_json()
    assert REGISTER[told["code"]].status == told["status"] == answer.status_code
    return answer.status_code, told["code"]


def hashes(told: list[str]) -> list[bytes]:
    return [bytes.fromhex(node) for node in told]


def test_a_record_is_proved_to_a_stranger(client: FlaskClient, ids: list[str]) -> None:
    """With the answers and the published keys alone anyone can prove each record to be under a signed checkpoint."""
    keys = Keys.given(json.dumps(read(client, "/.well-known/jwks.json")))
    for index, id in enumerate(ids):
        told = read(client, f"/v1/determinations/{id}/proof", ProofSchema)
        claims = verify(told["checkpoint"]["signed"], keys, "levcheck-checkpoint+jws").claims
        assert {name: claims[name] for name in ("size", "root", "at")} == {
            name: told["checkpoint"][name] for name in ("size", "root", "at")
        }
        assert (told["index"], told["size"], claims["size"], claims["iss"]) == (index, 5, 5, "levcheck")
        leaf, root = leaf_hash(told["entry"].encode()), bytes.fromhex(claims["root"])
        assert proves_inclusion(told["index"], told["size"], leaf, hashes(told["inclusion"]), root)
        entry, certificate = json.loads(told["entry"]), read(client, f"/v1/determinations/{id}")["certificate"]
        assert entry["id"] == id
        assert entry["record"] == verify(certificate, keys).claims["record"]


def test_a_past_checkpoint_is_proved_to_begin_the_present_one(client: FlaskClient, ids: list[str]) -> None:
    """Between any two sizes there is a proof, and between two checkpoints it verifies with their roots."""
    roots = {size: bytes.fromhex(read(client, f"/v1/log/checkpoint?size={size}")["root"]) for size in (2, 4, 5)}
    for first in range(1, 6):
        for second in range(first, 6):
            told = read(client, f"/v1/log/consistency?first={first}&second={second}", ConsistencySchema)
            assert (told["first"], told["second"]) == (first, second)
            if first in roots and second in roots:
                assert proves_consistency(first, second, roots[first], roots[second], hashes(told["proof"]))
        assert read(client, f"/v1/log/consistency?first={first}")["second"] == 5


def test_an_older_checkpoint_can_be_asked_for(client: FlaskClient, ids: list[str]) -> None:
    """Checkpoints and proofs are given for every size that was signed, and the newest is the default."""
    newest = read(client, "/v1/log/checkpoint", CheckpointSchema)
    assert newest == read(client, "/v1/log/checkpoint?size=5")
    older = read(client, "/v1/log/checkpoint?size=2", CheckpointSchema)
    assert (older["size"], older["at"] < newest["at"]) == (2, True)
    assert read(client, f"/v1/determinations/{ids[1]}/proof?size=2")["checkpoint"] == older


def test_what_is_not_sealed_yet_is_told(app: Flask, client: FlaskClient) -> None:
    """Until a record is sealed its proof, and until anything is the log's, is 404 `not_sealed_yet` with Retry-After 1."""
    id = record(client, 1)
    for path in (f"/v1/determinations/{id}/proof", "/v1/log/checkpoint", "/v1/log/consistency?first=1"):
        assert refusal(client, path) == (404, "not_sealed_yet")
        assert client.get(path).headers["Retry-After"] == "1"
    seal(app)
    assert read(client, f"/v1/determinations/{id}/proof")["size"] == 1
    waiting = record(client, 2)
    assert refusal(client, f"/v1/determinations/{waiting}/proof") == (404, "not_sealed_yet")


def test_sizes_that_are_none_are_told(client: FlaskClient, ids: list[str]) -> None:
    """A size that no checkpoint has, that came before the record, or that turns time round is 404 `no_such_size`."""
    for path in (
        "/v1/log/checkpoint?size=3",
        "/v1/log/checkpoint?size=6",
        f"/v1/log/checkpoint?size={2**53 - 1}",
        f"/v1/determinations/{ids[0]}/proof?size=3",
        f"/v1/determinations/{ids[2]}/proof?size=2",
        "/v1/log/consistency?first=6",
        "/v1/log/consistency?first=3&second=2",
        "/v1/log/consistency?first=1&second=6",
    ):
        assert refusal(client, path) == (404, "no_such_size"), path


def test_records_that_are_not_there_have_no_proof(client: FlaskClient, ids: list[str], app: Flask) -> None:
    """An id of nothing, and the id of an event, is `no_such_determination`."""
    client.post(f"/v1/determinations/{ids[0]}/void", json={"reason": "x"}, headers={"Idempotency-Key": "v"})
    seal(app)
    with app.extensions["levcheck"].kept.store.read() as connection:
        event = connection.exec_driver_sql("SELECT id FROM events").scalar_one()
    for id in ("x", event, ids[0].upper(), "00000000-0000-7000-8000-000000000000"):
        assert refusal(client, f"/v1/determinations/{id}/proof") == (404, "no_such_determination")


@pytest.mark.parametrize("number", NUMBERS)
def test_hostile_sizes(client: FlaskClient, ids: list[str], number: str) -> None:
    """What is no number of entries is refused with the member's name, at every route."""
    for path, name in (
        (f"/v1/determinations/{ids[0]}/proof", "size"),
        ("/v1/log/checkpoint", "size"),
        ("/v1/log/consistency", "first"),
        ("/v1/log/consistency?first=1", "second"),
    ):
        asked = f"{path}{'&' if '?' in path else '?'}{name}={quote(number)}"
        assert refusal(client, asked) == (422, "invalid_request")
        assert [error["pointer"] for error in client.get(asked).get_json()["errors"]] == [f"/{name}"]


def test_members_that_are_missing_or_unknown(client: FlaskClient, ids: list[str]) -> None:
    """Two sizes cannot be compared without the first, and a misspelt member is refused."""
    assert refusal(client, "/v1/log/consistency") == (422, "invalid_request")
    for path in (
        "/v1/log/checkpoint?sise=1",
        "/v1/log/consistency?first=1&last=2",
        f"/v1/determinations/{ids[0]}/proof?Size=1",
    ):
        assert refusal(client, path) == (422, "invalid_request")


def test_hostile_queries_and_ids(client: FlaskClient, ids: list[str]) -> None:
    """Whatever bytes a query or an id is made of, the answer is the usual one or a refusal, never a failure."""
    for path in (f"/v1/determinations/{ids[0]}/proof", "/v1/log/checkpoint", "/v1/log/consistency"):
        statuses = {query: client.get(f"{path}?{query}").status_code for query in QUERIES}
        assert set(statuses.values()) <= {200, 404, 414, 422}, statuses
    for parameter in PARAMETERS:
        assert client.get(f"/v1/determinations/{parameter}/proof").status_code in (404, 422), parameter
