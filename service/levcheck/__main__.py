"""`python -m levcheck` is the command `levcheck`."""

from .cli import main

main()
