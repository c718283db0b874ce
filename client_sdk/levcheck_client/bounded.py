"""Work that must not outlast its time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from contextvars import copy_context
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


class OutOfTime(Exception):
    """The work was not done in time."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` returns or raises, or `OutOfTime` after so many seconds.

    Socket time-outs cannot promise this: each byte that trickles in, and each address tried, starts them
    anew, and a name look-up knows none. So the work is done beside, and left behind when its time is up.
    """
    future: Future[T] = Future()
    Thread(target=copy_context().run, args=(_do, work, future), name="levcheck-client", daemon=True).start()
    wait([future], timeout=seconds)
    if not future.done():
        raise OutOfTime
    return future.result()


def _do(work: Callable[[], T], future: Future[T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
    finally:
        # The error's traceback holds this frame: without this, error and future would keep each other alive.
        del work, future
