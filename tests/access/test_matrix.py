"""Every route x every role x its own and another organization's object, against the table and against the promise."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from access.expected import CLOSED, DONE, ON_ONE, OPEN, PAGES, REACH, ROLES, SCOPE, request_of
from access.house import ORGANIZATIONS, House, furnished, same
from levcheck.access.organizations import Organizations
from levcheck.access.permissions import scopes_of
from log.sealing import sealed
from sqlalchemy import text
from werkzeug.test import TestResponse

pytestmark = pytest.mark.slow
OPERATIONS = sorted(SCOPE)
OTHER = {
    "dealer": "dealer-2",
    "dealer-2": "dealer",
    "agency": "dealer",
    "dmv": "dealer",
    "board": "dealer",
    "admin": "dealer",
}
REFUSED_KEYS = ("revoked", "expired", "of a closed organization", "never made", "malformed", "empty")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service with one sealed record of each organization that records."""
    with furnished(tmp_path_factory.mktemp("house")) as made:
        for organization in ("dealer", "dealer-2", "agency", "dmv"):
            made.record(organization)
        sealed(made.records)
        yield made


@pytest.fixture(scope="module")
def refused(house: House) -> dict[str, str]:
    """Keys that open nothing."""
    keys, organizations = house.door.keys, Organizations(house.records.store, house.door.keys.now)
    organizations.add("gone", "Gone", "dealer")
    gone, _ = keys.make("gone", keys.now() + timedelta(days=1))
    organizations.close("gone")
    expired, _ = keys.make("dealer-2", keys.now() + timedelta(seconds=0.2))
    revoked, kept = keys.make("dealer", keys.now() + timedelta(days=1))
    keys.revoke(kept.id)
    time.sleep(0.25)
    never = f"lvk_{'a' * 12}_{'b' * 52}"
    return dict(zip(REFUSED_KEYS, (revoked, expired, gone, never, "lvk_x", ""), strict=True))


def _sent(
    house: House, operation: str, organization: str | None, id: str, headers: dict[str, str] | None = None
) -> TestResponse:
    key = house.keys[organization] if organization and headers is None else None
    method, path, sent = request_of(operation, id, _certificate(house), house.keys["dealer"])
    return house.ask(method, path, key, headers=headers or {}, **sent)


def _certificate(house: House) -> str:
    listed = house.ask("GET", "/v1/determinations?limit=1", house.keys["dealer"])
    certificate: str = listed.json["items"][0]["certificate"]
    return certificate


def _made(house: House, organization: str, operation: str) -> str:
    """A determination of an organization; one that records nothing gets one of another's."""
    made = house.record(organization if ORGANIZATIONS[organization] not in ("board", "admin") else "dealer")
    if operation.endswith("/proof"):
        sealed(house.records)
    return made


@pytest.mark.parametrize("operation", OPEN)
def test_anyone_may(house: House, operation: str) -> None:
    """An open operation answers who shows nothing, and who shows a key or a session of any role."""
    id = str(uuid4())
    answers = [_sent(house, operation, None, id)]
    answers += [_sent(house, operation, organization, id) for organization in ORGANIZATIONS]
    answers += [_sent(house, operation, organization, id, house.session(organization)) for organization in ORGANIZATIONS]
    assert {answer.status_code for answer in answers} <= {200, 303}


@pytest.mark.parametrize("kind", REFUSED_KEYS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_key_that_opens_nothing_is_refused(house: House, refused: dict[str, str], operation: str, kind: str) -> None:
    """A key that is revoked, expired, of a closed organization or none gets 401 everywhere; a health check ignores it."""
    method, path, sent = request_of(operation, str(uuid4()), _certificate(house), house.keys["dealer"])
    answer = house.ask(method, path, refused[kind], **sent)
    if operation in ("GET /healthz", "GET /readyz"):
        assert answer.status_code == 200
    else:
        assert answer.status_code == 401
        assert operation in PAGES or answer.json["code"] == "key_refused"
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="levcheck"'


@pytest.mark.parametrize("operation", CLOSED)
def test_nobody_may_without_a_key(house: House, operation: str) -> None:
    """A closed operation answers who shows nothing with 401, whether or not its object exists."""
    for id in (house.record("dealer"), str(uuid4())):
        answer = _sent(house, operation, None, id)
        assert answer.status_code == 401
        assert operation in PAGES or answer.json["code"] == "key_missing"
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="levcheck"'


@pytest.mark.parametrize("by", ["key", "session"])
@pytest.mark.parametrize("organization", ORGANIZATIONS)
@pytest.mark.parametrize("operation", CLOSED)
def test_a_role_may_what_was_promised(house: House, operation: str, organization: str, by: str) -> None:
    """Each role, by its key or in a browser, may do to its own and to another's object exactly what was promised."""
    reach = REACH[operation][ORGANIZATIONS[organization]]
    headers = house.session(organization) if by == "session" else None
    own, other = (_made(house, whose, operation) for whose in (organization, OTHER[organization]))
    to_own, to_other = (_sent(house, operation, organization, id, headers) for id in (own, other))
    allowed = DONE.get(operation, 200)
    expected: tuple[Any, Any] = {
        "-": (403, 403),
        "yes": (allowed, allowed),
        "own": (allowed, 404 if operation in ON_ONE else allowed),
        "all": (allowed, allowed),
    }[reach]
    assert (to_own.status_code, to_other.status_code) == expected, (to_own.text[:200], to_other.text[:200])
    assert reach != "-" or operation in PAGES or to_own.json["code"] == "not_permitted"


@pytest.mark.parametrize("operation", ON_ONE)
@pytest.mark.parametrize("organization", ["dealer", "agency", "dmv"])
def test_what_is_anothers_is_as_if_it_were_not_there(house: House, organization: str, operation: str) -> None:
    """Another organization's object is answered with the status, the body and the headers of one that does not exist."""
    ended = house.record(OTHER[organization])
    house.ask("POST", f"/v1/determinations/{ended}/void", house.keys[OTHER[organization]], json={"reason": "unwound"})
    nowhere = same(_sent(house, operation, organization, str(uuid4())))
    assert nowhere[0] == 404
    for id in (_made(house, OTHER[organization], operation), ended):
        assert same(_sent(house, operation, organization, id)) == nowhere


@pytest.mark.parametrize("organization", ["board", "admin"])
@pytest.mark.parametrize("operation", ["POST /v1/determinations/<id>/void", "POST /v1/determinations/<id>/supersede"])
def test_who_may_not_learns_nothing(house: House, organization: str, operation: str) -> None:
    """A role that may not do something is told so in the same words whether or not the object exists."""
    answers = [same(_sent(house, operation, organization, id)) for id in (house.record("dealer"), str(uuid4()))]
    assert answers[0] == answers[1]


def test_a_list_holds_what_the_role_reaches(house: House) -> None:
    """A dealer, an agency and a DMV list their own records only, whatever they filter by; the board lists everyone's."""
    mine, theirs = house.record("dealer", reference="mine"), house.record("dealer-2", reference="theirs")
    for organization in ("dealer", "dealer-2", "agency", "dmv"):
        for query in ("", "&reference=theirs", "&verdict=permitted", "&from=2020-01-01"):
            answer = house.ask("GET", f"/v1/determinations?limit=200{query}", house.keys[organization])
            ids = {item["id"] for item in answer.json["items"]}
            assert (mine in ids, theirs in ids) == (
                organization == "dealer" and "theirs" not in query,
                organization == "dealer-2",
            )
    listed = house.ask("GET", "/v1/determinations?limit=200", house.keys["board"]).json["items"]
    assert {mine, theirs} <= {item["id"] for item in listed}


def test_a_cursor_of_anothers_list_shows_nothing_of_it(house: House) -> None:
    """A page that begins where another organization's list stood holds the asking one's records only."""
    for _ in range(2):
        house.record("dealer")
    cursor = house.ask("GET", "/v1/determinations?limit=1", house.keys["dealer"]).json["next"]
    answer = house.ask("GET", f"/v1/determinations?limit=200&cursor={cursor}", house.keys["dealer-2"])
    shown = {item["id"] for item in answer.json["items"]}
    own = {item["id"] for item in house.ask("GET", "/v1/determinations?limit=200", house.keys["dealer-2"]).json["items"]}
    assert shown <= own


@pytest.mark.parametrize("operation", CLOSED)
def test_a_key_without_the_scope_may_not(house: House, operation: str) -> None:
    """A key that has every scope of use to its role but the one needed is refused, and one with only that one is not."""
    scope = SCOPE[operation]
    for role in (role for role in ROLES if REACH[operation][role] != "-"):
        organization = next(id for id, held in ORGANIZATIONS.items() if held == role)
        id = _made(house, organization, operation)
        method, path, sent = request_of(operation, id)
        others = [useful for useful in scopes_of(role) if useful != scope]
        answer = house.ask(method, path, house.key(organization, *others), **sent)
        assert answer.status_code == 403
        assert operation in PAGES or answer.json["code"] == "not_permitted"
        done = house.ask(method, path, house.key(organization, scope), **sent)
        assert done.status_code == DONE.get(operation, 200)


@pytest.mark.parametrize("operation", [operation for operation in OPERATIONS if operation.startswith("GET ")])
def test_head_asks_for_what_get_asks_for(house: House, operation: str) -> None:
    """HEAD is permitted to exactly those to whom GET is."""
    for organization in (None, *ORGANIZATIONS):
        id = _made(house, organization or "dealer", operation)
        got = _sent(house, operation, organization, id)
        _, path, _ = request_of(operation, id)
        head = house.ask("HEAD", path, house.keys[organization] if organization else None)
        assert (head.status_code, head.data) == (got.status_code, b"")


@pytest.mark.parametrize("operation", CLOSED)
def test_options_tells_nobody_anything(house: House, operation: str) -> None:
    """OPTIONS at a closed address needs a key as well, and never permits another site anything."""
    _, path, _ = request_of(operation, str(uuid4()))
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    assert house.ask("OPTIONS", path, headers=headers).status_code == 401
    answer = house.ask("OPTIONS", path, house.keys["dealer"], headers=headers)
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]


def test_a_route_without_a_row_is_closed_to_everyone(tmp_path: Path) -> None:
    """A route that the table does not know answers nobody, whatever the key."""
    with furnished(tmp_path) as made:
        made.app.add_url_rule("/forgotten", view_func=lambda: "secret", methods=["GET", "POST"])
        for organization in ORGANIZATIONS:
            for method in ("GET", "HEAD", "POST"):
                assert made.ask(method, "/forgotten", made.keys[organization]).status_code == 403
        assert made.ask("GET", "/forgotten").status_code == 401


READS = [operation for operation in CLOSED if "all" in REACH[operation].values()]


@pytest.mark.parametrize("operation", READS)
def test_each_read_of_the_board_is_written_down(house: House, operation: str) -> None:
    """What the board reads is written down with its key, the operation and the object; what others read is not."""
    id = _made(house, "dealer", operation)
    before = house.reads()
    assert _sent(house, operation, "dealer", id).status_code == 200
    assert house.reads() == before
    assert _sent(house, operation, "board", id).status_code == 200
    assert _sent(house, operation, "board", str(uuid4())).status_code == (404 if operation in ON_ONE else 200)
    first, second = house.reads()[len(before) :]
    told = (first.organization, first.key, first.operation)
    assert told == ("board", house.keys["board"].split("_")[1], operation)
    assert (second.operation, first.object if operation in ON_ONE else id) == (operation, id)


def test_a_list_is_written_down_with_what_chose_it(house: House) -> None:
    """Of a list that the board reads its filters are kept, and which page it was: so it is known which records were seen."""
    ids = [house.record("dealer") for _ in range(3)]
    address, board = "/v1/determinations?verdict=permitted&limit=2", house.keys["board"]
    following = house.ask("GET", address, board).get_json()["next"]
    assert house.reads()[-1].object == '{"verdict": "permitted", "limit": 2}'
    house.ask("GET", f"{address}&cursor={following}", board)
    assert house.reads()[-1].object == f'{{"verdict": "permitted", "limit": 2, "before": "{ids[1]}"}}'


def test_the_reads_are_kept_as_they_are(house: House) -> None:
    """The database refuses to change or delete what was written down of a read."""
    house.ask("GET", "/v1/determinations", house.keys["board"])
    before = house.reads()
    for statement in ("UPDATE reads SET organization = 'dealer'", "DELETE FROM reads"):
        with pytest.raises(Exception, match="kept as they are"), house.records.store.engine.begin() as connection:
            connection.execute(text(statement))
    assert house.reads() == before


@pytest.mark.parametrize("operation", READS)
def test_a_read_that_cannot_be_written_down_is_refused(tmp_path: Path, operation: str) -> None:
    """Where a read of the board cannot be kept it is answered with 503 and nothing else; a dealer still reads its own."""
    with furnished(tmp_path) as made:
        id = _made(made, "dealer", operation)
        with made.records.store.engine.begin() as connection:
            refusing = "CREATE TRIGGER full BEFORE INSERT ON reads BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            connection.execute(text(refusing))
        answer = _sent(made, operation, "board", id)
        assert answer.status_code == 503 and "9VAC5" not in answer.text.replace("regulation, 9VAC5-95", "")
        assert _sent(made, operation, "dealer", id).status_code == 200


def test_why_a_record_was_voided_is_its_own_organizations(house: House) -> None:
    """Whoever verifies a certificate learns that it was voided; the reason is shown to the organization that gave it."""
    id = house.record("dealer")
    certificate = house.ask("GET", f"/v1/determinations/{id}", house.keys["dealer"]).json["certificate"]
    house.ask("POST", f"/v1/determinations/{id}/void", house.keys["dealer"], json={"reason": "John Doe withdrew"})
    before = house.reads()
    for organization in (None, *ORGANIZATIONS):
        key = house.keys[organization] if organization else None
        answer = house.ask("POST", "/v1/certificates/verify", key, json={"certificate": certificate}).json
        (event,) = answer["history"]
        assert (answer["status"], event["event"]) == ("voided", "void")
        assert event["reason"] == ("John Doe withdrew" if organization == "dealer" else None)
    assert house.reads() == before
