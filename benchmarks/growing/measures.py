"""What is timed at each size: checks, records and their sealing, look-ups, lists and proofs, through the service's own code.

A store of each size stands beside the others, and each is asked once in a round, so that the machine's noise meets all sizes
alike. What is looked up is drawn from everything that a store holds, the same in each run: nothing is warm but what the
store keeps warm by itself.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
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
from levcheck.records.times import as_text
from memory import BODY
from records import grown

from .stores import Place

PAGE = 50
SEALING = "sealing pass, 10 new"
TOGETHER = 10
"""Records that a pass of the sealer finds: as many a second come in all day at a hundred busy counters."""
TODAY = date(2026, 1, 2)
WINDOW = timedelta(minutes=1)
HOUR = timedelta(hours=1)
Measure = dict[str, float]


class Clock:
    """The time of a store that has grown: that of its last row, and a little more with every question."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        self.moment += timedelta(milliseconds=2)
        return self.moment


class Kept:
    """A deployment that keeps so many determinations, all of them sealed."""

    def __init__(self, place: Place, size: int, registry: Registry) -> None:
        self.size, self.recorded, self.draw = size, 0, random.Random(size)
        self.clock, self.registry = Clock(grown.moment(size)), registry
        self.store = Store(place.url)
        schema.upgrade(self.store)
        keys = Keys.in_folder(place.data, grown.BEGIN)
        self.records = Records(self.store, keys, registry, reading="as_written", now=self.clock)
        started = perf_counter()
        grown.add(self.store, 0, size)
        added = perf_counter()
        assert self._seal("") == size
        self.filling_us = {"adding, a row": (added - started) / size * 1e6}
        self.filling_us["sealing, a row"] = (perf_counter() - added) / size * 1e6
        place.tidy()
        self.bytes = place.size()

    def _seal(self, after: str) -> int:
        return seal(self.store, self.records.keys, self.clock, self.records.issuer, after)

    def _pass(self) -> None:
        self._seal(reaching_back(self.store, self.clock(), WINDOW))

    def _record(self) -> None:
        self.recorded += 1
        self.records.create(Call("recording", str(self.recorded), BODY), BODY, TODAY)

    def _wait_for_sealing(self, name: str) -> None:
        """Ten records more, before a pass that is to find some."""
        if name == SEALING:
            for _ in range(TOGETHER):
                self._record()

    def ask(self, name: str) -> float:
        """Ask once; the microseconds that it took."""
        number = self.draw.randrange(self.size)
        self._wait_for_sealing(name)
        question = self.questions[name]
        started = perf_counter()
        question(number)
        return (perf_counter() - started) * 1e6

    @cached_property
    def questions(self) -> dict[str, Callable[[int], Any]]:
        """Everything that is timed, each of a row that is drawn, if of any."""
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
            "by that reference, of all": lambda _: page(None, reference=grown.REPEATED),
            "first page, of all": lambda _: page(None),
            "first page, of one account": lambda _: page(busy),
            "deep page, of all": lambda n: page(None, id_of(n)),
            "deep page, of one account": lambda n: page(busy, id_of(n)),
            "an hour, of one account": lambda n: page(busy, **hour(n)),
            "a verdict that it never had": lambda _: page(busy, verdict="prohibited"),
            "a verdict last seen at the start": lambda _: page(None, verdict="undetermined"),
            "proof of inclusion": lambda n: state.inclusion(self.store, id_of(n)),
            "proof of consistency": lambda n: state.consistency(self.store, n + 1),
            "check, nothing kept": lambda _: check(BODY, today=TODAY, registry=self.registry),
            "determination recorded": lambda _: self._record(),
            SEALING: lambda _: self._pass(),
            "sealing pass, none new": lambda _: self._pass(),
        }


def measured(stores: Sequence[Kept], rounds: int) -> list[dict[str, Measure]]:
    """For each store and question the microseconds of one call: median, least, most."""
    found: list[dict[str, Measure]] = [{} for _ in stores]
    for name in stores[0].questions:
        times: list[list[float]] = [[] for _ in stores]
        for turn in range(rounds):
            for index in range(len(stores)):
                at = (index + turn) % len(stores)
                times[at].append(stores[at].ask(name))
        for told, mine in zip(found, times, strict=True):
            told[name] = {"median_us": statistics.median(mine), "min_us": min(mine), "max_us": max(mine)}
    return found
