"""The answer given here, by the kept ruleset, where the line is down."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from levcheck_client.decoding import parse
from levcheck_client.errors import LevcheckError, OfflineUnavailable
from levcheck_client.results import Result, Ruleset

if TYPE_CHECKING:
    from levcheck_client.ruleset_cache import RulesetCache

log = logging.getLogger("levcheck_client")


class Fallback:
    """Evaluates by the ruleset kept. Threads may share it."""

    def __init__(self, path: Path | None, keys: Callable[[], Mapping[str, bytes]], now: Callable[[], float]) -> None:
        self._path, self._keys, self._now = path, keys, now
        self._lock = Lock()
        self._rulesets: RulesetCache | None = None

    def keep(self, body: bytes) -> Ruleset:
        """Keep a ruleset that was fetched. Raises `RulesetRefused`, `OfflineUnavailable`."""
        return self._cache().keep(body)

    def evaluated(self, body: bytes, down: LevcheckError) -> Result:
        """The provisional result for a body that could not be sent because of `down`, which is raised if there is none.

        Raises `InvalidTransaction` for what the service would refuse.
        """
        from levcheck_client import provisional, virginia

        try:
            kept = self._cache().usable()
            today = virginia.today(self._now())
        except OfflineUnavailable as missing:
            log.warning("not evaluated here: %s", missing)
            raise down from missing
        log.warning("evaluated here by ruleset %s (%s)", kept.told.ruleset[:12], type(down).__name__)
        return provisional.evaluated(kept, parse(body), today=today, request_id=down.request_id or "")

    def _cache(self) -> RulesetCache:
        # Most programs never come here, and are not kept waiting for what it takes.
        from levcheck_client.ruleset_cache import RulesetCache

        with self._lock:
            if self._rulesets is None:
                self._rulesets = RulesetCache(self._path, self._keys, self._now)
            return self._rulesets
