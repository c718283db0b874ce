"""Many threads that send one request with one key at the same moment, over HTTP."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from records.deployments import Deployment, deployed, faults
from records.keeping import sale
from records.serving import Answer

THREADS = 16
PATIENCE = 60


def same_key_races(store: str, rounds: int) -> dict[str, Any]:
    """Run `rounds` races of 16 threads on a new deployment. `faults` must come out empty."""
    with deployed(store) as deployment:
        return raced(deployment, rounds)


def raced(deployment: Deployment, rounds: int) -> dict[str, Any]:
    """The races on a deployment that runs."""
    acknowledged: dict[str, str] = {}
    wrong: list[str] = []
    statuses: Counter[int] = Counter()
    together = threading.Barrier(THREADS)

    def send(key: str) -> Answer:
        body = sale(reference=key)
        together.wait()
        end = time.monotonic() + PATIENCE
        while True:
            answer = _sent(deployment, body, key)
            if answer is not None:
                statuses[answer.status] += 1
                if answer.status not in (409, 503) or time.monotonic() > end:
                    return answer
            time.sleep(0.05)

    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(rounds):
            key = f"race {number}".replace(" ", "-")
            answers = list(pool.map(send, [key] * THREADS))
            bodies = [answer.body for answer in answers]
            made = sum("idempotency-replayed" not in answer.headers for answer in answers)
            if any(answer.status != 201 for answer in answers) or any(body != bodies[0] for body in bodies) or made != 1:
                wrong.append(f"{key}: {made} made it, {[answer.status for answer in answers]}")
            acknowledged[key] = bodies[0].get("id")
    with deployment.records() as records:
        wrong += faults(records, acknowledged)
    return {"rounds": rounds, "threads": THREADS, "answers": dict(statuses), "faults": wrong}


def _sent(deployment: Deployment, body: Any, key: str) -> Answer | None:
    try:
        return deployment.serving.record(body, key)
    except (OSError, http.client.HTTPException):
        return None
