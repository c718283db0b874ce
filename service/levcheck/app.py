"""The application: the rooms put together, with the clock and the settings that they are given."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from flask import Flask, Response, g, request
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from . import __version__
from .api import checks, docs, evidence, health, regulation
from .api.problems import INTERNAL_ERROR, Problem, ProblemSchema, of_http_error
from .api.service import EXTENSION, Service
from .evidence import vpic
from .evidence.registry import Registry
from .law import readings

VIRGINIA_TIME = ZoneInfo("America/New_York")
LARGEST_BODY = 65_536
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_WARMING_VIN = "1HGCM82633A004352"

log = structlog.get_logger()


@dataclass(frozen=True)
class Settings:
    """What a deployment chooses: its data folder (None: nothing imported), its reading of the chapter's reach."""

    data: Path | None = None
    reading: str = readings.DEFAULT


def today_in_virginia() -> date:
    """The date in America/New_York."""
    return datetime.now(VIRGINIA_TIME).date()


class LevcheckApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's API with this service's problem documents."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        """The framework's own errors, as problem documents."""
        return of_http_error(error)


def create_app(settings: Settings | None = None, today: Callable[[], date] = today_in_virginia) -> Flask:
    """The WSGI application. `today` gives the date in Virginia."""
    settings = settings or Settings()
    app = Flask("levcheck", static_folder=None, template_folder=str(Path(__file__).parent / "api" / "templates"))
    app.config.update(
        API_TITLE="levcheck",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"info": {"description": _DESCRIPTION, "license": {"name": "Apache-2.0"}}},
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        PROPAGATE_EXCEPTIONS=False,
    )
    registry = Registry(settings.data / "registry" if settings.data else None)
    app.extensions[EXTENSION] = Service(registry, today, settings.reading)
    api = LevcheckApi(app)
    for room in (checks, evidence, regulation, health):
        api.register_blueprint(room.blueprint)
    app.register_blueprint(docs.blueprint(api))
    app.register_error_handler(Problem, lambda problem: problem.response())
    app.register_error_handler(Exception, _unexpected)
    app.before_request(_name_the_request)
    app.after_request(_finish)
    vpic.decode(_WARMING_VIN)  # the first decode costs 0.1 s: let no clerk wait for it
    return app


_DESCRIPTION = (
    "Tells, at the moment a vehicle changes hands in Virginia, whether 9VAC5-95 (low and zero emission vehicle standards) "
    "permits it, why, in the law's own words, and what is still needed to know."
)


def _name_the_request() -> None:
    """Keep the caller's request id when it is a plain one, so that both sides' logs meet."""
    sent = request.headers.get("X-Request-Id", "")
    g.request_id = sent if _REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)


def _finish(response: Response) -> Response:
    headers = response.headers
    headers["X-Request-Id"] = g.get("request_id", "")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cache-Control"] = "no-store"
    headers["Levcheck-Version"] = __version__
    return response


def _unexpected(error: Exception) -> Any:
    """A failure of the service: logged whole under the request id, answered without detail."""
    if isinstance(error, HTTPException):
        return of_http_error(error)
    log.error("request failed", request_id=g.get("request_id"), path=request.path, exc_info=error)
    return Problem("internal_error", INTERNAL_ERROR).response()
