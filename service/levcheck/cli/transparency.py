"""`levcheck log`: the transparency log, sealed and verified."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from ..clock import now
from ..log import state
from ..log.sealer import Outrun, seal
from ..log.verify import verify as verified
from .database import SHOWN
from .deployment import DATABASE, KEYS, Guarded, keys_of, progress, store_of
from .errors import BAD_DATA, UNAVAILABLE, Failure
from .registries import DATA

LARGEST_CHECKPOINT = 65_536
TRIES, PAUSE_S = 100, 0.1


@click.group(cls=Guarded)
def log() -> None:
    """The transparency log: nobody can remove, alter or back-date a record unseen."""


@log.command(name="seal")
@click.option("--issuer", default="levcheck", show_default=True, help="The name on checkpoints.")
@DATA
@DATABASE
@KEYS
def seal_(issuer: str, data: Path, database: str | None, given_keys: str | None) -> None:
    """Append every record that the log lacks, however old, and sign a checkpoint. A running service seals by itself."""
    store, keys = store_of(data, database), keys_of(data, given_keys)
    for _ in range(TRIES):
        try:
            appended = seal(store, keys, now, issuer)
        except Outrun:  # a running service seals too: what is left is the next pass's
            time.sleep(PAUSE_S)
        else:
            click.echo(f"Sealed {appended:,} entries; the log has {state.lag(store, now()).size:,}.")
            return
    raise Failure("a running service seals all the time: try again later", UNAVAILABLE)


@log.command()
@DATA
@DATABASE
def checkpoint(data: Path, database: str | None) -> None:
    """Print the newest checkpoint, to be kept elsewhere: `levcheck log verify --checkpoint FILE` holds the log to it."""
    try:
        click.echo(state.checkpoint(store_of(data, database)).signed)
    except state.NotSealedYet as error:
        raise Failure("there is no checkpoint yet: record something, and run `levcheck log seal`", UNAVAILABLE) from error


@log.command(name="verify")
@click.option(
    "--checkpoint",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that was kept: its JWS, or what /v1/log/checkpoint answered.",
)
@DATA
@DATABASE
@KEYS
def verify_(files: tuple[Path, ...], data: Path, database: str | None, given_keys: str | None) -> int:
    """Read the whole log again: its tree, its checkpoints, and every record against its entry."""
    held = [(f"The checkpoint in {file.name}", _signed(file)) for file in files]
    found = verified(store_of(data, database), keys_of(data, given_keys), now(), held, progress("Verifying"))
    for fault in found.told[:SHOWN]:
        click.echo(f"  - {fault}")
    read = f"{found.entries:,} entries and {found.checkpoints:,} checkpoints read"
    if found.faults:
        click.echo(f"{read}; faults: {found.faults:,}.")
        return 1
    against = f", and the log is the one that {len(held)} kept checkpoints saw" if held else ""
    click.echo(f"{read}: tree, signatures and records all hold{against}.")
    return 0


def _signed(file: Path) -> str:
    """The JWS in a file: alone, or as a member of what the service answered. Raises Failure."""
    try:
        with file.open("rb") as opened:
            text = opened.read(LARGEST_CHECKPOINT).decode().strip()
        if not text.startswith("{"):
            return text
        told = json.loads(text)
        return str(told.get("checkpoint", told)["signed"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Failure(f"{file} is neither a checkpoint nor an answer that holds one", BAD_DATA) from error
