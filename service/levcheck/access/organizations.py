"""Organizations: who keys are given to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from ..records.store import Store, StoreUnavailable
from ..records.tables import organizations
from ..records.times import as_text
from .permissions import ROLES

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
RESERVED = ("local",)
"""The account of a service that was started for one's own machine."""


class NotAnOrganization(ValueError):
    """What was asked of an organization cannot be done; the message says why."""


@dataclass(frozen=True)
class Organization:
    """An organization: `id` is the account of its records. A closed one's keys open nothing; its records stay."""

    id: str
    name: str
    role: str
    opened_at: str
    closed_at: str | None


class Organizations:
    """The organizations of one deployment."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self.store, self.now = store, now

    def add(self, id: str, name: str, role: str) -> Organization:
        """Add an organization; its id is never given again. Raises NotAnOrganization."""
        if not _ID.fullmatch(id) or id in RESERVED:
            raise NotAnOrganization(
                f"{id!r} cannot be an id: take 1 to 64 of a-z, 0-9 and hyphens, beginning and ending with a letter or "
                f"digit, but for {', '.join(RESERVED)}"
            )
        if role not in ROLES:
            raise NotAnOrganization(f"{role!r} is not a role: take one of {', '.join(ROLES)}")
        if not name.strip() or len(name) > 200 or not name.isprintable():
            raise NotAnOrganization("a name has 1 to 200 printable characters")
        made = Organization(id, name.strip(), role, as_text(self.now()), None)
        try:
            with self.store.write() as connection:
                connection.execute(insert(organizations).values(**made.__dict__))
        except StoreUnavailable as error:
            if isinstance(error.__cause__, IntegrityError):
                raise NotAnOrganization(f"there is an organization {id} already") from error
            raise
        return made

    def all(self) -> list[Organization]:
        """Every organization, by its id."""
        with self.store.read() as connection:
            rows = connection.execute(select(organizations).order_by(organizations.c.id)).all()
        return [Organization(*row) for row in rows]

    def get(self, id: str) -> Organization:
        """One organization. Raises NotAnOrganization."""
        with self.store.read() as connection:
            row = connection.execute(select(organizations).where(organizations.c.id == id)).first()
        if row is None:
            raise _no_organization(id)
        return Organization(*row)

    def close(self, id: str) -> None:
        """Close an organization: none of its keys opens anything from now on. Raises NotAnOrganization."""
        self._set(id, as_text(self.now()))

    def reopen(self, id: str) -> None:
        """Open a closed organization again, with the keys that are still live. Raises NotAnOrganization."""
        self._set(id, None)

    def _set(self, id: str, closed_at: str | None) -> None:
        with self.store.write() as connection:
            changed = connection.execute(
                update(organizations).where(organizations.c.id == id).values(closed_at=closed_at)
            ).rowcount
        if not changed:
            raise _no_organization(id)


def _no_organization(id: str) -> NotAnOrganization:
    return NotAnOrganization(f"there is no organization {id}: see `levcheck org list`")
