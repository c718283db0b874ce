"""The command `levcheck` and how it ends: 0 to 2 are verdicts, 64 and more are errors (sysexits.h)."""

from __future__ import annotations

import importlib
import sys

import click

from .. import __version__
from .errors import INTERNAL, USAGE, Failure

# Each command and the module that holds it: only the one that runs is imported, since the service's libraries take a second.
COMMANDS = {
    "check": "checks",
    "screen": "screening",
    "explain": "law",
    "notes": "law",
    "openapi": "law",
    "registry": "registries",
    "org": "organizations",
    "key": "organizations",
    "db": "database",
    "keys": "database",
    "records": "database",
    "log": "transparency",
    "serve": "serving",
    "stop": "serving",
}


class Commands(click.Group):
    """The commands by name, imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f".{COMMANDS[cmd_name]}", __package__)
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="levcheck")
def cli() -> None:
    """May this vehicle change hands in Virginia under 9VAC5-95 (low and zero emission vehicle standards)?"""


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
