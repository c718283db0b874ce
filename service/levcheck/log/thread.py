"""The sealer's thread: one in every process that serves. Whichever wakes first seals; the others find nothing left."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from ..records.keys import Keys
from ..records.store import Store
from .sealer import Outrun, reaching_back, seal

PAUSE_S = 1.0
APART = timedelta(seconds=PAUSE_S)
"""However many processes seal, they sign one checkpoint a second between them."""
LONGEST_PAUSE_S = 30.0
STOPS_WITHIN_S = 5.0
SWEEPS = {timedelta(minutes=1): 0.0, timedelta(minutes=10): 60.0, timedelta(days=1): 3_600.0}
"""How far back a pass looks, and the seconds after which one looks as far again."""


class Sealing:
    """A thread that seals every second until it is stopped. After an error, which `failed` is told, it tries again later."""

    def __init__(
        self, store: Store, keys: Keys, now: Callable[[], datetime], issuer: str, failed: Callable[[Exception], None]
    ) -> None:
        self._store, self._keys, self._now, self._issuer, self._failed = store, keys, now, issuer, failed
        self._due = dict.fromkeys(SWEEPS, 0.0)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="levcheck-sealing", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch at hand and end; wait for that a few seconds at most."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(STOPS_WITHIN_S)

    def runs(self) -> bool:
        """Whether the thread is there."""
        return self._thread.is_alive()

    def _run(self) -> None:
        pause = PAUSE_S
        while not self._ended.wait(pause):
            try:
                self._pass()
            except Exception as error:  # whatever it is, what is recorded meanwhile must be sealed later
                self._failed(error)
                pause = min(pause * 2, LONGEST_PAUSE_S)
            else:
                pause = PAUSE_S

    def _pass(self) -> None:
        clock = time.monotonic()
        due = [window for window, at in self._due.items() if clock >= at]
        window = max(due)
        try:
            after = reaching_back(self._store, self._now(), window)
            seal(self._store, self._keys, self._now, self._issuer, after, self._ended.is_set, APART)
        except Outrun:
            return  # and look as far back at the next turn
        self._due |= {window: clock + SWEEPS[window] for window in due}


def start(
    store: Store, keys: Keys, now: Callable[[], datetime], issuer: str, failed: Callable[[Exception], None]
) -> Sealing:
    """Seal from now on, until `stop` or the end of the process."""
    sealing = Sealing(store, keys, now, issuer, failed)
    sealing.start()
    atexit.register(sealing.stop)
    return sealing
