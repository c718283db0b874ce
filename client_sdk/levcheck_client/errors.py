"""Everything this library raises while it works. `LevcheckError` is the root.

Wrong arguments to `Client(...)` itself are programming errors and raise `ValueError`.
"""

from __future__ import annotations

from dataclasses import dataclass


class LevcheckError(Exception):
    """The root of all errors of this library.

    `request_id` is what the service's log knows the call by; `str(error)` ends with it.
    `retryable` says whether the same call, made again later, may succeed.
    `idempotency_key` is the key of a call that records something, `None` for any other: the same call made again
    with it counts once, whether or not this one reached the service.
    `status`, `code` and `problem` are those of an answer, and `None` where none came: only a `ProblemError` has them.
    """

    status: int | None = None
    code: str | None = None
    problem: Problem | None = None

    def __init__(self, text: str, *, request_id: str | None = None, retryable: bool = False) -> None:
        # Only the text goes into `args`: pickle rebuilds an error from `args`, then restores the attributes.
        super().__init__(text)
        self.request_id = request_id
        self.retryable = retryable
        self.idempotency_key: str | None = None

    def __str__(self) -> str:
        text = str(self.args[0])
        return f"{text} (request {self.request_id})" if self.request_id else text


class InvalidTransaction(LevcheckError):
    """The transaction cannot be written as JSON, or another is in the outbox under its key; nothing was sent, or queued.

    `pointer` is the JSON pointer of the offending member in the body, `""` for the whole; in a call to `supersede`
    the transaction stands below `/request`. What the service refuses (an unknown member, a VIN too short) is a
    `ProblemError` instead, and this error where the transaction was to be evaluated here, without the service.
    """

    def __init__(self, text: str, *, pointer: str = "", request_id: str | None = None) -> None:
        super().__init__(text, request_id=request_id)
        self.pointer = pointer


class ConnectionFailed(LevcheckError):
    """No whole answer came: refused, not resolved, broken off, or silent beyond the time-out.

    Retries were made before this is raised. `retryable` is false only where trying again cannot help
    (an untrusted TLS certificate, an address that is none).
    """


class DeadlineExceeded(LevcheckError):
    """The client's `deadline` passed before a whole answer was there. Always `retryable`."""


class OfflineUnavailable(LevcheckError):
    """This cannot be done offline here: the extra `levcheck-client[offline]` is not installed, or no keys or no ruleset
    are kept, or they could not be. Nothing is said about the certificate or the transaction.
    """


class RulesetRefused(OfflineUnavailable):
    """The ruleset is not used: forged, altered, expired, older than one accepted before, or not readable here."""


class OutboxUnavailable(LevcheckError):
    """The outbox cannot be read or written: no such folder, a full disk, a file that is no outbox. Nothing was queued."""


class ProtocolError(LevcheckError):
    """An answer came that is not of contract v1: this is no levcheck service, or client and service do not fit.

    `pointer` is the JSON pointer of the missing or mistyped member, `None` if the answer as a whole is wrong.
    """

    def __init__(self, text: str, *, pointer: str | None = None, request_id: str | None = None) -> None:
        super().__init__(text, request_id=request_id)
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class ProblemItem:
    """One thing wrong with a request: where (a JSON pointer), what was sent, what is wrong, what to do."""

    pointer: str | None
    detail: str
    value: object = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document (RFC 9457) as read; members that were absent or mistyped are `None`."""

    status: int
    type: str | None
    code: str | None
    title: str
    detail: str | None
    errors: tuple[ProblemItem, ...] = ()
    retry_after: float | None = None


class ProblemError(LevcheckError):
    """The service (or something before it) answered with an error status.

    `problem` is the problem document (RFC 9457), whose members are also the error's own: `status` is the HTTP status;
    `type`, `code`, `title`, `detail` and `errors` the document's, `type` and `code` being `None` where the answer held
    none, as from a proxy. `retry_after` is in seconds, where the answer named a time.
    """

    status: int
    problem: Problem

    def __init__(
        self, text: str, *, problem: Problem | None = None, request_id: str | None = None, retryable: bool = False
    ) -> None:
        super().__init__(text, request_id=request_id, retryable=retryable)
        known = problem or Problem(status=0, type=None, code=None, title=text, detail=None)
        self.problem = known
        self.status = known.status
        self.type = known.type
        self.code = known.code
        self.title = known.title
        self.detail = known.detail
        self.errors = known.errors
        self.retry_after = known.retry_after
