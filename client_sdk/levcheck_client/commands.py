"""`levcheck-client`: what waits in an outbox, and sending it.

The key is taken from the environment, LEVCHECK_API_KEY, where no list of processes shows it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from levcheck_client._version import __version__
from levcheck_client.client import Client
from levcheck_client.errors import LevcheckError
from levcheck_client.outbox import Outbox

SETTLED, LEFT, FAILED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """0: nothing waits and nothing was refused; 1: something is left; 2: the command could not be carried out."""
    given = _parser().parse_args(arguments)
    try:
        if not given.outbox.is_file():
            raise ValueError(f"there is no outbox at {given.outbox}")
        if given.command == "flush":
            _flush(given)
        return _status(Outbox(given.outbox))
    except (LevcheckError, ValueError) as error:
        print(f"levcheck-client: {error}", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="levcheck-client", description="The client's side of a levcheck service.")
    parser.add_argument("--version", action="version", version=__version__)
    outbox = parser.add_subparsers(required=True).add_parser("outbox", help="determinations that wait for the line")
    commands = outbox.add_subparsers(dest="command", required=True)
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--outbox", required=True, type=Path, metavar="PATH", help="the file given to Client(outbox=...)")
    commands.add_parser("status", parents=[where], help="say what is in it")
    flush = commands.add_parser("flush", parents=[where], help="send what waits, in order", epilog="Key: LEVCHECK_API_KEY.")
    flush.add_argument("--url", default="http://127.0.0.1:8095", help="the service's address (default: %(default)s)")
    flush.add_argument("--again", action="store_true", help="send again what the service refused before")
    return parser


def _flush(given: argparse.Namespace) -> None:
    with Client(given.url, api_key=os.environ.get("LEVCHECK_API_KEY") or None, outbox=given.outbox) as client:
        flushed = client.flush(again=given.again)
    for determination in flushed.sent:
        print(f"recorded {determination}")
    if flushed.stopped is not None:
        print(f"stopped: {flushed.stopped}", file=sys.stderr)


def _status(outbox: Outbox) -> int:
    waiting, refused = outbox.rows("waiting"), outbox.rows("refused")
    print(f"{len(waiting)} waiting, {outbox.count('sent')} sent, {len(refused)} refused")
    for row in waiting:
        print(f"  {row.position} waits since {row.created} (key {row.idempotency_key})")
    for row in refused:
        print(f"  {row.position} was refused (key {row.idempotency_key}): {row.problem}")
    return LEFT if waiting or refused else SETTLED


if __name__ == "__main__":
    sys.exit(main())
