"""How commands fail: exit codes as in sysexits.h, so that none can be taken for a verdict."""

from __future__ import annotations

import click

USAGE, BAD_DATA, NO_INPUT, UNAVAILABLE = 64, 65, 66, 69


class Failure(click.ClickException):
    """A command that could not do its work: what went wrong, what to do, and the exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.code = exit_code
