"""Takes secrets from files, then becomes the command that it is given.

    LEVCHECK_SIGNING_KEYS_FILE=/run/secrets/keys.json  python entrypoint.py  levcheck serve ...

Whoever lists containers or processes sees the files' names and not what is in them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

SECRETS = ("LEVCHECK_DATABASE_URL", "LEVCHECK_SIGNING_KEYS", "LEVCHECK_ACCESS_SECRET")


def main(command: list[str]) -> None:
    """Put each NAME_FILE's text into NAME, and run the command in this process's place."""
    for name in SECRETS:
        file = os.environ.pop(f"{name}_FILE", None)
        if not file:
            continue
        if name in os.environ:
            sys.exit(f"Error: {name} and {name}_FILE are both given: leave one out.")
        try:
            os.environ[name] = Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            sys.exit(f"Error: {name}_FILE cannot be read: {error}")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
