"""The ruleset kept for when the service cannot be reached: one that is expired or was rolled back is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from levcheck_client import files
from levcheck_client.decoding import parse
from levcheck_client.errors import OfflineUnavailable, RulesetRefused
from levcheck_client.results import Ruleset
from levcheck_client.ruleset import Usable, moment, verified

# A till's clock may be a day off: a copy is used from a day before it was signed to a day after it expires.
CLOCK_MAY_BE_OFF = timedelta(days=1)


class Mark(NamedTuple):
    """The newest that was ever accepted; what is older is refused."""

    serial: int
    made: datetime
    issued: datetime
    ruleset: str


class RulesetCache:
    """The ruleset last fetched, in memory and, if there is a path, in a file with the mark beside it. Threads may share it.

    `keys` are those kept of the service; `now` gives Unix time.
    """

    def __init__(self, path: Path | None, keys: Callable[[], Mapping[str, bytes]], now: Callable[[], float]) -> None:
        self._path = path
        self._mark_path = None if path is None else path.with_name(path.name + ".newest")
        self._keys, self._now = keys, now
        self._lock = Lock()
        self._body: bytes | None = None
        self._verified: tuple[bytes, Usable] | None = None
        self._mark: Mark | None = None

    def keep(self, body: bytes) -> Ruleset:
        """Verify what was fetched and keep it. Raises `RulesetRefused`, `OfflineUnavailable` if it cannot be written."""
        with self._lock:
            usable = self._accepted(body)
            try:
                if self._path is not None:
                    files.replace(self._path, body)
                self._raise_mark(_mark_of(usable.told))
            except OSError as error:
                text = f"the ruleset could not be written to ruleset_path: {files.why(error)}"
                raise OfflineUnavailable(text) from error
            self._body = body
            return usable.told

    def usable(self) -> Usable:
        """The ruleset kept. Raises `OfflineUnavailable` if there is none, `RulesetRefused` if it may not be used."""
        with self._lock:
            body = self._read(self._path) if self._path is not None else self._body
            if body is None:
                raise OfflineUnavailable("no ruleset is kept yet: call ruleset() while the service can be reached")
            usable = self._accepted(body)
            try:
                self._raise_mark(_mark_of(usable.told))
            except OSError as error:
                raise OfflineUnavailable(f"the mark beside ruleset_path: {files.why(error)}") from error
            return usable

    def _accepted(self, body: bytes) -> Usable:
        if self._verified is None or self._verified[0] != body:
            self._verified = body, verified(body, self._keys)
        usable = self._verified[1]
        self._refuse_out_of_time(usable.told)
        self._refuse_rolled_back(_mark_of(usable.told))
        return usable

    def _refuse_out_of_time(self, told: Ruleset) -> None:
        now = datetime.fromtimestamp(self._now(), timezone.utc)
        if now > moment(told.expires) + CLOCK_MAY_BE_OFF:
            raise RulesetRefused(f"the ruleset expired at {told.expires}: call ruleset() while the service can be reached")
        if now < moment(told.issued) - CLOCK_MAY_BE_OFF:
            raise RulesetRefused(f"the ruleset is of {told.issued}, and this machine's clock is more than a day before that")

    def _refuse_rolled_back(self, found: Mark) -> None:
        newest = self._newest()
        if newest is None:
            return
        if found[:2] < newest[:2]:
            raise RulesetRefused(f"the ruleset is older (serial {found.serial}) than one accepted before ({newest.serial})")
        if found[:2] == newest[:2] and found.ruleset != newest.ruleset:
            raise RulesetRefused(f"the ruleset is another than the one accepted before under the same serial {found.serial}")
        # Two machines of the service, or two programs that fetched at once, may differ by a little.
        if found.issued < newest.issued - CLOCK_MAY_BE_OFF:
            raise RulesetRefused(f"the ruleset was signed before the copy accepted of {newest.issued:%Y-%m-%d}")

    def _newest(self) -> Mark | None:
        """The mark, here and in the file: another program may have raised it."""
        body = None if self._mark_path is None else self._read(self._mark_path)
        if body is None:
            return self._mark
        try:
            told: Any = parse(body)
            kept = Mark(int(told["serial"]), moment(told["made"]), moment(told["issued"]), str(told["ruleset"]))
        except (ValueError, TypeError, KeyError) as error:
            raise RulesetRefused(f"the mark beside ruleset_path, {self._mark_path}, is not readable") from error
        return kept if self._mark is None else max(kept, self._mark)

    def _raise_mark(self, found: Mark) -> None:
        newest = self._newest()
        if newest is not None and found <= newest:
            return
        self._mark = found
        if self._mark_path is not None:
            told = {**found._asdict(), "made": found.made.isoformat(), "issued": found.issued.isoformat()}
            files.replace(self._mark_path, json.dumps(told).encode())

    def _read(self, path: Path | None) -> bytes | None:
        try:
            return None if path is None else path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise OfflineUnavailable(f"ruleset_path cannot be read: {files.why(error)}") from error


def _mark_of(told: Ruleset) -> Mark:
    return Mark(told.serial, moment(told.made), moment(told.issued), told.ruleset)
