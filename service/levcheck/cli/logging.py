"""The log lines of gunicorn and of the libraries, in the form of the service's own."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any

from gunicorn.glogging import Logger

from ..api.logs import line


class JsonLines(logging.Formatter):
    """A record of Python's logging as one JSON line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. An exception is told by type and frame."""
        told = record.exc_info
        event: dict[str, Any] = {
            "event": record.getMessage(),
            "logger": record.name,
            "process": record.process,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        return line(event, told if told and told[0] else None)


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's logger, and whatever a library logs besides."""

    def setup(self, cfg: Any) -> None:
        """Write what gunicorn and the libraries log as JSON lines on standard error."""
        super().setup(cfg)
        own = JsonLines()
        others = logging.StreamHandler(sys.stderr)
        logging.basicConfig(handlers=[others], level=logging.WARNING, force=True)
        logging.captureWarnings(True)
        for handler in (others, *self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(own)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """A caller that falls silent in the middle of a request is no failure of the service."""
        if isinstance(sys.exception(), BlockingIOError):
            self.warning("a caller fell silent")
        else:
            super().exception(msg, *args, **kwargs)
