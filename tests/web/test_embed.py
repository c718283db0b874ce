"""The counter on another system's page, as it goes over the wire: tokens, origins, forms."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from access.house import House, furnished
from access.test_hostile_callers import FORMS
from conftest import TODAY, initialized
from levcheck.access.embeds import LASTS, Embeds
from levcheck.access.secret import AccessSecret
from levcheck.api.headers import PAGE
from levcheck.app import Settings, create_app
from levcheck.records.tables import determinations, metadata
from printed.reading import Elements
from sqlalchemy import func, select
from werkzeug.test import TestResponse

VIN, OTHER_VIN = "1FTEW3LP9SKE98169", "2HGFE4F86SH011469"
ORIGIN, OTHER_ORIGIN = "https://dms.example", "https://dms.example.net"
HOST, FRAME = {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
ANSWERS = {
    "activity": "sale",
    "chosen": "sale",
    "transaction.type": "sale",
    "vehicle.mileage": "12",
    "vehicle.certification.california": "yes",
    "seller.type": "dealer",
    "buyer.type": "individual",
    "destination.state": "VA",
}
pytestmark = pytest.mark.slow
POLICY = PAGE.replace("frame-ancestors 'none'", f"frame-ancestors {ORIGIN}")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service that asks for keys."""
    with furnished(tmp_path_factory.mktemp("house")) as made:
        yield made


Ask = Callable[..., TestResponse]


@pytest.fixture
def ask(house: House) -> Ask:
    """A function that sends a form to the page as the frame does, or with other headers."""

    def ask(path: str, token: str, headers: dict[str, str] | None = None, **fields: str) -> TestResponse:
        sent = {name.replace("__", "."): value for name, value in fields.items()}
        return house.ask("POST", path, headers=FRAME if headers is None else headers, data={"token": token, **sent})

    return ask


def _token(house: House, vin: str = VIN, origin: str = ORIGIN, organization: str = "dealer") -> str:
    answer = house.ask("POST", "/v1/embeds", house.keys[organization], json={"vin": vin, "origin": origin})
    assert answer.status_code == 201, answer.text
    token: str = answer.json["token"]
    return token


def _kept(house: House) -> dict[str, int]:
    """How many rows each table has."""
    with house.records.store.read() as connection:
        return {name: connection.scalar(select(func.count()).select_from(it)) or 0 for name, it in metadata.tables.items()}


def _embeds(house: House, **earlier: float) -> Embeds:
    return Embeds(AccessSecret.in_folder(house.data), lambda: datetime.now(UTC) - LASTS + timedelta(**earlier))


def _refused(answer: TestResponse, status: int = 403) -> None:
    """A page that no page may show, and that has nothing of a check in it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Security-Policy"] == PAGE
    assert "<form" not in answer.text and VIN not in answer.text


def test_the_token_says_what_it_is_for(house: House) -> None:
    """A token comes with its end, a quarter of an hour from now, and the path of the page."""
    before = datetime.now(UTC)
    answer = house.ask("POST", "/v1/embeds", house.keys["dealer"], json={"vin": VIN.lower(), "origin": ORIGIN})
    assert (answer.status_code, set(answer.json), answer.json["page"]) == (201, {"token", "expires_at", "page"}, "/embed")
    expires_at = datetime.fromisoformat(answer.json["expires_at"])
    assert before + timedelta(minutes=15) <= expires_at <= datetime.now(UTC) + timedelta(minutes=15)


GOOD = (
    "https://dms.example", "https://a", "https://a-b.c1.example:8443", "http://localhost", "http://localhost:8080",
    "http://127.0.0.1:1", "https://dms.example:443", "https://xn--80ak6aa92e.example", "https://127.0.0.1",
)  # fmt: skip
BAD = (
    "", "*", "null", "dms.example", "//dms.example", "https://", "https://dms.example/", "https://dms.example/page",
    "https://dms.example?x", "https://dms.example#x", "https://me@dms.example", "https://me:pw@dms.example", "http://dms.example",
    "http://10.0.0.1", "http://localhost.example", "http://127.0.0.1.example", "HTTPS://dms.example", "https://DMS.example",
    "https://dms.example:", "https://dms.example:0", "https://dms.example:65536", "https://dms.example:08", "https://dms..example",
    "https://-dms.example", "https://dms-.example", "https://*.example", "https://dms.example https://evil.example",
    "https://dms.example;script-src", "https://dms.example\n", "https://dms.example\r\nX: 1", "https://dms.example\x7f",
    " https://dms.example",
    "https://dms.example,", "https://dms.example'", "https://bücher.example", "javascript:alert(1)", "data:,", "file:///x",
    "https://[::1]", "https://" + "a" * 64, "https://" + "a." * 200 + "a", "ftp://dms.example", "https:dms.example",
    "https:\\\\dms.example",
    None, 1, [], {}, ["https://dms.example"], True,
)  # fmt: skip


@pytest.mark.parametrize("origin", GOOD)
def test_an_origin_is_scheme_host_and_port(house: House, ask: Ask, origin: str) -> None:
    """A token is given for an origin as browsers write them, and alone a page of it may show the check."""
    written = origin.removesuffix(":443")
    answer = ask("/embed", _token(house, origin=origin), {"Origin": written})
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].endswith(f"; frame-ancestors {written}")


@pytest.mark.parametrize("origin", BAD, ids=repr)
def test_what_is_no_origin_is_refused(house: House, origin: Any) -> None:
    """A token is given for nothing else: no path, no wildcard, no plain HTTP but on one's own machine."""
    answer = house.ask("POST", "/v1/embeds", house.keys["dealer"], json={"vin": VIN, "origin": origin})
    assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, ["/origin"])


@pytest.mark.parametrize("vin", ["", None, 1, "1FTEW3LP9SKE9816", VIN + "1", "1FTEW3LP9SKE9816 ", "x" * 17 + "\n"])
def test_what_is_no_vin_is_refused(house: House, vin: Any) -> None:
    """A token is given for 17 letters and digits."""
    answer = house.ask("POST", "/v1/embeds", house.keys["dealer"], json={"vin": vin, "origin": ORIGIN})
    assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, ["/vin"])


def test_the_first_form_comes_from_the_host(house: House, ask: Ask) -> None:
    """The page that the token is for opens the check; its answer may be framed by this page alone, and sets no cookie."""
    answer = ask("/embed", _token(house), HOST)
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (200, POLICY)
    assert VIN in answer.text and 'action="/embed"' in answer.text
    assert "Set-Cookie" not in answer.headers and "form_token" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": OTHER_ORIGIN}, {"Origin": "null"}, {"Origin": ORIGIN + "/"}, {"Origin": ORIGIN + ".evil.example"},
     {"Origin": "http://dms.example"}, {"Origin": ORIGIN + ":8443"}, {"Origin": ORIGIN.upper()},
     {"Sec-Fetch-Site": "same-site"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}, {"Referer": ORIGIN + "/"},
     {"Origin": f"{ORIGIN} {OTHER_ORIGIN}"}],
)  # fmt: skip
def test_another_origin_is_refused(house: House, ask: Ask, headers: dict[str, str]) -> None:
    """A form that comes from another origin than the token's, or from none, gets nothing that any page could show."""
    token = _token(house)
    _refused(ask("/embed", token, headers))
    _refused(ask("/embed/record", token, headers, idempotency_key=str(uuid4()), **_answers()))


def test_only_the_frame_itself_records(house: House, ask: Ask) -> None:
    """The page around the frame cannot record in the clerk's stead."""
    before = _kept(house)
    _refused(ask("/embed/record", _token(house), HOST, idempotency_key=str(uuid4()), **_answers()))
    assert _kept(house) == before


def test_the_vin_is_the_tokens(house: House, ask: Ask) -> None:
    """Whatever VIN a form says, the check and the record are of the token's vehicle."""
    token = _token(house)
    asked = ask("/embed", token, **_answers(), vehicle__vin=OTHER_VIN)
    assert VIN in asked.text and OTHER_VIN not in asked.text
    id = _recorded(ask("/embed/record", token, idempotency_key=str(uuid4()), **_answers(), vehicle__vin=OTHER_VIN))
    made = house.ask("GET", f"/v1/determinations/{id}", house.keys["dealer"])
    assert made.json["request"]["vehicle"]["vin"] == VIN


def _answers() -> dict[str, str]:
    return {name.replace(".", "__"): value for name, value in ANSWERS.items()}


def _recorded(answer: TestResponse) -> str:
    """The id that the page tells the page around it."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Security-Policy"] == POLICY
    told = re.search(r'<body data-host="([^"]+)" data-complete="([0-9a-f-]{36})">', answer.text)
    assert told and told[1] == ORIGIN
    return told[2]


@pytest.mark.parametrize("organization", ["dealer", "agency", "dmv"])
def test_a_record_is_the_tokens_organizations(house: House, ask: Ask, organization: str) -> None:
    """What is recorded belongs to the organization whose key asked for the token, and to no other."""
    id = _recorded(
        ask("/embed/record", _token(house, organization=organization), idempotency_key=str(uuid4()), **_answers())
    )
    for other, key in house.keys.items():
        if other not in ("board", "admin"):
            assert house.ask("GET", f"/v1/determinations/{id}", key).status_code == (200 if other == organization else 404)


def test_two_presses_make_one_record(house: House, ask: Ask) -> None:
    """The form sent twice makes one record, and tells its id twice."""
    token = _token(house)
    page = ask("/embed", token, **_answers())
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page.text)
    assert key and 'action="/embed/record"' in page.text
    before = _kept(house)["determinations"]
    ids = {_recorded(ask("/embed/record", token, idempotency_key=key[1], **_answers())) for _ in range(3)}
    assert (len(ids), _kept(house)["determinations"]) == (1, before + 1)


def test_nothing_is_kept_unless_it_is_recorded(house: House, ask: Ask) -> None:
    """Neither the token nor a check leaves a row in any table."""
    before = _kept(house)
    token = _token(house)
    ask("/embed", token, HOST)
    assert ask("/embed", token, **_answers()).status_code == 200
    ask("/embed/record", token, **_answers())
    assert _kept(house) == before


def test_the_flow_carries_the_token(house: House, ask: Ask) -> None:
    """Every form of the page goes back to the page, with the token in its body and in no address."""
    token = _token(house)
    for answer in (ask("/embed", token, HOST), ask("/embed", token, activity="sale"), ask("/embed", token, **_answers())):
        forms = [attributes for tag, attributes in Elements(answer.text).elements if tag == "form"]
        assert forms and {form["action"] for form in forms} <= {"/embed", "/embed/record"}
        assert answer.text.count(f'name="token" value="{token}"') == len(forms)
        assert answer.text.count(token) == len(forms)


@pytest.mark.parametrize(("seconds", "status"), [(5, 200), (-0.001, 401)])
def test_a_token_ends_after_a_quarter_of_an_hour(house: House, ask: Ask, seconds: float, status: int) -> None:
    """A token opens the page up to its end and not after; then the page that it is for is told so."""
    caller = house.door.caller(house.keys["dealer"])
    assert caller
    token, _ = _embeds(house, seconds=seconds).begin(caller, VIN, ORIGIN)
    answer = ask("/embed", token, HOST)
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (status, POLICY)
    assert ('data-exit="expired"' in answer.text) == (status == 401)
    assert ask("/embed/record", token, **_answers(), idempotency_key=str(uuid4())).status_code == status


def test_the_end_is_exact(house: House) -> None:
    """A token has not expired a microsecond before its end, and has at it."""
    caller = house.door.caller(house.keys["dealer"])
    assert caller
    secret, moment = AccessSecret.in_folder(house.data), datetime.now(UTC)
    _, embed = Embeds(secret, lambda: moment).begin(caller, VIN, ORIGIN)
    at_end = moment + timedelta(minutes=15)
    assert not Embeds(secret, lambda: at_end - timedelta(microseconds=1)).has_expired(embed)
    assert Embeds(secret, lambda: at_end).has_expired(embed)


def test_a_token_ends_with_its_key(house: House, ask: Ask) -> None:
    """A token opens nothing once the key that asked for it is revoked."""
    key = house.key("dealer-2")
    token = house.ask("POST", "/v1/embeds", key, json={"vin": VIN, "origin": ORIGIN}).json["token"]
    assert ask("/embed", token, HOST).status_code == 200
    house.door.keys.revoke(key.split("_")[1])
    answer = ask("/embed", token, HOST)
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (401, POLICY)
    assert 'data-exit="expired"' in answer.text and "<form" not in answer.text


def _forged(house: House) -> dict[str, str]:
    token = _token(house)
    said, mac = token.split(".")
    other = base64.urlsafe_b64encode(base64.urlsafe_b64decode(said + "==").replace(VIN.encode(), OTHER_VIN.encode()))
    stranger = Embeds(AccessSecret(b"x" * 32), lambda: datetime.now(UTC))
    caller = house.door.caller(house.keys["dealer"])
    assert caller
    return {
        "none": "",
        "a dot": ".",
        "no end": said,
        "cut": token[:-1],
        "longer": token + "0",
        "another letter": said + "." + ("0" if mac[0] != "0" else "1") + mac[1:],
        "in capitals": said + "." + mac.upper(),
        "another VIN": other.decode().rstrip("=") + "." + mac,
        "of another service": stranger.begin(caller, VIN, ORIGIN)[0],
        "an API key": house.keys["dealer"],
        "a session": house.door.sessions.begin(caller),
        "two": token + "," + token,
        "a line more": token + "\n",
        "long": "a" * 50_000,
        "no text": "\0\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    }


KINDS = ("none", "a dot", "no end", "cut", "longer", "another letter", "in capitals", "another VIN", "of another service",
         "an API key", "a session", "two", "a line more", "long", "no text")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", ["/embed", "/embed/record"])
def test_without_a_token_of_the_service_it_is_of_no_use(house: House, ask: Ask, path: str, kind: str) -> None:
    """Anyone may ask, and gets nothing without a token that this service made, wherever the form comes from."""
    for headers in (HOST, FRAME):
        _refused(ask(path, _forged(house)[kind], headers, idempotency_key=str(uuid4()), **_answers()))


def test_a_key_or_a_session_is_no_token(house: House, ask: Ask) -> None:
    """Who shows a right key or is signed in gets nothing without a token; with one, the token says who asks."""
    session = house.session("dealer")
    for headers in ({"Authorization": f"Bearer {house.keys['dealer']}"}, session):
        _refused(ask("/embed", "", FRAME | headers))
    id = _recorded(
        ask(
            "/embed/record",
            _token(house, organization="agency"),
            FRAME | session,
            idempotency_key=str(uuid4()),
            **_answers(),
        )
    )
    assert house.ask("GET", f"/v1/determinations/{id}", house.keys["agency"]).status_code == 200


@pytest.mark.parametrize("key", ["", "x", "\0", "1" * 300])
def test_a_record_needs_the_pages_key(house: House, ask: Ask, key: str) -> None:
    """A form without the key that came with its page records nothing, and ends the check with an error."""
    before = _kept(house)
    answer = ask("/embed/record", _token(house), idempotency_key=key, **_answers())
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (400, POLICY)
    assert 'data-exit="error"' in answer.text
    assert _kept(house) == before


def test_answers_that_cannot_be_read_are_asked_again(house: House, ask: Ask) -> None:
    """What cannot be read is asked for again in the frame, and nothing is recorded."""
    before = _kept(house)
    for path in ("/embed", "/embed/record"):
        answer = ask(path, _token(house), idempotency_key=str(uuid4()), **{**_answers(), "vehicle__mileage": "twelve"})
        assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (422, POLICY)
    assert _kept(house) == before


@pytest.mark.parametrize(("name", "kind", "body"), FORMS, ids=[name for name, *_ in FORMS])
@pytest.mark.parametrize("path", ["/embed", "/embed/record"])
def test_a_hostile_form_is_refused(house: House, path: str, name: str, kind: str | None, body: bytes) -> None:
    """A body that nobody sends by accident gets a page that says no."""
    answer = house.ask("POST", path, headers=FRAME, data=body, content_type=kind)
    assert 400 <= answer.status_code < 500
    assert answer.mimetype == "text/html"


HOSTILE = (
    "\0",
    "\ud7ff",
    "💥" * 100,
    "<script>",
    "'\"><x",
    "{{7*7}}",
    "9" * 5_000,
    "-1",
    "1e999",
    "null",
    "unknown",
    "VA\n",
)


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_a_hostile_answer_never_fails_the_service(house: House, ask: Ask, value: str) -> None:
    """Whatever an answer holds, the page asks again or goes on; nothing of it is run."""
    token = _token(house)
    for name in (*ANSWERS, "vehicle.vin", "unknown", "change", "reference", "relocation", "vehicle.certification.label"):
        fields = {**ANSWERS, name: value}
        for path in ("/embed", "/embed/record"):
            data = {"token": token, "idempotency_key": str(uuid4()), **fields}
            answer = house.ask("POST", path, headers=FRAME, data=data)
            assert answer.status_code < 500, (name, answer.text)
            assert "<script>" not in answer.text.replace("<script src=", "") or value != "<script>"


def test_an_answer_is_written_as_text(house: House, ask: Ask) -> None:
    """Markup in an answer comes back as words."""
    answer = ask("/embed", _token(house), **_answers(), vehicle__certification__label="'\"><x onload=1>")
    assert "<x onload" not in answer.text


def test_on_ones_own_machine_the_same(tmp_path: Path) -> None:
    """Without keys the page works in the same way, also from another site, and records for the machine's own account."""
    app = create_app(Settings(dev=True, data=initialized(tmp_path)), today=lambda: TODAY)
    client = app.test_client(use_cookies=False)
    token = client.post("/v1/embeds", json={"vin": VIN, "origin": "http://localhost:8080"}).json["token"]
    host = {"Origin": "http://localhost:8080", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/embed", headers=host, data={"token": token}).status_code == 200
    assert client.post("/embed", headers=host | {"Origin": ORIGIN}, data={"token": token}).status_code == 403
    sent = {"token": token, "idempotency_key": str(uuid4()), **ANSWERS}
    answer = client.post("/embed/record", headers=FRAME, data=sent)
    assert answer.status_code == 200
    with app.extensions["levcheck"].records.store.read() as connection:
        assert list(connection.scalars(select(determinations.c.account))) == ["local"]
    app.extensions["levcheck"].records.store.close()


def test_without_a_data_folder_there_are_no_tokens() -> None:
    """A service that keeps nothing gives no tokens, and says why."""
    client = create_app(Settings(dev=True)).test_client()
    answer = client.post("/v1/embeds", json={"vin": VIN, "origin": ORIGIN})
    assert (answer.status_code, answer.json["code"]) == (503, "not_ready")
    assert client.post("/embed", headers=FRAME, data={"token": "x"}).status_code == 403


def test_the_component_may_be_loaded_from_anywhere(house: House) -> None:
    """The component is the one file that pages of other origins may load; every other answer is for the service's own."""
    component = house.ask("GET", "/assets/levcheck-check.js")
    assert (component.status_code, component.mimetype) == (200, "text/javascript")
    assert component.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert component.headers["Access-Control-Allow-Origin"] == "*"
    for path in ("/assets/embed.js", "/assets/levcheck.css", "/healthz", "/login"):
        answer = house.ask("GET", path)
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in answer.headers
