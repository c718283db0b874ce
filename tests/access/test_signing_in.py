"""Signing in with a browser: the cookie, the forms, and the ends of a session."""

from __future__ import annotations

import re
from urllib.parse import quote
from uuid import uuid4

import pytest
from access.house import House
from levcheck.access.permissions import PAGES
from levcheck.api.callers import COOKIE, FORM_FIELD, FORM_HEADER
from levcheck.web.signing_in import AFTER
from records.keeping import SALE, VIN
from werkzeug.test import TestResponse


def sign_in(house: House, organization: str = "dealer", **headers: str) -> TestResponse:
    """The answer to a right key."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return house.ask("POST", "/login", data={"key": house.keys[organization]}, headers=sent)


def token_of(answer: TestResponse) -> str:
    """The session that an answer begins."""
    found = re.match(rf"{COOKIE}=([a-z2-7]{{12}}\.[a-z2-7]{{52}});", answer.headers["Set-Cookie"])
    assert found, answer.headers["Set-Cookie"]
    return found[1]


def test_the_cookie_is_for_this_host_and_no_script(house: House) -> None:
    """The cookie is of this host only, sent over HTTPS only, out of scripts' reach, and not sent with others' forms."""
    answer = sign_in(house)
    assert (answer.status_code, answer.headers["Location"]) == (303, AFTER)
    attributes = {
        part.strip().partition("=")[0]: part.strip().partition("=")[2] for part in answer.headers["Set-Cookie"].split(";")
    }
    assert COOKIE == "__Host-levcheck"
    assert {"Secure", "HttpOnly"} <= set(attributes) and "Domain" not in attributes
    assert (attributes["SameSite"], attributes["Path"], attributes["Max-Age"]) == ("Lax", "/", "43200")
    assert len(answer.headers["Set-Cookie"]) < 4_096


def test_a_session_opens_what_its_key_opens(house: House) -> None:
    """With the cookie alone the browser reads what the key may; no answer repeats the session or the key."""
    token = token_of(sign_in(house))
    for path in ("/docs", "/v1/determinations", "/", "/v1/ruleset"):
        answer = house.ask("GET", path, headers={"Cookie": f"{COOKIE}={token}"})
        assert answer.status_code == 200
        assert token not in answer.text and house.keys["dealer"] not in answer.text
    assert house.ask("GET", "/metrics", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 403


@pytest.mark.parametrize("before", ["a live one", "a forged one", "none"])
def test_signing_in_always_begins_a_new_session(house: House, before: str) -> None:
    """A session that the browser showed before is never taken over, and ends."""
    shown = token_of(sign_in(house)) if before == "a live one" else f"{'a' * 12}.{'b' * 52}"
    headers = {} if before == "none" else {"Cookie": f"{COOKIE}={shown}"}
    token = token_of(sign_in(house, **headers))
    assert token != shown
    statuses = [house.ask("GET", "/v1/ruleset", headers={"Cookie": f"{COOKIE}={one}"}).status_code for one in (token, shown)]
    assert statuses == [200, 401]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "rubbish"])
def test_another_site_signs_nobody_in(house: House, site: str) -> None:
    """A form of another site begins no session, even with a right key: a browser would record under another's name."""
    answer = sign_in(house, Sec_Fetch_Site=site)
    assert answer.status_code == 403 and "Set-Cookie" not in answer.headers


def test_a_wrong_key_begins_no_session(house: House) -> None:
    """A wrong key gets the form again with 401, without the key in it."""
    for wrong in ("", "x", f"lvk_{'a' * 12}_{'b' * 52}", house.keys["dealer"][:-1]):
        answer = house.ask("POST", "/login", data={"key": wrong, "next": "/docs"})
        assert (answer.status_code, answer.mimetype) == (401, "text/html")
        assert "Set-Cookie" not in answer.headers and 'name="next" value="/docs"' in answer.text
        assert len(wrong) < 5 or wrong not in answer.text


REQUESTS = (
    ("/v1/checks", {"json": SALE}, 200),
    ("/v1/determinations", {"json": SALE}, 201),
    ("/", {"data": {"vehicle.vin": VIN}}, 200),
    ("/record", {"data": {"vehicle.vin": VIN}}, 303),
)


@pytest.mark.parametrize(("path", "sent", "status"), REQUESTS)
def test_only_an_own_form_acts_for_a_session(house: House, path: str, sent: dict[str, dict[str, str]], status: int) -> None:
    """What a browser sends by POST with its cookie is refused without the session's own token, with another session's,
    and from another site; with the token, in a field or a header, it is done."""
    token, other = token_of(sign_in(house)), token_of(sign_in(house))
    own, others = (house.door.sessions.form_token(one) for one in (token, other))
    cookie = {"Cookie": f"{COOKIE}={token}"}
    sent = {
        kind: dict(content, idempotency_key=str(uuid4())) if kind == "data" else content for kind, content in sent.items()
    }
    for wrong in (
        {},
        {FORM_HEADER: ""},
        {FORM_HEADER: others},
        {FORM_HEADER: token},
        {FORM_HEADER: own[:-1]},
        {FORM_HEADER: "é"},
    ):
        assert house.ask("POST", path, headers=cookie | wrong, **sent).status_code == 403
    for site in ("cross-site", "same-site"):
        answer = house.ask("POST", path, headers=cookie | {FORM_HEADER: own, "Sec-Fetch-Site": site}, **sent)
        assert answer.status_code == 403
    assert house.ask("POST", path, headers=cookie | {FORM_HEADER: own}, **sent).status_code == status
    if "data" in sent:
        for field, answered in ((own, status), (others, 403)):
            form = {"data": sent["data"] | {FORM_FIELD: field, "idempotency_key": str(uuid4())}}
            assert house.ask("POST", path, headers=cookie, **form).status_code == answered


def test_a_page_brings_its_own_token(house: House) -> None:
    """The forms of a page hold the token of the session that asked for it, and without a session none."""
    token = token_of(sign_in(house))
    page = house.ask("GET", "/", headers={"Cookie": f"{COOKIE}={token}"}).text
    assert f'name="{FORM_FIELD}" value="{house.door.sessions.form_token(token)}"' in page
    forged = house.ask("GET", "/verify", headers={"Cookie": f"{COOKIE}={'a' * 12}.{'b' * 52}"}).text
    assert house.door.sessions.form_token(f"{'a' * 12}.{'b' * 52}") not in forged


def test_signing_out_ends_the_session_at_once(house: House) -> None:
    """After signing out the cookie opens nothing, also where it was kept, and the browser is told to forget it."""
    token = token_of(sign_in(house))
    cookie = {"Cookie": f"{COOKIE}={token}"}
    assert house.ask("POST", "/logout", headers=cookie).status_code == 403, "another site's form signs nobody out"
    assert house.ask("GET", "/v1/ruleset", headers=cookie).status_code == 200
    form = {FORM_FIELD: house.door.sessions.form_token(token)}
    answer = house.ask("POST", "/logout", headers=cookie, data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert answer.headers["Set-Cookie"].startswith(f"{COOKIE}=;") and "Max-Age=0" in answer.headers["Set-Cookie"]
    assert house.ask("GET", "/v1/ruleset", headers=cookie).status_code == 401
    assert house.ask("GET", "/logout", headers=cookie).status_code == 405, "a link signs nobody out"


@pytest.mark.parametrize("operation", sorted(PAGES))
def test_a_person_is_led_to_the_form_and_back(house: House, operation: str) -> None:
    """A page that needs a key leads a browser without one to the form, which leads back; a machine gets 401."""
    method, rule = operation.split()
    path = rule.replace("<id>", str(uuid4()))
    after = path if method == "GET" else "/"
    answer = house.ask(method, path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/login?next={quote(after)}")
    assert house.ask(method, path).status_code == 401
    assert f'name="next" value="{after}"' in house.ask("GET", answer.headers["Location"]).text


def test_a_key_in_the_request_counts_before_the_cookie(house: House) -> None:
    """Where both are sent the key decides who asks, and a wrong key is refused whatever the cookie says."""
    cookie = {"Cookie": f"{COOKIE}={token_of(sign_in(house))}"}
    assert house.ask("GET", "/metrics", house.keys["admin"], headers=cookie).status_code == 200
    assert house.ask("GET", "/v1/ruleset", "lvk_x", headers=cookie).status_code == 401
    assert house.ask("POST", "/v1/determinations", house.keys["dealer"], json=SALE, headers=cookie).status_code == 201


def test_a_session_ends_with_its_key(house: House) -> None:
    """A revoked key's sessions open nothing at once, and a new key's do."""
    key = house.key("dealer")
    token = token_of(house.ask("POST", "/login", data={"key": key}))
    cookie = {"Cookie": f"{COOKIE}={token}"}
    assert house.ask("GET", "/v1/ruleset", headers=cookie).status_code == 200
    house.door.keys.revoke(key.split("_")[1])
    assert house.ask("GET", "/v1/ruleset", headers=cookie).status_code == 401
