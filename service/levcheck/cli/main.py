"""The command `levcheck` and how it ends: 0 to 2 are verdicts, 64 and more are errors (sysexits.h)."""

from __future__ import annotations

import sys

import click

from .. import __version__
from . import checks, database, law, registries, serving
from .errors import INTERNAL, USAGE, Failure


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="levcheck")
def cli() -> None:
    """May this vehicle change hands in Virginia under 9VAC5-95 (low and zero emission vehicle standards)?"""


COMMANDS: tuple[click.Command, ...] = (
    checks.check,
    law.explain,
    law.notes,
    law.openapi,
    registries.registry,
    database.db,
    database.keys,
    database.records,
    serving.serve,
    serving.stop,
)
for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Run the command line; a message of one line for every error that is the caller's."""
    try:
        outcome = cli(standalone_mode=False)
    except click.UsageError as error:
        error.show()
        sys.exit(USAGE)
    except Failure as error:
        error.show()
        sys.exit(error.code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except Exception as error:  # Python's own exit code for it is 1, which here means prohibited
        click.echo(f"Error: {type(error).__name__}: {error}", err=True)
        sys.exit(INTERNAL)
    sys.exit(outcome if isinstance(outcome, int) else 0)
