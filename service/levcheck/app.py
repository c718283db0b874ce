"""The application: the rooms put together, with the clock and the settings that they are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Request, Response, g, request
from flask.sessions import NullSession, SecureCookieSession, SessionInterface
from flask_smorest import Api
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from .access.door import RATE, Door
from .access.embeds import Embeds
from .access.limits import Limits
from .access.secret import AccessSecret
from .api import (
    callers,
    certificates,
    checks,
    determinations,
    docs,
    embeds,
    evidence,
    headers,
    health,
    idempotency,
    logs,
    metrics,
    regulation,
    screenings,
)
from .api import log as transparency
from .api.direct import Direct
from .api.observation import Observation, named
from .api.problems import INTERNAL_ERROR, Problem, ProblemSchema, of_http_error
from .api.service import EXTENSION, Service
from .clock import now, today_in_virginia
from .evidence import vpic
from .evidence.registry import Registry
from .law import readings
from .records.keys import Keys
from .records.records import Records
from .records.store import Store, default_url
from .records.times import RETENTION_YEARS
from .web import assets, counter, embed, inventory, law, problem_pages, rental, signing_in, site, verify

LARGEST_BODY = 65_536
_WARMING_VIN = "1HGCM82633A004352"

logs.configure()
log = structlog.get_logger()


@dataclass(frozen=True)
class Settings:
    """What a deployment chooses.

    `data`: its folder (None: nothing imported, nothing recorded); `database`: a URL, if records are not kept in the folder;
    `keys`: private keys as JSON, if they are not kept in the folder; `reading`: its position on the chapter's reach;
    `years`: how long records are kept, at least five; `issuer`: the name on its certificates; `address`: where it is
    reached (`https://...`), which its certificates then name. `dev`: it stands on its user's own machine, and asks for no
    keys; otherwise `access_secret` is what keys are hashed with, if it is not kept in the folder, `rate` the requests a
    minute for each key, `limits` the memory that its processes share, and `proxies` how many stand in front of it.
    """

    data: Path | None = None
    database: str | None = None
    keys: str | None = None
    reading: str = readings.DEFAULT
    years: int = RETENTION_YEARS
    issuer: str = "levcheck"
    address: str = ""
    dev: bool = False
    access_secret: str | None = None
    rate: int = RATE
    limits: Limits | None = None
    proxies: int = 0


class NoSessions(SessionInterface):
    """Flask's own sessions are not used: who is signed in stands in the store."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """Nothing, made without looking for it."""
        return _NO_SESSION

    def is_null_session(self, obj: object) -> bool:
        """Always: there is none to save."""
        return True


_NO_SESSION = NullSession()


class Application(Flask):
    """Flask without what this service has no use for."""

    session_interface = NoSessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No function of this service is asynchronous: Flask would find that out some twenty times a request."""
        return func


class LevcheckApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's API with this service's problem documents."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        """The framework's own errors, as problem documents."""
        return of_http_error(error)


def create_app(settings: Settings | None = None, today: Callable[[], date] = today_in_virginia) -> Flask:
    """The WSGI application. `today` gives the date in Virginia."""
    settings = settings or Settings()
    app = Application("levcheck", static_folder=None, template_folder=str(Path(__file__).parent / "api" / "templates"))
    app.url_map.merge_slashes = False  # a redirect would be an HTML page
    app.config.update(
        API_TITLE="levcheck",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"info": {"description": _DESCRIPTION, "license": {"name": "Apache-2.0"}}, **_SECURITY},
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        PROPAGATE_EXCEPTIONS=False,
    )
    if settings.proxies and not settings.dev:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies)  # type: ignore[method-assign]  # as its page says
    registry = Registry(settings.data / "registry" if settings.data else None)
    records = records_of(settings, registry)
    secret = secret_of(settings)
    door = door_of(settings, records)
    tokens = Embeds(secret, now) if secret else None
    app.extensions[EXTENSION] = Service(registry, today, settings.reading, records, door, settings.address, tokens)
    api = LevcheckApi(app)
    for room in (checks, screenings, determinations, embeds, certificates, transparency, evidence, regulation, health):
        api.register_blueprint(room.blueprint)
    for page in (docs.blueprint(api), assets.blueprint(), verify.blueprint()):
        app.register_blueprint(page)
    for page in (
        signing_in.blueprint,
        counter.blueprint,
        inventory.blueprint,
        embed.blueprint,
        law.blueprint,
        rental.blueprint,
    ):
        app.register_blueprint(page)
    app.register_error_handler(Problem, lambda problem: problem.response())
    idempotency.register(app)
    transparency.register(app)
    app.register_error_handler(Exception, _unexpected)
    counted = metrics.register(app)
    if records is not None:
        records.store.failed = counted.store_errors.inc
    observation = Observation(app, counted)
    app.before_request(_name_the_request)
    callers.register(app)
    site.register(app)
    problem_pages.register(app)
    headers.register(app, tls=not settings.dev)
    app.wsgi_app = Direct(app, observation, largest=LARGEST_BODY, tls=not settings.dev)  # type: ignore[method-assign]
    vpic.decode(_WARMING_VIN)  # the first decode costs 0.1 s: let no clerk wait for it
    return app


def records_of(settings: Settings, registry: Registry) -> Records | None:
    """The records of a deployment; None without a data folder."""
    if settings.data is None:
        return None
    keys = Keys.given(settings.keys) if settings.keys else Keys.in_folder(settings.data, now())
    store = Store(settings.database or default_url(settings.data))
    return Records(store, keys, registry, reading=settings.reading, issuer=settings.issuer, years=settings.years, now=now)


def door_of(settings: Settings, records: Records | None) -> Door | None:
    """What knows a deployment's callers; None where it asks for no keys. Raises ValueError where it could know none."""
    if settings.dev:
        return None
    secret = secret_of(settings)
    if records is None or secret is None:
        raise ValueError("without a data folder nobody can be known: give one, or serve your own machine only (dev)")
    return Door(records.store, secret, now, settings.limits, settings.rate)


def secret_of(settings: Settings) -> AccessSecret | None:
    """What a deployment hashes keys and tokens with; None without a data folder."""
    if settings.data is None:
        return None
    return AccessSecret.given(settings.access_secret) if settings.access_secret else AccessSecret.in_folder(settings.data)


_SECURITY = {
    "security": [{"key": []}],
    "components": {
        "securitySchemes": {
            "key": {"type": "http", "scheme": "bearer", "description": "An API key, lvk_...; none with `serve --dev`."}
        }
    },
}
_DESCRIPTION = (
    "Tells, at the moment a vehicle changes hands in Virginia, whether 9VAC5-95 (low and zero emission vehicle standards) "
    "permits it, why, in the law's own words, and what is still needed to know."
)


def _name_the_request() -> None:
    g.request_id = named(request.headers.get("X-Request-Id", ""))


def _unexpected(error: Exception) -> Any:
    """A failure of the service: logged whole under the request id, answered without detail."""
    if isinstance(error, HTTPException):
        return of_http_error(error)
    rule = request.url_rule.rule if request.url_rule else None  # the path may hold a VIN
    log.error("request failed", request_id=g.get("request_id"), route=rule, exc_info=error)
    return Problem("internal_error", INTERNAL_ERROR).response()
