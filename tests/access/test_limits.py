"""Quotas: the generic cell rate algorithm against a plain model, and what callers are told of it."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from access.house import House, furnished
from hypothesis import given, settings
from hypothesis import strategies as st
from levcheck.access.door import FAILURES, UNKNOWN_RATE, Door
from levcheck.access.limits import SECOND, Limits, Quota, Spent
from levcheck.access.secret import AccessSecret

QUOTAS = st.builds(Quota, st.just("key"), st.integers(1, 2_000), st.integers(1, 3_600))


class Bucket:
    """The same promise as a leaking bucket, in exact fractions: each request is a drop, `requests` drops fill it."""

    def __init__(self, quota: Quota) -> None:
        self.size, self.drop_takes = quota.requests, -(-quota.seconds * SECOND // quota.requests)
        self.level, self.at = Fraction(0), 0

    def spend(self, now: int) -> tuple[bool, int]:
        """Whether a request passes, and how many more would at this moment."""
        self.level = max(Fraction(0), self.level - Fraction(now - self.at, self.drop_takes))
        self.at = now
        allowed = self.level + 1 <= self.size
        self.level += allowed
        return allowed, math.floor(self.size - self.level) if allowed else 0


@settings(max_examples=300, deadline=None)
@given(
    QUOTAS,
    st.integers(0, 10**18),
    st.lists(st.one_of(st.just(0), st.integers(0, 10**10), st.integers(0, 10**13)), max_size=60),
)
def test_quotas_are_a_leaking_bucket(quota: Quota, start: int, waits: list[int]) -> None:
    """Whatever the quota and the times, a request passes exactly when the model lets it, and as many are said to remain."""
    limits, bucket, now = Limits(slots=1), Bucket(quota), start
    bucket.at = start
    for wait in waits:
        now += wait
        spent = limits.spend(quota, "a", now)
        assert (spent.allowed, spent.remaining) == bucket.spend(now)


@settings(max_examples=60, deadline=None)
@given(QUOTAS, st.integers(0, 10**18))
def test_the_last_request_passes_and_one_more_does_not(quota: Quota, now: int) -> None:
    """At one moment exactly as many pass as the quota has, whatever the clock says; the next one when it says so."""
    limits = Limits(slots=1)
    spent = [limits.spend(quota, "a", now) for _ in range(quota.requests)]
    assert [(one.allowed, one.remaining) for one in spent] == [(True, left) for left in reversed(range(quota.requests))]
    refused = limits.spend(quota, "a", now)
    assert (refused.allowed, refused.remaining) == (False, 0)
    interval = -(-quota.seconds * SECOND // quota.requests)
    assert refused.wait == interval / SECOND
    assert not limits.spend(quota, "a", now + interval - 1).allowed
    assert limits.spend(quota, "a", now + interval).allowed
    assert not limits.spend(quota, "a", now + interval).allowed


def test_what_is_refused_costs_nothing() -> None:
    """A caller that goes on asking is let in as soon as one that waits."""
    limits, quota = Limits(slots=1), Quota("key", 2, 10)
    assert [limits.spend(quota, "a", 0).allowed for _ in range(50)] == [True, True] + [False] * 48
    assert limits.spend(quota, "a", 5 * SECOND).allowed


def test_unused_requests_do_not_add_up() -> None:
    """After a silence of whatever length a caller has its quota once."""
    limits, quota = Limits(slots=1), Quota("key", 3, 60)
    limits.spend(quota, "a", 0)
    assert sum(limits.spend(quota, "a", 10**15).allowed for _ in range(10)) == 3


def test_callers_and_quotas_stand_apart() -> None:
    """What one caller spends of one quota takes nothing from another caller or quota."""
    limits, one, two = Limits(), Quota("key", 1), Quota("address", 1)
    assert limits.spend(one, "a", 0).allowed and not limits.spend(one, "a", 0).allowed
    assert limits.spend(one, "b", 0).allowed
    assert limits.spend(two, "a", 0).allowed


def test_nobody_knows_who_shares_a_slot() -> None:
    """Where a caller's number stands differs from one start to the next: no name can be made to meet another's."""
    quota = Quota("key", 1)
    places = set()
    for _ in range(20):
        limits = Limits()
        limits.spend(quota, "a", 1)
        places.add(limits._memory.find(b"\x01"))
        assert limits.spend(quota, "b", 1).allowed
    assert len(places) > 10


@pytest.mark.parametrize(
    ("spent", "header", "retry_after"),
    [
        (Spent(Quota("key", 5), True, 4, 0.0), '"key";r=4;t=1', 1),
        (Spent(Quota("key", 5), True, 0, 12.0), '"key";r=0;t=12', 12),
        (Spent(Quota("key", 5), False, 0, 11.0001), '"key";r=0;t=12', 12),
        (Spent(Quota("key", 5), False, 0, 0.05), '"key";r=0;t=1', 1),
    ],
)
def test_the_headers_of_a_quota(spent: Spent, header: str, retry_after: int) -> None:
    """RateLimit says what remains and when one more may; Retry-After whole seconds, never too few."""
    assert (spent.header, spent.retry_after, spent.quota.policy) == (header, retry_after, '"key";q=5;w=60')


def test_a_key_has_its_quota_and_no_more(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The nth request of a key passes and the next gets 429 with all three headers; other keys, also of the same
    organization, are not touched; a refused operation counts as well."""
    with furnished(tmp_path_factory.mktemp("five"), rate=5) as house:
        second = house.key("dealer")
        answers = [house.ask("GET", "/v1/regulation/provisions/9VAC5-95-10", house.keys["dealer"]) for _ in range(4)]
        answers.append(house.ask("GET", "/metrics", house.keys["dealer"]))
        assert [answer.status_code for answer in answers] == [200] * 4 + [403]
        assert [answer.headers["RateLimit"].split(";")[1] for answer in answers] == [f"r={n}" for n in (4, 3, 2, 1, 0)]
        assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"key";q=5;w=60'}
        refused = house.ask("POST", "/v1/checks", house.keys["dealer"], json={})
        assert (refused.status_code, refused.json["code"]) == (429, "too_many_requests")
        assert 1 <= int(refused.headers["Retry-After"]) <= 12
        assert refused.headers["RateLimit"] == f'"key";r=0;t={refused.headers["Retry-After"]}'
        for key in (second, house.keys["dealer-2"]):
            assert house.ask("POST", "/v1/checks", key, json={}).status_code == 200


def test_a_session_spends_its_keys_quota(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Requests of a browser's session and of the key that began it are counted together."""
    with furnished(tmp_path_factory.mktemp("three"), rate=3) as house:
        browser = house.session("dealer")
        for headers in (browser, None, browser):
            key = None if headers else house.keys["dealer"]
            assert house.ask("GET", "/v1/ruleset", key, headers=headers or {}).status_code == 200
        assert house.ask("GET", "/v1/ruleset", headers=browser).status_code == 429


@pytest.mark.parametrize("path", ["/", "/docs", "/v1/ruleset", "/records/x", "/verify", "/login"])
def test_pages_say_when_to_come_back_too(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    """Whatever form the answer has, 429 says after how many seconds one more request may come."""
    with furnished(tmp_path_factory.mktemp("one"), rate=1) as house:
        house.ask("GET", "/v1/regulation", house.keys["dealer"])
        answer = house.ask("GET", path, house.keys["dealer"], headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["RateLimit-Policy"]) == (429, '"key";q=1;w=60')
        assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_an_address_without_a_key_has_its_quota(house: House) -> None:
    """Who shows no key is counted by address, and a key from the same address is not."""
    environ = {"REMOTE_ADDR": "192.0.2.1"}
    statuses = [
        house.ask("GET", "/.well-known/jwks.json", environ=environ).status_code for _ in range(UNKNOWN_RATE.requests + 5)
    ]
    assert (statuses[: UNKNOWN_RATE.requests], statuses[-1]) == ([200] * UNKNOWN_RATE.requests, 429)
    assert house.ask("GET", "/.well-known/jwks.json", house.keys["dealer"], environ=environ).status_code == 200
    assert house.ask("GET", "/.well-known/jwks.json", environ={"REMOTE_ADDR": "192.0.2.2"}).status_code == 200
    assert house.ask("GET", "/healthz", environ=environ).status_code == 200


def test_guessing_is_slowed_and_keeps_nobody_out(house: House) -> None:
    """After twenty wrong keys from an address more get 429 with Retry-After; a right key from there passes every time."""
    environ = {"REMOTE_ADDR": "192.0.2.3"}
    for number in range(FAILURES.requests + 20):
        wrong = house.ask("GET", "/v1/ruleset", f"lvk_{'a' * 12}_{'b' * 52}", environ=environ)
        assert wrong.status_code == (401 if number < FAILURES.requests else 429)
        assert ("Retry-After" in wrong.headers) == (wrong.status_code == 429)
        assert house.ask("GET", "/v1/ruleset", house.keys["dealer"], environ=environ).status_code == 200


def test_guessing_at_the_form_keeps_nobody_out(house: House) -> None:
    """However many wrong keys an address types into the form, a right one from there begins a session every time."""
    environ = {"REMOTE_ADDR": "192.0.2.4"}
    for number in range(UNKNOWN_RATE.requests + 20):
        wrong = house.ask("POST", "/login", data={"key": "lvk_x"}, environ=environ)
        assert wrong.status_code == (401 if number < FAILURES.requests else 429)
    assert house.ask("POST", "/login", data={"key": house.keys["dealer"]}, environ=environ).status_code == 303


@pytest.mark.parametrize("key", [f"lvk_{'a' * 12}_{'b' * 52}", "", "x" * 4_000, "lvk_é"])
def test_every_kind_of_wrong_key_is_counted(house: House, key: str) -> None:
    """A wrong key is counted whatever its form."""
    environ = {"REMOTE_ADDR": f"198.51.100.{len(key) % 250}"}
    last = [house.ask("GET", "/v1/ruleset", key, environ=environ) for _ in range(FAILURES.requests + 1)][-1]
    assert last.status_code == 429


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "", True),
        ("unix:", "rubbish", False),
    ],
)
def test_addresses_of_one_network_are_one_caller(house: House, one: str, other: str, together: bool) -> None:
    """An IPv6 network of 64 bits is one caller; each IPv4 address is its own, also as a socket for both kinds tells it."""
    door = Door(house.records.store, AccessSecret(b"a" * 32), house.records.now, Limits())
    quota = Quota("one", 1)
    assert door.spend_of_address(one, quota).allowed
    assert door.spend_of_address(other, quota).allowed != together
