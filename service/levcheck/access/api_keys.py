"""API keys: `lvk_ID_SECRET`. The secret is 256 random bits, shown once; only its keyed hash is kept."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from ..records.store import Store
from ..records.tables import api_keys, organizations
from ..records.times import as_text
from .permissions import SCOPES, SELLERS, scopes_of
from .secret import AccessSecret

LIVE_KEYS = 2
"""How many an organization may have at a time: one in use, and the one that replaces it."""
FORM = re.compile(r"lvk_([a-z2-7]{12})_([a-z2-7]{52})")


class NotAKey(ValueError):
    """What was asked of a key cannot be done; the message says why."""


@dataclass(frozen=True)
class ApiKey:
    """A key as it is kept: without its secret."""

    id: str
    organization: str
    scopes: tuple[str, ...]
    made_at: str
    expires_at: str
    revoked_at: str | None

    def is_live(self, now: str) -> bool:
        """Whether it opens anything at this time."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True)
class Caller:
    """Who asks: an organization by one of its keys, with the scopes of that key."""

    organization: str
    role: str
    key_id: str
    scopes: frozenset[str]

    @property
    def seller(self) -> str | None:
        """What kind of seller the organization is, if it is one."""
        return self.role if self.role in SELLERS else None


class ApiKeys:
    """The keys of one deployment."""

    def __init__(self, store: Store, secret: AccessSecret, now: Callable[[], datetime]) -> None:
        self.store, self.secret, self.now = store, secret, now

    def make(self, organization: str, expires_at: datetime, scopes: Sequence[str] = ()) -> tuple[str, ApiKey]:
        """A new key, whole, and as it is kept. No scopes: every one of use to the role. Raises NotAKey."""
        moment = self.now()
        if expires_at <= moment:
            raise NotAKey("a key that has expired opens nothing: give a later date")
        with self.store.write() as connection:
            # FOR UPDATE (which SQLite needs not, nor has): two keys made at once must see each other.
            query = select(organizations).where(organizations.c.id == organization).with_for_update()
            owner = connection.execute(query).first()
            if owner is None or owner.closed_at:
                raise NotAKey(f"there is no open organization {organization}: see `levcheck org list`")
            useful = scopes_of(owner.role)
            if wrong := sorted(set(scopes) - set(useful)):
                raise NotAKey(f"the scope {wrong[0]!r} is of no use to a {owner.role}: take of {', '.join(useful)}")
            query = select(api_keys).where(api_keys.c.organization == organization)
            live = [key for key in map(_key, connection.execute(query)) if key.is_live(as_text(moment))]
            if len(live) >= LIVE_KEYS:
                ids = " and ".join(key.id for key in live)
                raise NotAKey(f"{organization} has {LIVE_KEYS} live keys, {ids}: revoke the one that is no longer used")
            id, secret = random_text(60), random_text(256)
            taken = tuple(scope for scope in SCOPES if scope in (scopes or useful))
            made = ApiKey(id, organization, taken, as_text(moment), as_text(expires_at), None)
            row = {**made.__dict__, "scopes": " ".join(taken), "hash": self._hash(id, secret)}
            connection.execute(insert(api_keys).values(**row))
        return f"lvk_{id}_{secret}", made

    def all(self, organization: str | None = None) -> list[ApiKey]:
        """The keys of an organization, or of all, by the time that they were made."""
        query = select(api_keys).order_by(api_keys.c.made_at, api_keys.c.id)
        if organization:
            query = query.where(api_keys.c.organization == organization)
        with self.store.read() as connection:
            return [_key(row) for row in connection.execute(query)]

    def revoke(self, id: str) -> None:
        """End a key. Raises NotAKey."""
        with self.store.write() as connection:
            query = update(api_keys).where(api_keys.c.id == id, api_keys.c.revoked_at.is_(None))
            ended = connection.execute(query.values(revoked_at=as_text(self.now()))).rowcount
        if not ended:
            raise NotAKey(f"there is no key {id} that could be revoked: see `levcheck key list`")

    def caller(self, text: str) -> Caller | None:
        """Who holds a key; None if it is none, or is not live, or its organization is closed."""
        form = FORM.fullmatch(text)
        if form is None:
            return None
        id, secret = form.groups()
        row = self._found(id)
        if row is None or not hmac.compare_digest(row.hash, self._hash(id, secret)):
            return None
        return _caller(row, as_text(self.now()))

    def caller_by_id(self, id: str) -> Caller | None:
        """Who holds the key with this id, which a session was begun with."""
        row = self._found(id)
        return None if row is None else _caller(row, as_text(self.now()))

    def _found(self, id: str) -> Any:
        joined = api_keys.join(organizations, api_keys.c.organization == organizations.c.id)
        query = select(api_keys, organizations.c.role, organizations.c.closed_at).select_from(joined)
        with self.store.read() as connection:
            return connection.execute(query.where(api_keys.c.id == id)).first()

    def _hash(self, id: str, secret: str) -> str:
        return self.secret.digest("api key", id, secret)


def random_text(bits: int) -> str:
    """Random bits in lower-case base 32, which a double click selects whole."""
    return base64.b32encode(secrets.token_bytes(bits // 8 + 1)).decode().lower()[: -(-bits // 5)]


def _key(row: Any) -> ApiKey:
    return ApiKey(row.id, row.organization, tuple(row.scopes.split()), row.made_at, row.expires_at, row.revoked_at)


def _caller(row: Any, now: str) -> Caller | None:
    if row.closed_at or not _key(row).is_live(now):
        return None
    return Caller(row.organization, row.role, row.id, frozenset(row.scopes.split()))
