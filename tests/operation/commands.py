"""Command lines held to the command line that there is, without running them."""

from __future__ import annotations

import contextlib

import click
from levcheck.cli.main import cli


def read(arguments: list[str]) -> dict[str, object]:
    """What `levcheck` understands of a command line: the options of its last command. Raises click.UsageError."""
    with contextlib.ExitStack() as open_contexts:
        command: click.Command = cli
        context = open_contexts.enter_context(cli.make_context("levcheck", list(arguments)))
        while isinstance(command, click.Group):
            # click keeps the name of the subcommand apart from the rest that it has not looked at
            name, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
            assert found is not None and name is not None
            command = found
            context = open_contexts.enter_context(command.make_context(name, rest, parent=context))
        return dict(context.params)
