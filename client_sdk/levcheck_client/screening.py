"""Many transactions checked, in order, a few at a time.

Each is a check of its own and not a line of `POST /v1/screenings`: `requests` reads no answer before it has sent the whole
body, so a screening could neither read a bounded number ahead nor give a result before the last transaction; and each row
keeps the client's own retries, deadline and offline answer. Files of any size are for `POST /v1/screenings` itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

from levcheck_client import line
from levcheck_client.errors import InvalidTransaction, LevcheckError, ProblemError
from levcheck_client.results import Result

Screened: TypeAlias = Result | ProblemError | InvalidTransaction
T = TypeVar("T")
AT_ONCE = 4
AHEAD = 4 * AT_ONCE


def screen(check: Callable[[T], Result], transactions: Iterable[T]) -> Iterator[Screened]:
    """The results in order. Reads at most `AHEAD` transactions further than it has given results."""
    from concurrent.futures import Future, ThreadPoolExecutor

    def one(transaction: T) -> Screened:
        try:
            return check(transaction)
        except (ProblemError, InvalidTransaction) as error:
            if is_of_the_row(error):
                return error
            raise

    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="levcheck-client")
    waiting: deque[Future[Screened]] = deque()
    try:
        for transaction in transactions:
            waiting.append(pool.submit(one, transaction))
            while waiting and (len(waiting) >= AHEAD or waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        # Also when the caller stops early: what has begun ends by its own deadline.
        pool.shutdown(wait=False, cancel_futures=True)


def is_of_the_row(error: LevcheckError) -> bool:
    """Whether the error is this transaction's own, and the next may fare better."""
    return isinstance(error, InvalidTransaction) or line.refuses_the_transaction(error)
