"""A file screened into another, part by part, so that an interrupted run goes on where it stopped.

Beside the output stands a folder of finished parts, with a manifest that says of what they are: the input, the law, the
registry and the choices. A part counts once its counts are in place, with the sizes of its files, and they are put there
last, at one stroke. What was killed is run again with the same command; what is finished is not done again; the output is
the same byte for byte.
"""

from __future__ import annotations

import contextlib
import csv
import fcntl
import json
import os
import shutil
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from . import delimited, files
from .delimited import UnreadableTable
from .screen import RESULTS, Screen

PART = 250_000
"""Rows of a part: enough for an engine to be quick, few enough to hold several in memory."""
AT_ONCE = 2
"""Parts in hand at once: while one is written the next is read."""
BAD_COLUMNS = ("row", "column", "value", "remedy")


class Busy(Exception):
    """Another run is writing the same output."""


@dataclass
class Counts:
    """What came of a screening: rows read, rows that could not be, rows by verdict."""

    rows: int = 0
    bad: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Mapping[str, Any]) -> Counts:
        self.rows += other["rows"]
        self.bad += other["bad"]
        self.verdicts.update(other["verdicts"])
        return self


class Run:
    """One screening of a file into another.

    `choices` is all that the output depends on beside the input, and `today` the date of rows that state none: one that
    was not `chosen` is, in a run that goes on, the day on which it began.
    """

    def __init__(  # its options have names
        self,
        source: files.Table,
        out: Path,
        choices: Mapping[str, Any],
        *,
        today: date,
        chosen: bool = False,
        prefix: str = "",
        part: int = PART,
    ) -> None:
        self.source, self.out, self.prefix, self.part = source, out, prefix, part
        self.today, self._chosen = today, chosen
        self.folder = out.with_name(f"{out.name}.parts")
        self.bad = out.with_name(f"{out.name}.bad.csv")
        self.schema = source.schema
        for name in RESULTS:
            self.schema = self.schema.append(pa.field(f"{prefix}{name}", pa.string()))
        self._identity = {**choices, "input": source.identity(), "prefix": prefix, "part": part, "date_chosen": chosen}

    @contextlib.contextmanager
    def begun(self) -> Iterator[bool]:
        """Hold the folder of parts for this run alone; whether it holds finished ones of the same screening."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(f"Another screening is writing {self.out}: wait for it, or choose another --out.") from error
            yield self._goes_on()

    def _goes_on(self) -> bool:
        """Whether finished parts of this screening are there; those of another are removed."""
        manifest = self.folder / "manifest.json"
        kept = json.loads(manifest.read_text("utf-8")) if manifest.exists() else {}
        if not self._chosen and "date" in kept:
            began = date.fromisoformat(kept["date"])
            if kept == self._identity | {"date": began.isoformat()}:
                self.today = began
        identity = self._identity | {"date": self.today.isoformat()}
        if kept != identity:
            for stale in self.folder.iterdir():
                if stale.name != "lock":
                    stale.unlink()
            _put(manifest, json.dumps(identity, indent=1).encode())
        return any(self.folder.glob("*.counts"))

    def carry_out(self, make: Callable[[], Screen], tell: Callable[[int], None]) -> Counts:
        """Screen what is not finished, join the parts, put the output in place. `tell` hears of rows that are done."""
        total, places, screen = Counts(), [], cache(make)
        with ThreadPoolExecutor(AT_ONCE, "levcheck-parts") as threads:
            for place, finished in _in_order(self._begun_parts(threads, screen)):
                finished.result()
                counts = json.loads(place.with_suffix(".counts").read_text("utf-8"))
                total += counts
                places.append(place)
                tell(counts["rows"])
        self._check_unchanged()
        self._join(places)
        shutil.rmtree(self.folder)
        return total

    def _check_unchanged(self) -> None:
        """Raises UnreadableTable if the input is no longer what it was; one that is gone was read to its end."""
        with contextlib.suppress(FileNotFoundError):
            if self.source.identity() != self._identity["input"]:
                told = "was changed while it was read: give the same command again when it stays as it is."
                raise UnreadableTable(f"{self.source.path} {told}")

    def _begun_parts(self, threads: Executor, screen: Callable[[], Screen]) -> Iterator[tuple[Path, Future[None]]]:
        """Where each part is finished, and when: what is there already, at once."""
        for number, part in enumerate(self.source.parts(self.part)):
            place = self.folder / f"{number:06}"
            if _is_finished(place):
                yield place, threads.submit(lambda: None)
            else:
                yield place, threads.submit(self._screen, screen(), part, place)

    def _screen(self, screen: Screen, part: files.Part, place: Path) -> None:
        good, results, faults = screen.screened(part.table)
        table = part.table.take(good) if faults else part.table
        for name in RESULTS:
            table = table.append_column(f"{self.prefix}{name}", results[name].cast(pa.string()))
        files.write(table, place.with_suffix(self.out.suffix))
        rows = [(part.numbers[fault.row], fault.column, fault.value, fault.remedy) for fault in faults]
        rows += [(number, "", told, "Give each row as many cells as there are columns.") for number, told in part.ragged]
        with place.with_suffix(".bad").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(sorted(rows))
        counts: dict[str, Any] = {
            "rows": len(part.table) + len(part.ragged),
            "bad": len({row[0] for row in rows}),
            "verdicts": {found["values"]: found["counts"] for found in results["verdict"].value_counts().to_pylist()},
        }
        counts["bytes"] = {suffix: _settle(place.with_suffix(suffix)) for suffix in (self.out.suffix, ".bad")}
        _put(place.with_suffix(".counts"), json.dumps(counts).encode())

    def _join(self, places: list[Path]) -> None:
        whole, bad = self.folder / f"whole{self.out.suffix}", self.folder / "bad"
        files.join([place.with_suffix(self.out.suffix) for place in places], self.schema, whole)
        with bad.open("wb") as file:
            delimited.header(file, BAD_COLUMNS)
            header = file.tell()
            for place in places:
                file.write(place.with_suffix(".bad").read_bytes())
            any_bad = file.tell() > header
        _settle(whole)
        _settle(bad)
        if any_bad:
            bad.replace(self.bad)
        else:
            self.bad.unlink(missing_ok=True)
        whole.replace(self.out)


def _is_finished(place: Path) -> bool:
    """Whether a part is there, all of it. Parts of a version that noted no sizes are made again."""
    try:
        counts = json.loads(place.with_suffix(".counts").read_text("utf-8"))
        return all(place.with_suffix(suffix).stat().st_size == size for suffix, size in counts["bytes"].items())
    except (FileNotFoundError, KeyError):
        return False


def _in_order(begun: Iterator[tuple[Path, Future[None]]]) -> Iterator[tuple[Path, Future[None]]]:
    """What has begun, the first first; so many are begun ahead as are done at once, and no more is read."""
    ahead: deque[tuple[Path, Future[None]]] = deque()
    for each in begun:
        ahead.append(each)
        if len(ahead) > AT_ONCE:
            yield ahead.popleft()
    yield from ahead


def write_bad(path: Path, rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Write the rows that could not be read to a file, if there are any; no file of an earlier run is left."""
    if not rows:
        path.unlink(missing_ok=True)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([BAD_COLUMNS, *rows])


def _settle(path: Path) -> int:
    """Have the disk hold what was written; how many bytes that is."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size


def _put(path: Path, content: bytes) -> None:
    """Write a file at one stroke."""
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(content)
    _settle(new)
    new.replace(path)
