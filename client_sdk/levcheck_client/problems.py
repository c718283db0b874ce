"""An answer with an error status into a `ProblemError`, whoever wrote it: the service or a proxy before it."""

from __future__ import annotations

from datetime import timezone
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from levcheck_client.decoding import parse
from levcheck_client.errors import Problem, ProblemError, ProblemItem

RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
IN_FLIGHT = "idempotency_in_flight"


def problem_error(status: int, body: bytes, *, request_id: str, retry_after: float | None) -> ProblemError:
    """The error for one answer; a body that is no problem document is left aside."""
    problem = _problem(status, body, retry_after)
    retryable = status in RETRYABLE or (status == HTTPStatus.CONFLICT and problem.code == IN_FLIGHT)
    return ProblemError(_in_words(problem), problem=problem, request_id=request_id, retryable=retryable)


def retry_after_seconds(header: str | None, now: float) -> float | None:
    """A `Retry-After` header in seconds from `now` (a Unix time), `None` if there is none that can be read."""
    if header is None:
        return None
    if header.isascii() and header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    # The oldest of the three HTTP date formats names no zone; it too is in GMT.
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return max(0.0, moment.timestamp() - now)


def _problem(status: int, body: bytes, retry_after: float | None) -> Problem:
    try:
        document = parse(body)
    except ValueError:
        document = None
    members = document if isinstance(document, dict) else {}
    items = members.get("errors")
    return Problem(
        status=status,
        type=_text(members.get("type")),
        code=_text(members.get("code")),
        title=_text(members.get("title")) or _reason(status),
        detail=_text(members.get("detail")),
        errors=tuple(_item(item) for item in items if isinstance(item, dict)) if isinstance(items, list) else (),
        retry_after=retry_after,
    )


def _item(item: dict[str, object]) -> ProblemItem:
    return ProblemItem(
        pointer=_text(item.get("pointer")),
        detail=_text(item.get("detail")) or "not accepted",
        value=item.get("value"),
        remedy=_text(item.get("remedy")),
    )


def _in_words(problem: Problem) -> str:
    # What was sent (`value`) stays out: the words end up in logs, and it may be a whole VIN.
    text = f"the service answered {problem.status}: {problem.title}"
    if problem.detail and problem.detail != problem.title:
        text += f": {problem.detail}"
    for item in problem.errors:
        text += f"; {item.pointer or 'request'}: {item.detail}"
        text += f" ({item.remedy})" if item.remedy else ""
    return text


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "an error"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
