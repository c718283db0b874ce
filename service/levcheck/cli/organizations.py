"""`levcheck org` and `levcheck key`: who may ask the service, and with which keys."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from ..access.api_keys import ApiKey, ApiKeys, NotAKey
from ..access.organizations import NotAnOrganization, Organizations
from ..access.permissions import ROLES, SCOPES
from ..access.reads import all_reads
from ..api.paging import moment
from ..clock import VIRGINIA_TIME, now
from ..records.times import as_text
from .deployment import ACCESS, DATABASE, Guarded, secret_of, store_of
from .errors import BAD_DATA, Failure
from .registries import DATA

LASTS_DAYS = 365


@click.group(cls=Guarded)
def org() -> None:
    """Organizations: dealers, rental agencies, DMVs, the board, the operator."""


@org.command()
@click.argument("id")
@click.option("--name", required=True, help="As people know it.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@DATA
@DATABASE
def add(id: str, name: str, role: str, data: Path, database: str | None) -> None:
    """Add an organization. ID is the account of its records, for good: a-z, 0-9 and hyphens."""
    try:
        made = Organizations(store_of(data, database), now).add(id, name, role)
    except NotAnOrganization as error:
        raise Failure(str(error), BAD_DATA) from error
    click.echo(f"Added {made.id} ({made.role}). Its first key: levcheck key add {made.id}")


@org.command(name="list")
@DATA
@DATABASE
def list_organizations(data: Path, database: str | None) -> None:
    """Print every organization: id, role, since when, name."""
    for organization in Organizations(store_of(data, database), now).all():
        closed = f"  closed {_day(organization.closed_at)}" if organization.closed_at else ""
        since = _day(organization.opened_at)
        click.echo(f"{organization.id}  {organization.role}  since {since}{closed}  {organization.name}")


@org.command()
@click.argument("id")
@DATA
@DATABASE
def close(id: str, data: Path, database: str | None) -> None:
    """Close an organization: none of its keys opens anything within 5 seconds. Its records stay."""
    try:
        Organizations(store_of(data, database), now).close(id)
    except NotAnOrganization as error:
        raise Failure(str(error), BAD_DATA) from error
    click.echo(f"Closed {id}.")


@org.command()
@click.argument("id")
@DATA
@DATABASE
def reopen(id: str, data: Path, database: str | None) -> None:
    """Open a closed organization again, with the keys that are still live."""
    try:
        Organizations(store_of(data, database), now).reopen(id)
    except NotAnOrganization as error:
        raise Failure(str(error), BAD_DATA) from error
    click.echo(f"Opened {id}.")


@org.command()
@DATA
@DATABASE
def reads(data: Path, database: str | None) -> None:
    """Print what was read of other organizations' records, one JSON line a read, oldest first."""
    for row in all_reads(store_of(data, database)):
        click.echo(json.dumps(dict(row._mapping)))


@click.group(cls=Guarded)
def key() -> None:
    """API keys of organizations. (`levcheck keys` are the keys that sign certificates.)"""


@key.command(name="add")
@click.argument("organization")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(list(SCOPES)), help="Repeat. Default: all that are of use."
)
@click.option("--expires", metavar="DATE", help=f"The last day in Virginia. Default: in {LASTS_DAYS} days.")
@DATA
@DATABASE
@ACCESS
def add_key(
    organization: str,
    scopes: tuple[str, ...],
    expires: str | None,
    data: Path,
    database: str | None,
    access_secret: str | None,
) -> None:
    """Make a key for an organization. It is printed once, alone on standard output."""
    try:
        made, kept = _keys(data, database, access_secret).make(organization, _expiry(expires), scopes)
    except ValueError as error:
        raise Failure(str(error), BAD_DATA) from error
    click.echo(
        f"Key {kept.id} of {organization}, scopes {', '.join(kept.scopes)}, until {_last_day(kept)}. It is shown this once:",
        err=True,
    )
    click.echo(made)


@key.command(name="list")
@click.argument("organization", required=False)
@DATA
@DATABASE
@ACCESS
def list_keys(organization: str | None, data: Path, database: str | None, access_secret: str | None) -> None:
    """Print the keys of an organization, or of all: id, organization, scopes, state. No secrets."""
    moment = as_text(now())
    if organization is not None:
        try:
            Organizations(store_of(data, database), now).get(organization)
        except NotAnOrganization as error:
            raise Failure(str(error), BAD_DATA) from error
    for kept in _keys(data, database, access_secret).all(organization):
        state = f"revoked {_day(kept.revoked_at)}" if kept.revoked_at else f"until {_last_day(kept)}"
        live = "live" if kept.is_live(moment) else "ended"
        click.echo(f"{kept.id}  {kept.organization}  {live}  {state}  {' '.join(kept.scopes)}")


@key.command()
@click.argument("id")
@DATA
@DATABASE
@ACCESS
def revoke(id: str, data: Path, database: str | None, access_secret: str | None) -> None:
    """End a key: it opens nothing within 5 seconds."""
    try:
        _keys(data, database, access_secret).revoke(id)
    except NotAKey as error:
        raise Failure(str(error), BAD_DATA) from error
    click.echo(f"Revoked {id}.")


def _keys(data: Path, database: str | None, given: str | None) -> ApiKeys:
    return ApiKeys(store_of(data, database), secret_of(data, given), now)


def _expiry(day: str | None) -> datetime:
    return moment(day, days=1) if day else now() + timedelta(days=LASTS_DAYS)


def _last_day(key: ApiKey) -> date:
    """The last day in Virginia on which a key opens anything."""
    return _day(as_text(datetime.fromisoformat(key.expires_at) - timedelta.resolution))


def _day(moment: str) -> date:
    """The day in Virginia of a moment, as text."""
    return datetime.fromisoformat(moment).astimezone(VIRGINIA_TIME).date()
