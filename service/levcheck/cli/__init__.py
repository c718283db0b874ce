"""The command line: `levcheck`."""

from .main import main

__all__ = ["main"]
