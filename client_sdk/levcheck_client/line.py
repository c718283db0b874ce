"""What an error says: that the line is down, or that the service would not take this one transaction."""

from __future__ import annotations

from http import HTTPStatus

from levcheck_client.errors import ConnectionFailed, DeadlineExceeded, LevcheckError, ProblemError

# These speak of the caller, the address or the way there, not of the transaction.
NOT_OF_THE_TRANSACTION = frozenset({401, 402, 403, 404, 405, 407, 421, 426, 451})


def is_down(error: LevcheckError) -> bool:
    """Whether nobody there could answer, so that the answer may be given here."""
    if isinstance(error, ProblemError):
        return error.retryable and error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, (ConnectionFailed, DeadlineExceeded))


def refuses_the_transaction(error: LevcheckError) -> bool:
    """Whether the service refused this transaction for good, and would take another."""
    if not isinstance(error, ProblemError) or error.retryable or error.status in NOT_OF_THE_TRANSACTION:
        return False
    return HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR
