"""The counter's pages as forms alone: what is shown, what is asked, what is recorded, and what hostile forms get."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from access.house import House, furnished
from flask.testing import FlaskClient
from levcheck.api.callers import COOKIE
from levcheck.records.records import Records
from levcheck.web import forms
from printed.reading import Elements
from werkzeug.test import TestResponse

TRUCK, CAR = "1FTEW3LP9SKE98169", "2HGFE4F86SH011469"
SALE = {"activity": "sale", forms.VIN: TRUCK}
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
MILES, CALIFORNIA, STATE, BUYER = "vehicle.mileage", "vehicle.certification.california", "destination.state", "buyer.type"


class Clerk:
    """Fills in the page's forms and sends them whole, as a browser without scripts does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.answer = client.get("/", headers=HTML)

    def sends(self, form: str, **fields: str) -> Clerk:
        """Send a form of the page by its id, with these fields filled in; `_` stands for a dot."""
        action, sent = form_of(self.answer.text, form)
        sent |= {name.replace("__", "."): value for name, value in fields.items()}
        self.answer = self.client.post(action, data=sent, headers=HTML)
        return self

    def answers(self, name: str, value: str) -> Clerk:
        """Answer one question."""
        return self.sends("ask", **{name.replace(".", "__"): value})

    @property
    def banner(self) -> str:
        """The word in the banner."""
        return str(self.answer.text.split('id="result-word">')[1].split("<")[0])

    @property
    def asked(self) -> list[str]:
        """The questions, in their order."""
        return [text.strip() for text in re.findall(r"<legend>(.*?)</legend>", self.answer.text)]


def form_of(html: str, id: str) -> tuple[str, dict[str, str]]:
    """Where a form goes, and the fields that it carries unseen or chosen."""
    body = html.split(f'id="{id}"')[1].split("</form>", 1)[0]
    action = re.findall(rf'<form id="{id}"[^>]* action="([^"]+)"', html)[0]
    fields = {}
    for tag, attributes in Elements(f"<form>{body}</form>").elements:
        taken = attributes.get("type") in ("hidden", None) or "checked" in attributes
        if tag == "input" and taken and attributes.get("name"):
            fields[str(attributes["name"])] = attributes.get("value") or ""
    return action, fields


@pytest.fixture
def clerk(browser: FlaskClient) -> Clerk:
    """Someone at the first page."""
    return Clerk(browser)


def post(client: FlaskClient, path: str = "/", **sent: Any) -> TestResponse:
    return client.post(path, **{"headers": HTML, **sent})


def test_a_certified_car(clerk: Clerk) -> None:
    """A California-certified car is permitted after one question about it."""
    clerk.sends("check", vehicle__vin=CAR.lower())
    assert "2025 HONDA Civic" in clerk.answer.text
    assert clerk.banner == "Not known yet"
    clerk.answers(MILES, "12").answers(CALIFORNIA, "yes")
    assert (clerk.banner, clerk.asked) == ("Permitted", [])


def test_a_federal_car_to_a_resident_and_to_north_carolina(clerk: Clerk, browser: FlaskClient) -> None:
    """A federal-only car may not go to a Virginia resident, and may go to North Carolina."""
    for state, buyer, verdict in (("VA", "individual", "Prohibited"), ("NC", "", "Permitted")):
        clerk = Clerk(browser).sends("check", vehicle__vin=TRUCK).answers(MILES, "12").answers(CALIFORNIA, "no")
        clerk.answers(STATE, state)
        if buyer:
            assert clerk.asked == ["Who buys it?"]
            clerk.answers(BUYER, buyer)
        assert clerk.banner == verdict


def test_a_dealer_trade_needs_no_more(clerk: Clerk) -> None:
    """A sale between dealers is permitted at once, whatever the mileage."""
    assert clerk.sends("check", vehicle__vin=TRUCK, activity="trade").banner == "Permitted"


def test_a_one_way_rental(clerk: Clerk) -> None:
    """A rental is first asked where it ends, and a new federally certified car may be rented out of the state."""
    clerk.sends("check", vehicle__vin=TRUCK, activity="rental")
    assert clerk.asked[0].startswith("Where")
    clerk.answers(STATE, "NC").answers(MILES, "12").answers(CALIFORNIA, "no")
    assert clerk.answers("vehicle.certification.federal", "yes").banner == "Permitted"


def test_a_new_residents_registration(clerk: Clerk) -> None:
    """A new resident's vehicle is permitted by where it was bought; with that unknown, other things are asked."""
    clerk.sends("check", vehicle__vin=TRUCK, activity="registration")
    assert clerk.asked[0] == "Did the person bring it along when moving to Virginia?"
    members = dict.fromkeys(("relocation__purchased_in", "relocation__registered_in", "relocation__resident_of"), "NC")
    told = clerk.answer
    clerk.sends("ask", **members, relocation__became_virginia_resident="yes", relocation="unknown")
    assert clerk.banner == "Permitted"
    assert "Bought in North Carolina" in clerk.answer.text
    clerk.answer = told
    clerk.sends("ask", relocation__purchased_in="NC", relocation="unknown")
    assert clerk.banner == "Not known yet"
    assert "Did the person bring it along when moving to Virginia?" not in clerk.asked
    clerk.answer = told
    clerk.sends("ask", vehicle__mileage="12")
    assert clerk.asked[0] == "Did the person bring it along when moving to Virginia?"


def test_each_page_says_how_many_questions_are_left(clerk: Clerk) -> None:
    """While questions remain their number is told, and falls with each answer; no summary of the law is shown."""
    clerk.sends("check", vehicle__vin=TRUCK)
    counts = []
    for name, value in ((MILES, "12"), (CALIFORNIA, "no"), (STATE, "VA")):
        counts.append(len(clerk.asked))
        assert f"At most {counts[-1]} questions are left." in clerk.answer.text
        assert "Undetermined" not in clerk.answer.text
        clerk.answers(name, value)
    assert counts == sorted(counts, reverse=True)
    assert "One question is left." in clerk.answer.text


def test_not_knowing_ends_in_what_is_needed(clerk: Clerk) -> None:
    """Who knows nothing is told what is still needed, is asked nothing twice, and may record that."""
    clerk.sends("check", vehicle__vin=TRUCK)
    for _ in range(9):
        if clerk.asked:
            names = re.findall(r'name="(?:unknown" value=")?([a-z_.]+)"', clerk.answer.text.split("<fieldset")[1])
            clerk.answers(next(name for name in names if name in forms.FIELDS), "unknown")
    assert clerk.banner == "Not known yet"
    assert "What is still needed" in clerk.answer.text
    assert 'id="record"' in clerk.answer.text


def test_every_answer_can_be_changed(clerk: Clerk) -> None:
    """An answer is shown with a button that asks for it again, with what was answered; a presumption too."""
    clerk.sends("check", vehicle__vin=TRUCK).answers(MILES, "12").answers(CALIFORNIA, "no").answers(STATE, "VA")
    clerk.answers(BUYER, "individual")
    settled = clerk.answer
    for name in (MILES, CALIFORNIA, STATE, BUYER, "vehicle.authorized_emergency_vehicle", "relocation", "vehicle.kind"):
        assert f'name="change" value="{name}"' in settled.text
        _, told = form_of(settled.text, "record")
        clerk.answer = post(clerk.client, data={**told, "change": name})
        assert (clerk.answer.status_code, len(clerk.asked)) == (200, 1), name
    clerk.answer = post(clerk.client, data={**told, "change": "vehicle.authorized_emergency_vehicle"})
    assert clerk.answers("vehicle.authorized_emergency_vehicle", "yes").banner == "Permitted"
    clerk.answer = post(clerk.client, data={**told, "change": MILES})
    assert 'value="12"' in clerk.answer.text
    assert clerk.answers(MILES, "8,000").banner == "Permitted"


def test_the_vehicle_and_the_activity_can_be_changed(clerk: Clerk) -> None:
    """Changing the vehicle or what is happening keeps the other answers, and takes back what the activity had said."""
    clerk.sends("check", vehicle__vin=TRUCK, activity="trade")
    _, told = form_of(clerk.answer.text, "record")
    clerk.answer = post(clerk.client, data={**told, "change": forms.VIN})
    assert f'value="{TRUCK}"' in clerk.answer.text
    clerk.sends("check", vehicle__vin=CAR, activity="sale")
    assert clerk.banner == "Not known yet"
    assert "2025 HONDA Civic" in clerk.answer.text


def test_a_record_is_made_once(clerk: Clerk, kept: Records) -> None:
    """The form that records leads to the record's page; sent twice it leads to the same record."""
    clerk.sends("check", vehicle__vin=CAR).answers(MILES, "12").answers(CALIFORNIA, "yes")
    _, told = form_of(clerk.answer.text, "record")
    first, second = (post(clerk.client, "/record", data=told) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    page = clerk.client.get(first.headers["Location"], headers=HTML)
    assert "Recorded: permitted" in page.text
    id = first.headers["Location"].rpartition("/")[2]
    assert kept.get("local", id)["result"]["verdict"] == "permitted"
    pdf = clerk.client.get(f"/records/{id}/certificate.pdf")
    assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")
    other = post(clerk.client, "/record", data={**told, MILES: "13"})
    assert (other.status_code, other.mimetype) == (422, "text/html")
    assert "already used" in other.text


def test_a_check_leaves_nothing(clerk: Clerk, kept: Records) -> None:
    """What is only checked adds no record, and no cookie."""
    newest = kept.page("local", {}, None, 1)
    clerk.sends("check", vehicle__vin=CAR).answers(MILES, "12").answers(CALIFORNIA, "yes")
    assert "Set-Cookie" not in clerk.answer.headers
    assert kept.page("local", {}, None, 1) == newest


HOSTILE = (
    "x" * 10_000,
    "\0",
    "\x1b[2J\r\nSet-Cookie: a=b",
    "<script>alert(1)</script>",
    "ZZ",
    "９",
    "\ud7ff\u202e",
    "{{7*7}}",
)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/record", "/scan"])
@pytest.mark.parametrize("name", [*forms.FIELDS, "activity", "chosen", "unknown", "change", "idempotency_key", "form_token"])
def test_hostile_fields_get_a_page(browser: FlaskClient, path: str, name: str) -> None:
    """Whatever stands in any field, the answer is a page, never a failure, and the text comes back as text only."""
    for text in HOSTILE:
        answer = post(browser, path, data={**SALE, "idempotency_key": str(uuid4()), name: text})
        assert answer.status_code in (200, 303, 400, 422), (text[:20], answer.text[:300])
        assert answer.mimetype == "text/html"
        assert "<script>alert" not in answer.text
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "name", [MILES, CALIFORNIA, STATE, BUYER, "vehicle.gvwr_lb", "transaction.type", "relocation.resident_of"]
)
def test_what_cannot_be_read_is_asked_again(browser: FlaskClient, name: str) -> None:
    """A field that cannot be read is 422, named in words, and can be answered on that page."""
    answer = post(browser, data={**SALE, "chosen": "sale", "transaction.type": "sale", name: "what"})
    assert answer.status_code == 422
    assert "Please look at this again" in answer.text
    assert "member" not in Elements(answer.text).text
    assert "<form" in answer.text


def test_repeated_fields_are_refused(browser: FlaskClient) -> None:
    """Two different answers to a question are 422; the question stands there again."""
    answer = post(browser, data={**SALE, STATE: ["VA", "NC"]})
    assert answer.status_code == 422
    assert 'name="destination.state"' in answer.text


def test_a_wrong_vin_stays_in_its_box(browser: FlaskClient) -> None:
    """A VIN of 16 characters is 422 and still in the box; one whose check digit fails goes on without its facts."""
    short = post(browser, data={**SALE, forms.VIN: TRUCK[:-1]})
    assert short.status_code == 422
    assert "16 characters" in short.text
    assert f'value="{TRUCK[:-1]}"' in short.text
    wrong = post(browser, data={**SALE, forms.VIN: f"{TRUCK[:-1]}8"})
    assert wrong.status_code == 200
    assert "check digit" in wrong.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=utf-16", "activity=sale".encode("utf-16")),
        ("application/x-www-form-urlencoded", b"vehicle.vin=%ff%fe%00&destination.state=%c3%28"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(5_000))),
        ("application/x-www-form-urlencoded", b"=" * 60_000),
        ("application/json", b"{}"),
        ("text/plain", b"vehicle.vin=x"),
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense"),
        ("multipart/form-data", b"--b--"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="vehicle.vin"; filename="x"\r\n\r\nx\r\n--b--\r\n',
        ),
        ("", b""),
    ],
)
@pytest.mark.parametrize("path", ["/", "/record", "/scan"])
def test_other_bodies_get_a_page(browser: FlaskClient, path: str, kind: str, body: bytes) -> None:
    """Other charsets, kinds, file parts and broken bodies get a page of 200 or 4xx."""
    answer = browser.post(path, data=body, content_type=kind, headers=HTML)
    assert answer.status_code in (200, 400, 413, 415, 422), answer.text[:300]
    assert answer.mimetype == "text/html"


def test_problems_are_pages_for_browsers(browser: FlaskClient) -> None:
    """A browser is told of 403, 404, 405 and 413 by a page with the way back; a program by a problem document."""
    for expected, sent in {
        403: {"method": "POST", "path": "/", "headers": {"Sec-Fetch-Site": "cross-site"}},
        404: {"method": "GET", "path": "/nowhere"},
        405: {"method": "DELETE", "path": "/"},
        413: {"method": "POST", "path": "/", "data": {"vehicle.vin": "x" * 70_000}},
    }.items():
        page = browser.open(**{**sent, "headers": {**sent.get("headers", {}), **HTML}})
        assert (page.status_code, page.mimetype) == (expected, "text/html")
        assert "To the counter" in page.text
        assert "default-src 'none'; script-src 'self'" in page.headers["Content-Security-Policy"]
        document = browser.open(**sent)
        assert (document.status_code, document.mimetype) == (expected, "application/problem+json")
        assert ("Allow" in page.headers) == (expected == 405)
    missing = browser.get(f"/records/{uuid4()}", headers=HTML)
    assert (missing.status_code, missing.mimetype) == (404, "text/html")
    assert "no such record" in missing.text
    assert browser.get("/v1/nowhere", headers=HTML).mimetype == "application/problem+json"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service that asks for keys."""
    with furnished(tmp_path_factory.mktemp("signed-in")) as made:
        yield made


def test_an_expired_session_leads_to_the_sign_in(house: House) -> None:
    """Whoever is signed out is led to sign in from every form, and back to the counter."""
    gone = {**HTML, "Cookie": f"{COOKIE}=abcdefghijkl.{'m' * 52}"}
    for path in ("/", "/record", "/scan"):
        answer = house.ask("POST", path, headers=gone, data=SALE)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/")
    id = house.record("dealer")
    for path in (f"/records/{id}", f"/records/{id}/certificate.pdf"):
        answer = house.ask("GET", path, headers=gone)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/login?next={path}")


def test_a_form_of_before_is_refused_in_words(house: House) -> None:
    """A form that another session's page made is a page of 403 that says so, and records nothing."""
    session = house.session("dealer")
    answer = house.ask("POST", "/record", headers={**HTML, "Cookie": session["Cookie"]}, data=SALE)
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert "Nothing was recorded" in answer.text


def test_an_organizations_role_chooses_what_is_usual(house: House) -> None:
    """A dealer's page begins with a sale, an agency's with a rental, a DMV's with a registration."""
    for organization, usual in {"dealer": "sale", "agency": "rental", "dmv": "registration", "board": "sale"}.items():
        page = house.ask("GET", "/", headers=house.session(organization)).text
        assert re.findall(r'name="activity" value="(\w+)" checked', page) == [usual]


def test_a_signed_in_photo_needs_the_forms_token(house: House) -> None:
    """A large photo is taken from a session's own form only: without the token it is refused, without a session unread."""
    session = house.session("dealer")
    large = {"photo": (io.BytesIO(b"\x89PNG" * 100_000), "p.png")}
    answer = house.ask("POST", "/scan", headers={**HTML, "Cookie": session["Cookie"]}, data=large)
    assert answer.status_code == 403
