"""What the routes need of the running service, given to them by the app factory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import current_app

from ..evidence.registry import Registry
from ..law import readings

EXTENSION = "levcheck"


@dataclass(frozen=True)
class Service:
    """`today` gives the date in Virginia; `reading` is the deployment's."""

    registry: Registry
    today: Callable[[], date]
    reading: str = readings.DEFAULT


def service() -> Service:
    """The service of the current application."""
    return cast(Service, current_app.extensions[EXTENSION])
