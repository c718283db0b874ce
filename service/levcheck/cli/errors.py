"""How commands fail: exit codes as in sysexits.h, so that none can be taken for a verdict."""

from __future__ import annotations

import click

USAGE, BAD_DATA, NO_INPUT, UNAVAILABLE, INTERNAL = 64, 65, 66, 69, 70


class Failure(click.ClickException):
    """A command that could not do its work: what went wrong, what to do, and the exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.code = exit_code
