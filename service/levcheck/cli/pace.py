"""The pace that a caller must keep: whoever sends a byte now and then is never silent, and would hold a thread for hours."""

from __future__ import annotations

import errno
from collections.abc import Callable
from time import monotonic
from typing import Any

LEAST_A_SECOND = 256
"""In each window of time that was spent waiting for a caller, it must have sent as many bytes a second."""


class Paced:
    """Reads from a caller as `read` does. Raises ConnectionResetError if it is too slow.

    `window_s` is the length of a window. What came before it counts for nothing in it, and neither does the time in which
    nobody wanted to read.
    """

    def __init__(self, read: Callable[..., bytes], window_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._read, self._window_s, self._clock = read, window_s, clock
        self._waited, self._came = 0.0, 0

    def __call__(self, *args: Any, **kwargs: Any) -> bytes:
        """What comes next."""
        began = self._clock()
        piece = self._read(*args, **kwargs)
        self._waited += self._clock() - began
        self._came += len(piece)
        if self._waited > self._window_s:
            if self._came < self._waited * LEAST_A_SECOND:
                raise ConnectionResetError(errno.ECONNRESET, f"{self._came} bytes in {self._waited:.0f} s")
            self._waited, self._came = 0.0, 0
        return piece
