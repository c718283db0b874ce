"""API keys on both stores: their form, their number, their end, and what is kept of them."""

from __future__ import annotations

import hmac
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from levcheck.access.api_keys import LIVE_KEYS, ApiKeys, Caller, NotAKey, random_text
from levcheck.access.door import KNOWN_FOR_S, Door
from levcheck.access.limits import Limits
from levcheck.access.organizations import NotAnOrganization, Organizations
from levcheck.access.permissions import ROLES
from levcheck.access.secret import AccessSecret
from levcheck.access.sessions import LASTS, Sessions
from levcheck.records import schema
from levcheck.records.store import Store
from levcheck.records.tables import api_keys, sessions
from sqlalchemy import select, text

SECRET = AccessSecret(b"s" * 32)
MAKERS = 8
SCOPES = {
    "dealer": ("check", "record", "read"),
    "rental-agency": ("check", "record", "read"),
    "dmv": ("check", "record", "read"),
    "board": ("check", "read"),
    "admin": ("check", "operate"),
}
pytestmark = pytest.mark.slow


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


class SlowClock:
    """A clock that takes its time, as a store can."""

    TAKES_S = 0.2

    def __call__(self) -> datetime:
        time.sleep(self.TAKES_S)
        return datetime.now(UTC)


@pytest.fixture
def clock() -> Clock:
    """The deployment's clock."""
    return Clock()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store with its schema."""
    made = Store(store_url)
    schema.upgrade(made)
    yield made
    made.close()


@pytest.fixture
def keys(store: Store, clock: Clock) -> ApiKeys:
    """The keys of a deployment with one organization of each role, named as its role is."""
    for role in ROLES:
        Organizations(store, clock).add(role.replace("_", "-"), role.title(), role)
    return ApiKeys(store, SECRET, clock)


def made(keys: ApiKeys, organization: str = "dealer", days: float = 1, *scopes: str) -> str:
    """A new key, whole."""
    return keys.make(organization, keys.now() + timedelta(days=days), scopes)[0]


def test_a_key_says_what_it_is(keys: ApiKeys) -> None:
    """A key is `lvk_ID_SECRET`: an id of 60 random bits, a secret of at least 256, in lower-case base 32."""
    key, kept = keys.make("dealer", keys.now() + timedelta(days=1))
    form = re.fullmatch(r"lvk_([a-z2-7]{12})_([a-z2-7]{52})", key)
    assert form is not None and form[1] == kept.id
    assert len({random_text(256) for _ in range(1_000)}) == 1_000
    assert len({letter for _ in range(200) for letter in random_text(256)}) == 32


def test_a_key_opens_for_its_organization(keys: ApiKeys) -> None:
    """A right key names its organization, its role and its scopes."""
    key = made(keys, "rental-agency", 1, "check", "read")
    id = key.split("_")[1]
    assert keys.caller(key) == Caller("rental-agency", "rental_agency", id, frozenset({"check", "read"}))
    assert keys.caller_by_id(id) == keys.caller(key)


def test_nothing_but_the_whole_key_opens(keys: ApiKeys) -> None:
    """One letter less, more or other, another's id, capitals, white space or another script: no caller."""
    key, other = made(keys), made(keys, "dmv")
    _, id, secret = key.split("_")
    swapped = f"lvk_{id}_{other.split('_')[2]}"
    last = "a" if key[-1] != "a" else "b"
    for wrong in (
        key[:-1], key + "a", key[:-1] + last, key.upper(), f" {key}", f"{key}\n", f"{key}\0", key.replace("_", "-"),
        swapped, secret, id, f"lvk_{id}_", f"lvk__{secret}", "", "lvk_", f"{key}_{secret}", "ｌ" + key[1:], "☃" * 68,
    ):  # fmt: skip
        assert keys.caller(wrong) is None, wrong
    assert keys.caller_by_id(key) is None


def test_each_letter_of_the_secret_counts(keys: ApiKeys) -> None:
    """A key that is wrong in one letter opens nothing, whichever letter it is."""
    key = made(keys)
    for place in range(4, len(key)):
        if key[place] != "_":
            wrong = key[:place] + ("a" if key[place] != "a" else "b") + key[place + 1 :]
            assert keys.caller(wrong) is None


def test_two_keys_live_and_a_third_is_not_made(keys: ApiKeys) -> None:
    """An organization has two live keys at most; what has ended does not count, nor do others' keys."""
    first, second = made(keys), made(keys)
    with pytest.raises(NotAKey, match=f"2 live keys, .*{first.split('_')[1]}"):
        made(keys)
    made(keys, "dmv")
    keys.revoke(first.split("_")[1])
    third = made(keys)
    assert [keys.caller(key) is not None for key in (first, second, third)] == [False, True, True]
    assert LIVE_KEYS == 2


def test_keys_are_exchanged_without_a_moment_without_one(keys: ApiKeys, clock: Clock) -> None:
    """The new key opens before the old one is ended, and the old one until then; an expired one makes room by itself."""
    old = made(keys, days=30)
    new = made(keys, days=60)
    assert keys.caller(old) and keys.caller(new)
    keys.revoke(old.split("_")[1])
    assert not keys.caller(old) and keys.caller(new)
    newer = made(keys, days=90)
    clock.pass_(days=61)
    assert not keys.caller(new) and keys.caller(newer)
    assert keys.caller(made(keys))


def test_a_key_ends_at_its_moment(keys: ApiKeys, clock: Clock) -> None:
    """A key opens until the last microsecond before it expires, and not at the moment itself."""
    key = made(keys, days=1)
    clock.pass_(days=1, microseconds=-1)
    assert keys.caller(key)
    clock.pass_(microseconds=1)
    assert not keys.caller(key)


def test_a_key_that_has_expired_is_not_made(keys: ApiKeys, clock: Clock) -> None:
    """A key can expire a microsecond from now, and not now."""
    with pytest.raises(NotAKey, match="later date"):
        keys.make("dealer", clock.at)
    assert keys.make("dealer", clock.at + timedelta(microseconds=1))


def test_a_key_is_revoked_once(keys: ApiKeys) -> None:
    """A revoked key opens nothing ever again, and cannot be revoked twice; neither can one that is none."""
    key = made(keys)
    keys.revoke(key.split("_")[1])
    assert keys.caller(key) is None
    for id in (key.split("_")[1], "a" * 12, ""):
        with pytest.raises(NotAKey, match="no key"):
            keys.revoke(id)


def test_a_closed_organization_opens_nothing(keys: ApiKeys, store: Store, clock: Clock) -> None:
    """None of a closed organization's keys opens anything and none is made; reopened, those still live open again."""
    key, organizations = made(keys), Organizations(store, clock)
    organizations.close("dealer")
    assert keys.caller(key) is None and keys.caller_by_id(key.split("_")[1]) is None
    with pytest.raises(NotAKey, match="no open organization"):
        made(keys)
    organizations.reopen("dealer")
    assert keys.caller(key)


def test_a_key_has_the_scopes_of_use_to_its_role(keys: ApiKeys) -> None:
    """Without naming scopes a key gets all that its role can use; one that is of no use to the role is refused."""
    for role, scopes in SCOPES.items():
        assert keys.make(role, keys.now() + timedelta(days=1))[1].scopes == scopes
        assert keys.make(role, keys.now() + timedelta(days=1), ["check", "check"])[1].scopes == ("check",)
        for scope in {"check", "record", "read", "operate", "admin", ""} - set(scopes):
            with pytest.raises(NotAKey, match="of no use"):
                made(keys, role, 1, scope)


def test_only_the_keyed_hash_is_kept(keys: ApiKeys, store: Store) -> None:
    """No column holds the secret; the hash is HMAC-SHA256 under the access secret, bound to the key's id."""
    key = made(keys)
    _, id, secret = key.split("_")
    with store.read() as connection:
        row = connection.execute(select(api_keys).where(api_keys.c.id == id)).one()
    assert secret not in repr(row)
    assert row.hash == hmac.new(b"s" * 32, f"api key\0{id}\0{secret}".encode(), "sha256").hexdigest()


def test_a_copy_of_the_database_opens_nothing_elsewhere(keys: ApiKeys, store: Store, clock: Clock) -> None:
    """With another access secret neither the keys nor the sessions of the same database open anything."""
    key = made(keys)
    caller = keys.caller(key)
    assert caller is not None
    token = Sessions(store, SECRET, keys, clock).begin(caller)
    other = AccessSecret(b"t" * 32)
    elsewhere = ApiKeys(store, other, clock)
    assert elsewhere.caller(key) is None
    assert Sessions(store, other, elsewhere, clock).caller(token) is None
    assert Sessions(store, SECRET, keys, clock).caller(token) == caller


def test_a_hash_of_another_row_opens_nothing(keys: ApiKeys, store: Store) -> None:
    """Who can write the database cannot lend a key's hash to another organization's key."""
    mine, theirs = made(keys), made(keys, "admin")
    statement = "UPDATE api_keys SET hash = (SELECT hash FROM api_keys WHERE id = :mine) WHERE id = :theirs"
    with store.write() as connection:
        connection.execute(text(statement), {"mine": mine.split("_")[1], "theirs": theirs.split("_")[1]})
    assert keys.caller(f"lvk_{theirs.split('_')[1]}_{mine.split('_')[2]}") is None


def test_hashes_are_compared_in_constant_time(keys: ApiKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every comparison of a secret's hash goes through hmac.compare_digest."""
    key, compared = made(keys), []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda one, two: compared.append((one, two)) or real(one, two))
    caller = keys.caller(key)
    assert caller is not None
    kept = Sessions(keys.store, SECRET, keys, keys.now)
    kept.caller(kept.begin(caller))
    assert len(compared) == 2 and all(one == two and len(one) == 64 for one, two in compared)


def test_keys_made_by_threads_at_once_see_each_other(keys: ApiKeys) -> None:
    """Of eight threads that each make a key for one organization, two do."""
    together, outcomes = threading.Barrier(MAKERS), []

    def make() -> None:
        together.wait()
        try:
            outcomes.append(made(keys))
        except NotAKey:
            outcomes.append("")

    threads = [threading.Thread(target=make) for _ in range(MAKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(outcomes), sum(map(bool, outcomes)), len(keys.all("dealer"))) == (MAKERS, 2, 2)


def test_keys_made_by_processes_at_once_see_each_other(keys: ApiKeys, store_url: str, tmp_path: Path) -> None:
    """Of six commands that each make a key for one organization at once, two do and four say why not."""
    (tmp_path / "access.secret").write_text("73" * 32)
    command = [sys.executable, "-m", "levcheck", "key", "add", "dealer", "--data", str(tmp_path), "--database", store_url]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(6)]
    told = [(process.communicate(timeout=60), process.returncode) for process in running]
    assert sorted(code for _, code in told) == [0, 0, 65, 65, 65, 65]
    assert all("2 live keys" in err for (_, err), code in told if code)
    shown = [out.strip() for (out, _), code in told if not code]
    assert [len(key) for key in shown] == [69, 69]
    keys.now = lambda: datetime.now(UTC)
    assert all(keys.caller(key) for key in shown)


def test_a_key_is_believed_for_five_seconds_at_most(keys: ApiKeys) -> None:
    """A key that was found live is taken as live for five seconds from before the store was asked, no longer."""
    assert KNOWN_FOR_S == 5.0
    door = Door(keys.store, SECRET, SlowClock(), Limits(slots=1))
    key = keys.make("dealer", datetime.now(UTC) + timedelta(days=1))[0]
    assert door.caller(key)
    assert next(iter(door._known.values()))[0] <= time.monotonic() - SlowClock.TAKES_S + KNOWN_FOR_S
    (until, _), keys_before = next(iter(door._known.values())), dict(door._known)
    keys.revoke(key.split("_")[1])
    assert door.caller(key), "within the five seconds the store is not asked"
    assert door._known == keys_before, "being asked again does not lengthen them"
    for known, (_, caller) in keys_before.items():
        door._known[known] = (until - KNOWN_FOR_S - 60, caller)
    assert door.caller(key) is None
    assert door._known == {}


def test_what_is_remembered_of_keys_is_no_key_and_bounded(keys: ApiKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory of live keys holds keyed hashes, forgets when it is full, and remembers no wrong key."""
    monkeypatch.setattr("levcheck.access.door.MOST_KNOWN", 2)
    door = Door(keys.store, SECRET, keys.now, Limits(slots=1))
    shown = [made(keys, organization) for organization in ("dealer", "dmv", "board")]
    for key in [*shown, "lvk_x", *shown]:
        door.caller(key)
        assert len(door._known) <= 2
    assert not any(key in repr(door._known) for key in shown)


def test_sessions_end(keys: ApiKeys, clock: Clock) -> None:
    """A session lasts twelve hours to the microsecond, ends at once when it is ended, and with its key."""
    sessions_ = Sessions(keys.store, SECRET, keys, clock)
    key = made(keys, days=3)
    caller = keys.caller(key)
    assert caller is not None
    token, ended = sessions_.begin(caller), sessions_.begin(caller)
    sessions_.end(ended)
    assert sessions_.caller(token) == caller and sessions_.caller(ended) is None
    clock.at += LASTS - timedelta(microseconds=1)
    assert sessions_.caller(token) == caller
    clock.pass_(microseconds=1)
    assert sessions_.caller(token) is None
    token = sessions_.begin(caller)
    keys.revoke(caller.key_id)
    assert sessions_.caller(token) is None
    assert timedelta(hours=12) == LASTS


def test_a_session_is_ended_by_its_own_token_only(keys: ApiKeys, clock: Clock) -> None:
    """Neither its id with another secret nor junk ends a session, and none of them opens one."""
    sessions_ = Sessions(keys.store, SECRET, keys, clock)
    caller = keys.caller(made(keys))
    assert caller is not None
    token, other = sessions_.begin(caller), sessions_.begin(caller)
    forged = f"{token.split('.')[0]}.{other.split('.')[1]}"
    for wrong in (forged, token.upper(), token[:-1], f"{token} ", "", ".", "☃", "a" * 5_000):
        sessions_.end(wrong)
        assert sessions_.caller(wrong) is None
    assert sessions_.caller(token) and sessions_.caller(other)
    assert sessions_.form_token(token) != sessions_.form_token(other)


def test_sessions_leave_nothing_behind(keys: ApiKeys, store: Store, clock: Clock) -> None:
    """A new session removes those that have passed their time; a row holds no token."""
    sessions_ = Sessions(store, SECRET, keys, clock)
    caller = keys.caller(made(keys, days=3))
    assert caller is not None
    for _ in range(3):
        sessions_.begin(caller)
    clock.at += LASTS
    token = sessions_.begin(caller)
    with store.read() as connection:
        (row,) = connection.execute(select(sessions)).all()
    assert token.split(".")[1] not in repr(row)


def test_an_id_is_given_once(keys: ApiKeys, store: Store, clock: Clock) -> None:
    """A second organization with the same id is refused, also after the first was closed."""
    organizations = Organizations(store, clock)
    for _ in range(2):
        with pytest.raises(NotAnOrganization, match="already"):
            organizations.add("dealer", "Another", "board")
        organizations.close("dealer")
    assert [one.role for one in organizations.all() if one.id == "dealer"] == ["dealer"]


def test_an_id_has_its_form(keys: ApiKeys, store: Store, clock: Clock) -> None:
    """An id is 1 to 64 of a-z, 0-9 and inner hyphens, and not the account of a service on one's own machine."""
    for id in ("", "-a", "a-", "A", "a b", "a_b", "a" * 65, "é", "a\n", "local", "a/b", "../a"):
        with pytest.raises(NotAnOrganization, match="cannot be an id"):
            Organizations(store, clock).add(id, "Name", "dealer")


def test_names_and_roles_are_checked(keys: ApiKeys, store: Store, clock: Clock) -> None:
    """A role is one of the five; a name has 1 to 200 printable characters."""
    organizations = Organizations(store, clock)
    for id in ("a", "0", "a" * 64):
        assert organizations.add(id, "é" * 200, "dealer").id == id
    for name in ("", "  ", "a" * 201, "a\nb", "a\0b", "a\u202eb"):
        with pytest.raises(NotAnOrganization, match="name has"):
            organizations.add("new", name, "dealer")
    for role in ("", "Dealer", "dev", "root"):
        with pytest.raises(NotAnOrganization, match="not a role"):
            organizations.add("new", "Name", role)
    for change in (organizations.close, organizations.reopen):
        with pytest.raises(NotAnOrganization, match="no organization"):
            change("nobody")


def test_a_caller_cannot_be_changed(keys: ApiKeys) -> None:
    """What was found of a caller is a value: no code on the way can widen it."""
    caller = keys.caller(made(keys))
    assert caller is not None
    with pytest.raises(AttributeError):
        caller.role = "admin"  # type: ignore[misc]
    assert replace(caller, role="board").seller is None and caller.seller == "dealer"
