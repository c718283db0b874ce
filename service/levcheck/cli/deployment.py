"""The deployment that a command works on: its data folder, its database, its keys."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ..access.secret import AccessSecret
from ..clock import now
from ..records.keys import Keys
from ..records.store import Store, StoreUnavailable, default_url
from .errors import BAD_DATA, UNAVAILABLE, Failure

DATABASE = click.option(
    "--database",
    envvar="LEVCHECK_DATABASE_URL",
    help="PostgreSQL URL [LEVCHECK_DATABASE_URL]; default: SQLite in the data folder.",
)
ACCESS = click.option("--access-secret", envvar="LEVCHECK_ACCESS_SECRET", hidden=True)
KEYS = click.option("--keys", "given_keys", envvar="LEVCHECK_SIGNING_KEYS", hidden=True)


def store_of(data: Path, database: str | None) -> Store:
    """The deployment's store."""
    data.mkdir(parents=True, exist_ok=True)
    return Store(database or default_url(data))


def keys_of(data: Path, given: str | None) -> Keys:
    """The deployment's keys."""
    return Keys.given(given) if given else Keys.in_folder(data, now())


def secret_of(data: Path, given: str | None) -> AccessSecret:
    """The deployment's access secret."""
    try:
        return AccessSecret.given(given) if given else AccessSecret.in_folder(data)
    except ValueError as error:
        raise Failure(str(error), BAD_DATA) from error


def progress(label: str) -> Any:
    """Wraps rows in a progress bar on a terminal."""

    def wrapped(rows: Iterable[Any], count: int) -> Iterable[Any]:
        bar: Any = click.progressbar(rows, count, label=label, file=sys.stderr)
        with bar as shown:
            yield from shown

    return wrapped


class Guarded(click.Group):
    """A group whose commands say in one line that the store cannot be used."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except StoreUnavailable as error:
            hint = (
                "Run `levcheck db upgrade` first." if "no such table" in str(error) or "does not exist" in str(error) else ""
            )
            raise Failure(f"the store cannot be used: {error}. {hint}".strip(), UNAVAILABLE) from error
