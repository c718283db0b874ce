"""Sessions of a browser: begun with an API key, kept by the server, ended by it."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from ..records.store import Store
from ..records.tables import sessions
from ..records.times import as_text
from .api_keys import ApiKeys, Caller, random_text
from .secret import AccessSecret

LASTS = timedelta(hours=12)
"""A working day: then the key is asked for again."""
FORM = re.compile(r"([a-z2-7]{12})\.([a-z2-7]{52})")


class Sessions:
    """The sessions of one deployment. A token is `ID.SECRET`; only its keyed hash is kept."""

    def __init__(self, store: Store, secret: AccessSecret, keys: ApiKeys, now: Callable[[], datetime]) -> None:
        self.store, self.secret, self.keys, self.now = store, secret, keys, now

    def begin(self, caller: Caller) -> str:
        """A new session's token. Sessions that have passed their time go."""
        id, secret, moment = random_text(60), random_text(256), self.now()
        row = {
            "id": id,
            "key": caller.key_id,
            "hash": self.secret.digest("session", id, secret),
            "made_at": as_text(moment),
            "expires_at": as_text(moment + LASTS),
        }
        with self.store.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= as_text(moment)))
            connection.execute(insert(sessions).values(**row))
        return f"{id}.{secret}"

    def caller(self, token: str) -> Caller | None:
        """Who a session belongs to; None if it has ended, or its key is not live."""
        form = FORM.fullmatch(token)
        if form is None:
            return None
        id, secret = form.groups()
        with self.store.read() as connection:
            row = connection.execute(select(sessions).where(sessions.c.id == id)).first()
        if row is None or row.expires_at <= as_text(self.now()):
            return None
        if not hmac.compare_digest(row.hash, self.secret.digest("session", id, secret)):
            return None
        return self.keys.caller_by_id(row.key)

    def end(self, token: str) -> None:
        """End a session at once."""
        if form := FORM.fullmatch(token):
            with self.store.write() as connection:
                connection.execute(
                    delete(sessions).where(
                        sessions.c.id == form[1], sessions.c.hash == self.secret.digest("session", *form.groups())
                    )
                )

    def form_token(self, token: str) -> str:
        """What a form of this session must bring back: no other site can know it."""
        return self.secret.digest("form", token)
