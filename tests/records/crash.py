"""kill -9 at random moments, under clients that send each sale with one key until it is acknowledged."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from records.deployments import Deployment, deployed, faults
from records.keeping import sale

CLIENTS = 8
PATIENCE = 90
TARGETS = {"sqlite": ("worker", "master"), "postgresql": ("worker", "master", "database")}


@dataclass
class Load:
    """Eight clients, what was acknowledged to them, and the keys of which they do not know."""

    deployment: Deployment
    acknowledged: dict[str, str] = field(default_factory=dict)
    in_doubt: set[str] = field(default_factory=set)
    unexpected: list[str] = field(default_factory=list)
    retries: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)
    _abandoned: threading.Event = field(default_factory=threading.Event)

    def attempt(self, key: str) -> bool:
        """Send a sale once; whether it was acknowledged."""
        try:
            answer = self.deployment.serving.record(sale(reference=key), key)
        except (OSError, http.client.HTTPException):
            answer = None  # the process was killed: nobody knows whether it wrote
        if answer is not None and answer.status == 201:
            before = self.acknowledged.setdefault(key, answer.body["id"])
            if before != answer.body["id"]:
                self.unexpected.append(f"key {key} was acknowledged as {before}, then as {answer.body['id']}")
            self.in_doubt.discard(key)
            return True
        if answer is not None and answer.code not in ("not_ready", "idempotency_in_flight"):
            self.unexpected.append(f"key {key} was answered {answer.status} {answer.body}")
        self.in_doubt.add(key)
        self.retries += 1
        return False

    def client(self, name: str, gives_up: bool) -> None:
        """One client: sale after sale, each until acknowledged, or until it gives up at the kill."""
        end = time.monotonic() + PATIENCE
        number = 0
        while not self._ended.is_set() and not (gives_up and self._abandoned.is_set()):
            key = f"{name}-{number}"
            number += 1
            while not self.attempt(key) and time.monotonic() < end:
                if gives_up and self._abandoned.is_set():
                    break
                time.sleep(0.02)

    def under(self, name: str, hurt: Any) -> None:
        """Run the clients while something is hurt and repaired; half of them give up when it is."""
        self._ended.clear()
        self._abandoned.clear()
        threads = [threading.Thread(target=self.client, args=[f"{name}-{n}", n % 2 == 0]) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            hurt(self._abandoned)
        finally:
            self._abandoned.set()
            self._ended.set()
            for thread in threads:
                thread.join()

    def resolve(self) -> int:
        """Send every sale in doubt again, with its own key, until it is acknowledged. Returns how many there were."""
        doubtful = sorted(self.in_doubt)
        end = time.monotonic() + PATIENCE
        for key in doubtful:
            while not self.attempt(key) and time.monotonic() < end:
                time.sleep(0.05)
        return len(doubtful)


def crash_trials(store: str, count: int, seed: int = 1) -> dict[str, Any]:
    """Kill a worker, the master, or PostgreSQL, `count` times in turn, under load. `faults` must come out empty."""
    chance = random.Random(seed)
    targets = TARGETS[store]
    killed: Counter[str] = Counter()
    doubts = 0
    with deployed(store) as deployment:
        load = Load(deployment)
        for trial in range(count):
            target = targets[trial % len(targets)]
            killed[target] += 1
            load.under(f"t{trial}", lambda abandon, target=target: _hurt(deployment, target, abandon, chance))
            doubts += load.resolve()
        with deployment.records() as records:
            wrong = load.unexpected + faults(records, load.acknowledged)
    told = {"trials": count, "killed": dict(killed), "acknowledged": len(load.acknowledged), "retries": load.retries}
    return {**told, "in_doubt": doubts, "faults": wrong + [f"{key} stayed in doubt" for key in load.in_doubt]}


def _hurt(deployment: Deployment, target: str, abandon: threading.Event, chance: random.Random) -> None:
    """Kill at a random moment, start again what is gone, and let the clients go on for a moment."""
    time.sleep(chance.uniform(0.1, 0.8))
    if target == "worker":
        deployment.serving.kill_worker()
    elif target == "master":
        deployment.serving.kill_master()
    else:
        assert deployment.postgres is not None
        deployment.postgres.kill()
    abandon.set()
    deployment.repair()
    time.sleep(chance.uniform(0.1, 0.5))
