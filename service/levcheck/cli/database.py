"""`levcheck db`, `levcheck keys` and `levcheck records`: what a deployment keeps, for years."""

from __future__ import annotations

from pathlib import Path

import click
import marshmallow as ma

from ..access.organizations import RESERVED, NotAnOrganization, Organizations
from ..api.paging import wanted
from ..api.parser import described
from ..api.schemas.records import ListSchema
from ..clock import now
from ..records import archive, schema
from ..records.audit import audit
from ..records.store import Store
from .deployment import DATABASE, KEYS, Guarded, keys_of, progress, store_of
from .errors import BAD_DATA, UNAVAILABLE, Failure
from .registries import DATA

SHOWN = 20


@click.group(cls=Guarded)
def db() -> None:
    """The database: upgrade, back up, restore, verify."""


@db.command()
@DATA
@DATABASE
def upgrade(data: Path, database: str | None) -> None:
    """Bring the database to the schema of this version."""
    before, after = schema.upgrade(store_of(data, database, new=True))
    click.echo(
        f"The schema is {after}." if before == after else f"Upgraded the schema from {before or 'nothing'} to {after}."
    )


@db.command()
@DATA
@DATABASE
@KEYS
def verify(data: Path, database: str | None, given_keys: str | None) -> int:
    """Read every record again: its hash, its signature, its verdict under the law that it was made with."""
    found = audit(store_of(data, database), keys_of(data, given_keys), progress("Verifying"))
    for fault in found.faults[:SHOWN]:
        click.echo(f"  - {fault}")
    if found.faults:
        click.echo(f"Records read: {found.records:,}; faults: {len(found.faults):,}.")
        return 1
    click.echo(f"{found.records:,} records and {found.rulesets} rulesets read: hashes, signatures and verdicts all hold.")
    return 0


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@DATA
@DATABASE
def backup(file: Path, data: Path, database: str | None) -> None:
    """Write the whole database, and the secrets of the data folder, to FILE (.tar.gz). Keep it secret: it holds keys."""
    counts = archive.backup(store_of(data, database), data, file, now(), progress("Backing up"))
    secrets = [name for name in archive.SECRETS if (data / name).exists()]
    held = f"with {' and '.join(secrets)}" if secrets else f"without secrets, of which {data} holds none"
    click.echo(f"Wrote {_counted(counts)} to {file}, {held}.")


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DATA
@DATABASE
def restore(file: Path, data: Path, database: str | None) -> None:
    """Fill an empty database (of either kind) from a backup. Run `levcheck db verify` after it."""
    store = store_of(data, database, new=True)
    schema.upgrade(store)
    try:
        counts = archive.restore(store, data, file, progress("Restoring"))
    except archive.NotABackup as error:
        raise Failure(str(error), BAD_DATA) from error
    click.echo(f"Restored {_counted(counts)}.")


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count) or "an empty database"


@click.group()
def keys() -> None:
    """The keys that sign certificates."""


@keys.command()
@DATA
@KEYS
def rotate(data: Path, given_keys: str | None) -> None:
    """Make a new signing key. Certificates of past keys still verify; running services take the new one at once."""
    if given_keys:
        raise Failure("the environment gives the keys: add a new one at the end of its JWK set instead", UNAVAILABLE)
    click.echo(f"New certificates are signed with key {keys_of(data, None).rotate(now())}.")


@keys.command(name="list")
@DATA
@KEYS
def list_(data: Path, given_keys: str | None) -> None:
    """Print the key ids, oldest first; the last one signs."""
    for key in keys_of(data, given_keys).public()["keys"]:
        click.echo(f"{key['kid']}  made {key.get('made', 'elsewhere')}")


@click.group(cls=Guarded)
def records() -> None:
    """Determinations: export what a regulator asks for, purge what has passed its date."""


@records.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--from", "from_", metavar="DATE", help="From this date in Virginia on.")
@click.option("--to", metavar="DATE", help="Up to and with this date in Virginia.")
@click.option("--account", help="One dealer's records.")
@click.option("--vin", help="One vehicle's records.")
@DATA
@DATABASE
def export(
    folder: Path, from_: str | None, to: str | None, account: str | None, vin: str | None, data: Path, database: str | None
) -> None:
    """Write determinations to FOLDER as CSV and NDJSON, with a manifest of their hashes."""
    store = store_of(data, database)
    filters = _filters({"from": from_, "to": to, "vin": vin})
    if account is not None:
        filters["account"] = _account(store, account)
    try:
        manifest = archive.export(store, folder, filters, now(), progress("Exporting"))
    except FileExistsError as error:
        raise Failure(f"{folder} exists already: name a new folder", BAD_DATA) from error
    click.echo(f"Wrote {manifest['determinations']:,} determinations to {folder}.")


def _filters(asked: dict[str, str | None]) -> dict[str, str]:
    """What a list over HTTP would take too: nobody is handed an empty export because of a slip."""
    given = {name: value for name, value in asked.items() if value is not None}
    try:
        return wanted(ListSchema().load(given))
    except ma.ValidationError as error:
        fault = next(described(error.normalized_messages(), given))  # type: ignore[no-untyped-call]
        option = f"--{fault['pointer'].strip('/')} {fault['value']}"
        raise Failure(f"{option} cannot be used: {fault['detail']}. {fault['remedy']}", BAD_DATA) from error


def _account(store: Store, account: str) -> str:
    try:
        return account if account in RESERVED else Organizations(store, now).get(account).id
    except NotAnOrganization as error:
        raise Failure(str(error), BAD_DATA) from error


@records.command()
@DATA
@DATABASE
@click.confirmation_option(prompt="Delete every record whose date has passed?")
def purge(data: Path, database: str | None) -> None:
    """Delete the records whose date to be kept has passed, and nothing else."""
    moment = now()
    gone = archive.purge(store_of(data, database), moment)
    click.echo(f"Deleted {gone:,} determinations whose date had passed on {moment:%Y-%m-%d}; every other record is kept.")
