"""What is answered without Flask where keys are asked for."""

from __future__ import annotations

import json

import pytest
from access.house import House
from levcheck.access.limits import Quota, Spent
from records.keeping import SALE

JSON, WITH_FLASK = "application/json", "application/json; charset=utf-8"
PATHS = ("/v1/checks", "/v1/determinations")


def test_each_request_is_counted_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request takes one from the quota however it ends, and the headers tell what is left."""
    spend, spent = house.door.spend, []
    monkeypatch.setattr(house.door, "spend", lambda caller: spent.append(caller) or spend(caller))
    for body, media_type in ((SALE, JSON), (SALE, WITH_FLASK), ({"colour": 1}, JSON), ("{", JSON)):
        answer = house.ask("POST", "/v1/checks", house.keys["dealer"], data=json.dumps(body), content_type=media_type)
        assert answer.headers["RateLimit"] and answer.headers["RateLimit-Policy"]
    assert len(spent) == 4


def test_a_quota_that_is_used_up_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has asked too often is answered 429 with the time to wait, and asked for no more than that one request."""
    empty, asked = Spent(Quota("key", 1), False, 0, 7.5), []
    monkeypatch.setattr(house.door, "spend", lambda caller: asked.append(caller) or empty)
    answer = house.ask("POST", "/v1/checks", house.keys["dealer"], json=SALE)
    assert (answer.status_code, answer.headers["Retry-After"], len(asked)) == (429, "8", 1)


@pytest.mark.parametrize("key", [None, "", "lvk_wrong"])
def test_nobody_is_let_in_without_a_key(house: House, key: str | None) -> None:
    """Without a key that opens something the plainest request is answered 401."""
    for path in PATHS:
        assert house.ask("POST", path, key, json=SALE, headers={"Idempotency-Key": "x"}).status_code == 401


def test_a_role_that_does_not_record_is_refused(house: House) -> None:
    """The table decides here as it does everywhere."""
    answer = house.ask("POST", "/v1/determinations", house.keys["board"], json=SALE, headers={"Idempotency-Key": "x"})
    assert (answer.status_code, answer.json["code"]) == (403, "not_permitted")
