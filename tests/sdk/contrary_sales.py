"""Sales over a line that misbehaves within the contract: none lost, none doubled, no call beyond its deadline."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from multiprocessing import get_context
from typing import Any

from levcheck_client import Client, Determination, LevcheckError, TransactionRequest
from levcheck_client.testing import PERMITTED, PROHIBITED, UNDETERMINED, LevcheckServer

SEED = 16
TILLS = 8
"""Threads in each process, which share one client."""
DEADLINES_S = (8.0, 3.0)
"""Of the clients: the second is shorter than the silences of the line."""
GRACE_S = 0.5
CALLS = 6
"""For one sale; a clerk would not try longer either."""
PAGE = 200
ASKED_FOR = 200
KINDS: tuple[tuple[TransactionRequest, str], ...] = (
    (PERMITTED, "permitted"),
    (PROHIBITED, "prohibited"),
    (UNDETERMINED, "undetermined"),
)


@dataclass
class Sale:
    """One sale as the caller saw it: the determination's id, what its calls raised, and what is wrong."""

    number: int
    id: str | None = None
    replayed: bool = False
    raised: list[str] = field(default_factory=list)
    beyond_s: float = -1e9
    """By how much its slowest call outlasted the deadline; negative if none did."""
    faults: list[str] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """What it is known by."""
        return f"sale {self.number}"


def run(sales: int, workers: int) -> dict[str, Any]:
    """So many sales by processes of eight threads, against a service of two workers. `faults` must come out empty."""
    with LevcheckServer(contrary=True, seed=SEED, workers=2) as server:
        began = time.monotonic()
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            lots = [range(sales)[start::workers] for start in range(workers)]
            deadlines = [DEADLINES_S[worker % len(DEADLINES_S)] for worker in range(workers)]
            sold = list(chain.from_iterable(pool.map(_sell, [server.url] * workers, lots, deadlines)))
        seconds = time.monotonic() - began
        assert server.proxy is not None
        line = server.proxy.counts
        with Client(server.direct_url, deadline=60, timeout=(5, 60)) as records:
            faults = [*chain.from_iterable(sale.faults for sale in sold), *_faults_of(sold, records)]
    return {
        "sales": len(sold),
        "taken up again": sum(bool(sale.raised) for sale in sold),
        "raised": dict(Counter(chain.from_iterable(sale.raised for sale in sold))),
        "replayed": sum(sale.replayed for sale in sold),
        "beyond the deadline at most": f"{max(0.0, *(sale.beyond_s for sale in sold)):.3f} s",
        "sales a second": round(sales / seconds, 1),
        "line": line,
        "faults": faults,
    }


def _sell(url: str, numbers: Iterable[int], deadline: float) -> list[Sale]:
    """One process's sales."""
    with Client(url, deadline=deadline) as client, ThreadPoolExecutor(TILLS) as tills:
        return list(tills.map(lambda number: _sale(client, Sale(number), deadline), numbers))


def _sale(client: Client, sale: Sale, deadline: float) -> Sale:
    """Ask for a determination, and take the call up again by its error's key, as the SDK's page tells."""
    request, verdict = KINDS[sale.number % len(KINDS)]
    deal: TransactionRequest = {**request, "reference": sale.reference}
    key: str | None = None
    for _ in range(CALLS):
        began = time.monotonic()
        try:
            made = client.determine(deal, idempotency_key=key)
        except LevcheckError as error:
            sale.raised.append(type(error).__name__)
            if not error.retryable or error.idempotency_key is None or key not in (None, error.idempotency_key):
                sale.faults.append(f"{sale.reference}: {error!r}, not to be taken up again")
                return sale
            key = error.idempotency_key
        else:
            _acknowledge(sale, made, verdict)
            return sale
        finally:
            sale.beyond_s = max(sale.beyond_s, time.monotonic() - began - deadline)
            if sale.beyond_s > GRACE_S:
                sale.faults.append(f"{sale.reference}: a call took {sale.beyond_s:.2f} s more than its deadline")
    sale.faults.append(f"{sale.reference}: given up after {CALLS} calls, {sale.raised}")
    return sale


def _acknowledge(sale: Sale, made: Any, verdict: str) -> None:
    sale.id, sale.replayed = made.id, made.replayed
    if (made.reference, made.result.verdict) != (sale.reference, verdict):
        sale.faults.append(f"{sale.reference}: told of {made.reference}, {made.result.verdict}")


def _faults_of(sold: list[Sale], records: Client) -> Iterator[str]:
    """Where the service keeps something else than the callers were told, listed whole and asked for by reference."""
    kept: dict[str | None, list[str]] = {}
    for each in records.list(page_size=PAGE):
        kept.setdefault(each.reference, []).append(each.id)
    for sale in sold:
        ids = kept.pop(sale.reference, [])
        if ids != [sale.id]:
            yield f"{sale.reference}: told of {sale.id}, kept are {ids}"
    yield from (f"{reference}: {ids} are kept, and nobody sold it" for reference, ids in kept.items())
    in_doubt = [sale for sale in sold if sale.replayed or sale.raised]
    for sale in in_doubt[:ASKED_FOR]:
        found = list(records.list(reference=sale.reference))
        if not _is_the_one(sale, found):
            yield f"{sale.reference}: told of {sale.id}, by its reference are found {[each.id for each in found]}"


def _is_the_one(sale: Sale, found: list[Determination]) -> bool:
    return [(each.id, each.status) for each in found] == [(sale.id, "current")]
