"""A service that asks for keys, in this process: two dealers, and one organization of every other role."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from conftest import ORGANIZATIONS, TODAY, initialized, organized
from flask import Flask
from flask.testing import FlaskClient
from levcheck.access.door import Door
from levcheck.api.callers import COOKIE, FORM_HEADER
from levcheck.app import Settings, create_app
from levcheck.records.records import Records
from levcheck.records.tables import reads
from records.keeping import SALE
from sqlalchemy import select
from werkzeug.test import TestResponse

OWN_HEADERS = ("X-Request-Id", "RateLimit", "Date")
"""Headers that differ from one answer to the next."""


@dataclass
class House:
    """The application and a key of each organization."""

    app: Flask
    data: Path
    keys: dict[str, str]

    def __post_init__(self) -> None:
        self._numbers = itertools.count()
        self.client: FlaskClient = self.app.test_client(use_cookies=False)

    @property
    def door(self) -> Door:
        """What knows its callers."""
        door: Door = self.app.extensions["levcheck"].door
        return door

    @property
    def records(self) -> Records:
        """What it keeps."""
        records: Records = self.app.extensions["levcheck"].records
        return records

    def ask(self, method: str, path: str, key: str | None = None, **sent: Any) -> TestResponse:
        """One request with a key, from an address of its own: none uses up another's quota."""
        number = next(self._numbers)
        headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
        headers |= {"Idempotency-Key": f"request-{number}"} | dict(sent.pop("headers", {}))
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        environ = {"REMOTE_ADDR": address} | sent.pop("environ", {})
        return self.client.open(path, method=method, headers=headers, environ_base=environ, **sent)

    def record(self, organization: str, **changes: Any) -> str:
        """The id of a determination that an organization made."""
        made = self.ask("POST", "/v1/determinations", self.keys[organization], json={**SALE, **changes})
        assert made.status_code == 201, made.text
        id: str = made.json["id"]
        return id

    def session(self, organization: str) -> dict[str, str]:
        """The headers of a browser in which the organization's key was shown, and of its own forms."""
        caller = self.door.caller(self.keys[organization])
        assert caller is not None
        token = self.door.sessions.begin(caller)
        return {"Cookie": f"{COOKIE}={token}", FORM_HEADER: self.door.sessions.form_token(token)}

    def reads(self) -> list[Any]:
        """What was written down of reads of others' records."""
        with self.records.store.read() as connection:
            return list(connection.execute(select(reads).order_by(reads.c.id)))

    def key(self, organization: str, *scopes: str, days: float = 1, replace: bool = True) -> str:
        """A new key; the organization's other new one is ended, as only two may live."""
        keys = self.door.keys
        shown = self.keys[organization].split("_")[1]
        for kept in keys.all(organization) if replace else ():
            if kept.id != shown and kept.revoked_at is None:
                keys.revoke(kept.id)
        return keys.make(organization, keys.now() + timedelta(days=days), scopes)[0]


@contextmanager
def furnished(data: Path, database: str | None = None, **settings: Any) -> Iterator[House]:
    """A house in a new data folder, closed when the block ends."""
    keys = organized(initialized(data, database), database)
    app = create_app(Settings(data=data, database=database, **({"rate": 1_000_000} | settings)), today=lambda: TODAY)
    house = House(app, data, keys)
    yield house
    house.records.store.close()


def same(response: TestResponse) -> tuple[Any, ...]:
    """What an answer says, but for what is its own."""
    body = response.json if response.is_json else response.text.replace(response.request.path, "")
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name != "request_id"}
    headers = sorted((name, value) for name, value in response.headers if name not in OWN_HEADERS)
    return response.status_code, body, headers


__all__ = ["ORGANIZATIONS", "House", "furnished", "same"]
