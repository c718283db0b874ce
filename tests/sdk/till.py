"""A till that sells and sells until it is killed: `python -m sdk.till URL FOLDER NAME CLOCK`. Run by outbox_trials.

It writes to a journal what it begins, and what it was told, as soon as it was.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from pathlib import Path

from levcheck_client import Client, LevcheckError, ProvisionalDetermination
from levcheck_client.transport import Timing


def main(url: str, folder: Path, name: str, clock: float) -> None:
    """Sell. `clock` is by how many seconds this machine's is off."""
    journal = os.open(folder / f"{name}.journal", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(*told: object) -> None:
        os.write(journal, json.dumps(told).encode() + b"\n")

    client = Client(
        url,
        ruleset_path=folder / "ruleset.json",
        offline="provisional",
        outbox=folder / "outbox.db",
        timeout=(0.3, 0.5),
        deadline=0.8,
        max_retries=1,
        _timing=Timing(now=lambda: time.time() + clock),
    )
    for number in itertools.count():
        key = f"{name}-{number}"
        vehicle = {"model_year": 2025, "vehicle_type": "passenger_car", "mileage": number}
        note("began", key, number)
        try:
            made = client.determine({"reference": key, "vehicle": vehicle}, idempotency_key=key)
        except LevcheckError as error:
            note("failed", key, type(error).__name__)
            continue
        if isinstance(made, ProvisionalDetermination):
            (date,) = (fact.values[0] for fact in made.result.facts if fact.fact == "transaction.date")
            note("queued", key, date)
        else:
            note("recorded", key, made.id)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4]))
