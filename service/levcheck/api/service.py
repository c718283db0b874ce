"""What the routes need of the running service, given to them by the app factory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import current_app

from ..access.door import Door
from ..access.embeds import Embeds
from ..evidence.registry import Registry
from ..law import readings
from ..records.records import Records
from .problems import Problem

EXTENSION = "levcheck"


@dataclass(frozen=True)
class Service:
    """`today` gives the date in Virginia; `reading` is the deployment's. Without a store there are no `records`.

    Without a `door` the service stands on its user's own machine, and asks for no keys. `address` is where it is reached
    (`https://...`), if it says so on its certificates. `embeds`: the tokens of its page inside other systems; None without
    a data folder.
    """

    registry: Registry
    today: Callable[[], date]
    reading: str = readings.DEFAULT
    kept: Records | None = None
    door: Door | None = None
    address: str = ""
    embeds: Embeds | None = None

    @property
    def records(self) -> Records:
        """The records. Raises Problem where the service keeps none."""
        if self.kept is None:
            raise Problem("not_ready", "This service was started without a store: it checks, and records nothing.")
        return self.kept


def service() -> Service:
    """The service of the current application."""
    return cast(Service, current_app.extensions[EXTENSION])
