"""The deployment that a command works on: its data folder, its database, its keys."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from joserfc.errors import JoseError

from ..access.secret import AccessSecret
from ..clock import now
from ..records.keys import Keys
from ..records.store import DATABASE_FILE, NotADatabase, Store, StoreUnavailable, default_url
from .errors import BAD_DATA, NO_INPUT, UNAVAILABLE, USAGE, Failure

DATABASE = click.option(
    "--database",
    envvar="LEVCHECK_DATABASE_URL",
    help="PostgreSQL URL [LEVCHECK_DATABASE_URL]; default: SQLite in the data folder.",
)
ACCESS = click.option("--access-secret", envvar="LEVCHECK_ACCESS_SECRET", hidden=True)
_NOT_MADE = ("no such table", "does not exist", "unable to open database file")
"""What the databases say of a schema, or a file, that is not there."""
KEYS = click.option("--keys", "given_keys", envvar="LEVCHECK_SIGNING_KEYS", hidden=True)


def store_of(data: Path, database: str | None, *, new: bool = False) -> Store:
    """The deployment's store; only `new` makes a folder or a database where there is none."""
    if new:
        data.mkdir(parents=True, exist_ok=True)
    elif not database and not (data / DATABASE_FILE).exists():
        told = "name its folder with --data, or --database; a new one is made by `levcheck db upgrade`"
        raise Failure(f"there is no levcheck database in {data}: {told}", NO_INPUT)
    try:
        return Store(database or default_url(data))
    except NotADatabase as error:
        raise Failure(f"--database cannot be used: {error}", USAGE) from error


def keys_of(data: Path, given: str | None, *, new: bool = False) -> Keys:
    """The deployment's keys; only `new` makes a folder where there is none."""
    if given:
        try:
            return Keys.given(given)
        except (ValueError, TypeError, AttributeError, JoseError) as error:
            raise Failure("LEVCHECK_SIGNING_KEYS is not a JWK set of private Ed25519 keys", BAD_DATA) from error
    _there(data, new)
    return Keys.in_folder(data, now())


def secret_of(data: Path, given: str | None, *, new: bool = False) -> AccessSecret:
    """The deployment's access secret; only `new` makes a folder where there is none: its keys would open nothing."""
    if not given:
        _there(data, new)
    try:
        return AccessSecret.given(given) if given else AccessSecret.in_folder(data)
    except ValueError as error:
        raise Failure(str(error), BAD_DATA) from error


def _there(data: Path, new: bool) -> None:
    if not new and not data.is_dir():
        raise Failure(f"there is no folder {data}: name the deployment's with --data", NO_INPUT)


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
            hint = "Run `levcheck db upgrade` first." if any(told in str(error) for told in _NOT_MADE) else ""
            raise Failure(f"the store cannot be used: {error}. {hint}".strip(), UNAVAILABLE) from error
