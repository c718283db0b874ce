"""Log lines: one JSON object each, on standard error, without anything that names a vehicle, a key or a person."""

from __future__ import annotations

import errno
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

import orjson
import structlog

Failure = tuple[type[BaseException], BaseException, TracebackType | None]
"""As `sys.exc_info` tells it."""
HIDDEN = "[hidden]"
_RUN = re.compile(r"[A-Za-z0-9]{17,}")
_KEY = re.compile(r"lvk_\w*")
_HASH = re.compile(r"[0-9a-f]+|[A-Za-z]+")
VIN_LENGTH = 17
_stamped = structlog.processors.TimeStamper(fmt="iso", utc=True)


def configure() -> None:
    """Have every event of this process written so."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _stamped,
            structlog.processors.ExceptionRenderer(frames),
            hide,
            structlog.processors.JSONRenderer(_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def line(event: dict[str, Any], failure: Failure | None = None) -> str:
    """An event as a line, in the same form."""
    if failure:
        event["exception"] = frames(failure)
    return _json(hide(None, "", event))


def write(name: str, event: dict[str, Any]) -> None:
    """Write an event as structlog does, which takes as long as a verdict: for what every request writes."""
    event = _stamped(None, "", {**event, "event": name, "level": "info"})  # type: ignore[assignment]
    sys.stderr.write(line(event) + "\n")
    sys.stderr.flush()


def _json(event: Any, **_options: Any) -> str:
    return orjson.dumps(event, default=lambda value: type(value).__name__).decode()


def redacted(text: str) -> str:
    """A text in which API keys, and whatever could be a VIN, are hidden."""
    if "lvk_" in text:
        text = _KEY.sub(f"lvk_{HIDDEN}", text)
    return _RUN.sub(_unless_hash, text)


def _unless_hash(run: re.Match[str]) -> str:
    """A VIN may stand next to other letters (`%20` before it, say); a hash, or a long word, holds none."""
    found = run[0]
    return found if len(found) > VIN_LENGTH and _HASH.fullmatch(found) else HIDDEN


def hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """structlog's processor: every text of an event, redacted."""
    for name, value in event.items():
        event[name] = _hidden(value)
    return event


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value) if len(value) >= VIN_LENGTH or "lvk_" in value else value
    if isinstance(value, Mapping):
        return {_hidden(name): _hidden(member) for name, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(member) for member in value]
    return value


def frames(exc_info: Failure) -> str:
    """Where an exception and those behind it were raised, by type and frame. Their messages may quote what a caller sent."""
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    told: list[BaseException] = []
    while error is not None and error not in told:
        told.append(error)
        number = error.errno if isinstance(error, OSError) else None
        lines.append(
            f"{type(error).__module__}.{type(error).__qualname__} {errno.errorcode.get(number or 0, '')}".strip() + "\n"
        )
        lines += traceback.format_tb(error.__traceback__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "".join(lines).rstrip()
