"""A proxy before a real service that misbehaves as lines, proxies and busy services do: always within the contract."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from types import TracebackType
from urllib.parse import urlsplit

from levcheck_client.testing.fates import CONTRARY, Fate, Rates, fate
from levcheck_client.testing.relay import Listener


class ContraryProxy:
    """Passes requests on to `target`, a service's http address, and misbehaves. A context manager, or `close()` it.

    `rates` say how often what happens; the request with the same number meets the same fate under the same `seed`.
    It listens on 127.0.0.1 at a free port: clients talk to `url`. `counts` tell what it did.
    Raises `ValueError` for a target that is no http address.
    """

    def __init__(self, target: str, *, rates: Rates = CONTRARY, seed: int = 0) -> None:
        parts = urlsplit(target)
        if parts.scheme != "http" or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f"a contrary proxy stands before an address such as http://127.0.0.1:8095, not {target!r}")
        self.rates, self.seed = rates, seed
        self._numbers = itertools.count()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._listener = Listener((parts.hostname, parts.port or 80), self._next, self._count)
        self.url = f"http://127.0.0.1:{self._listener.server_address[1]}"
        serve = threading.Thread(target=self._listener.serve_forever, args=[0.05], name="contrary proxy", daemon=True)
        serve.start()

    @property
    def counts(self) -> dict[str, int]:
        """How many requests came, what befell them (by the names in `Rates`), and how many the service did not answer."""
        with self._lock:
            return dict(self._counts)

    def close(self) -> None:
        """Stop listening, and end every connection."""
        self._listener.shutdown()
        self._listener.server_close()

    def _next(self) -> Fate:
        self._count("requests")
        with self._lock:
            number = next(self._numbers)
        return fate(self.rates, self.seed, number)

    def _count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1

    def __enter__(self) -> ContraryProxy:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
