"""What is timed at each size: checks, records and their sealing, look-ups, lists and proofs, through the service's own code.

A time is that of one call, in microseconds; a measure is the median, least and most of its calls. What is looked up is drawn
from everything that is kept, the same for every store, so that nothing is warm but what the store keeps warm by itself.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from levcheck.check import check
from levcheck.evidence.registry import Registry
from levcheck.log import state
from levcheck.log.sealer import reaching_back, seal
from levcheck.records import schema
from levcheck.records.keys import Keys
from levcheck.records.records import Call, Records
from levcheck.records.store import Store
from levcheck.records.times import as_text, first_id
from memory import BODY
from records import grown

CALLS, PAGE = 200, 50
TOGETHER = 10
"""Records that a pass of the sealer finds: as many a second come in all day at a hundred busy counters."""
TODAY = date(2026, 1, 2)
WINDOW = timedelta(minutes=1)
HOUR = timedelta(hours=1)
Measure = dict[str, float]


class Clock:
    """The time of a store that grows: that of its last row, and a little more with every question."""

    def __init__(self) -> None:
        self.moment = grown.BEGIN

    def __call__(self) -> datetime:
        self.moment += timedelta(milliseconds=2)
        return self.moment


class Growing:
    """One deployment whose store grows."""

    def __init__(self, url: str, data: Path, registry: Registry) -> None:
        self.clock, self.registry, self.size, self.recorded = Clock(), registry, 0, 0
        self.store = Store(url)
        schema.upgrade(self.store)
        keys = Keys.in_folder(data, grown.BEGIN)
        self.records = Records(self.store, keys, registry, reading="as_written", now=self.clock)

    def grow(self, size: int) -> Measure:
        """Rows up to a size, all of them sealed; the microseconds that one took, for both."""
        begin, self.clock.moment = self.size, grown.moment(size)
        started = perf_counter()
        grown.add(self.store, begin, size)
        added = perf_counter()
        sealed = self._seal(first_id(grown.moment(begin)))
        ended = perf_counter()
        assert sealed == size - begin
        self.size = size
        return {"filling, a row": (added - started) / sealed * 1e6, "sealing all, a row": (ended - added) / sealed * 1e6}

    def _seal(self, after: str) -> int:
        return seal(self.store, self.records.keys, self.clock, self.records.issuer, after)

    def _pass(self) -> None:
        self._seal(reaching_back(self.store, self.clock(), WINDOW))

    def _record(self) -> None:
        self.recorded += 1
        self.records.create(Call("recording", str(self.recorded), BODY), BODY, TODAY)

    def measures(self) -> Iterator[tuple[str, Measure]]:
        """Everything that is timed, by its name."""
        yield "check, nothing kept", timed([lambda: check(BODY, today=TODAY, registry=self.registry)] * CALLS)
        yield "determination recorded", timed([self._record] * CALLS)
        self._pass()
        yield f"sealing pass, {TOGETHER} new", timed([self._pass] * (CALLS // TOGETHER), before=self._records)
        yield "sealing pass, none new", timed([self._pass] * CALLS)
        draw = random.Random(self.size)
        for name, ask in self._questions().items():
            drawn = [draw.randrange(self.size) for _ in range(CALLS)]
            yield name, timed([_of(ask, number) for number in drawn])

    def _records(self) -> None:
        for _ in range(TOGETHER):
            self._record()

    def _questions(self) -> dict[str, Callable[[int], Any]]:
        """Reads, each of a row that is drawn."""
        records, busy = self.records, grown.BUSY
        moment, id_of = grown.moment, grown.id_of

        def page(account: str | None, before: str | None = None, **wanted: str) -> Any:
            return records.page(account, wanted, before, PAGE)

        def hour(n: int) -> dict[str, str]:
            return {"from": as_text(moment(n)), "to": as_text(moment(n) + HOUR)}

        return {
            "by id": lambda n: records.get(None, id_of(n)),
            "by VIN, of all": lambda n: page(None, vin=grown.vin_of(n)),
            "by VIN, of one account": lambda n: page(busy, vin=grown.vin_of(n)),
            "by reference": lambda n: page(busy, reference=grown.reference_of(n)),
            "by a reference that others use": lambda n: page(f"dealer-{n % 1_000}", reference=grown.REPEATED),
            "first page, of all": lambda _: page(None),
            "first page, of one account": lambda _: page(busy),
            "deep page, of all": lambda n: page(None, id_of(n)),
            "deep page, of one account": lambda n: page(busy, id_of(n)),
            "an hour, of one account": lambda n: page(busy, **hour(n)),
            "a verdict that it never had": lambda _: page(busy, verdict="prohibited"),
            "a verdict last seen at the start": lambda _: page(None, verdict="undetermined"),
            "proof of inclusion": lambda n: state.inclusion(self.store, id_of(n)),
            "proof of consistency": lambda n: state.consistency(self.store, n + 1),
        }


def _of(ask: Callable[[int], Any], number: int) -> Callable[[], Any]:
    return lambda: ask(number)


def timed(calls: list[Callable[[], Any]], before: Callable[[], None] = lambda: None) -> Measure:
    """The microseconds of one call: median, least, most."""
    times = []
    for call in calls:
        before()
        started = perf_counter()
        call()
        times.append((perf_counter() - started) * 1e6)
    return {"median_us": statistics.median(times), "min_us": min(times), "max_us": max(times)}
