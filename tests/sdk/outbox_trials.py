"""The line cut and tills killed with -9 at random: the outbox must drain to exactly the right records."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from levcheck.records.store import default_url
from levcheck_client import Client, Determination, Queued
from records.serving import Serving, until
from sdk.cuttable import Line

DAY = 86_400
TESTS = Path(__file__).parent.parent
# What is wrong at the till: its clock, or its ruleset. With the last two nothing may be answered without the service.
TILLS = {"right": 0, "a day fast": DAY, "a day slow": -DAY, "expired": 40 * DAY, "forged": 0}
Entry = list[Any]


class Trial:
    """One shop: a folder with an outbox, one till after the other or two at once, and a line that comes and goes."""

    def __init__(self, number: int, folder: Path, line: Line, service: Client) -> None:
        self.chance = random.Random(number)
        self.number, self.folder, self.line, self.service = number, folder, line, service
        self.kind = tuple(TILLS)[number % len(TILLS)]
        self.together = self.chance.random() < 0.3
        self.faults: list[str] = []
        self.seen: Counter[str] = Counter()

    def run(self) -> None:
        """Sell under a line that comes and goes, kill, drain, and look at what was recorded."""
        if self.kind == "forged":
            self._forge()
        names = [f"t{self.number}{life}" for life in "ab"]
        if self.together:
            self._live(names)
        else:
            for name in names:
                self._live([name])
        self.line.mend()
        self._drain()
        self._compare(names)

    def _forge(self) -> None:
        path = self.folder / "ruleset.json"
        ruleset = json.loads(path.read_bytes())
        ruleset["law"]["nodes"][0][1].reverse()
        path.write_text(json.dumps(ruleset))

    def _live(self, names: list[str]) -> None:
        tills = [self._start("sdk.till", self.line.url, str(self.folder), name, str(TILLS[self.kind])) for name in names]
        ended = threading.Event()
        weather = threading.Thread(target=self._weather, args=[ended])
        try:
            until(lambda: all((self.folder / f"{name}.journal").exists() for name in names), "the tills sell")
            weather.start()
            time.sleep(self.chance.uniform(0.05, 1.2))
        finally:
            for till in tills:
                till.kill()
                till.wait()
            ended.set()
            weather.join()

    def _weather(self, ended: threading.Event) -> None:
        chance, up = random.Random(self.number), True
        while not ended.wait(chance.uniform(0.02, 0.3 if up else 1.0)):
            up = not up
            self.line.mend() if up else self.line.cut()

    def _drain(self) -> None:
        """Send what waits with the command, which is killed too now and then."""
        command = ("levcheck_client.commands", "outbox", "flush", "--outbox", str(self.folder / "outbox.db"))
        if self.chance.random() < 0.5:
            sender = self._start(*command, "--url", self.line.url)
            time.sleep(self.chance.uniform(0.2, 0.6))
            sender.kill()
            sender.wait()
        sender = self._start(*command, "--url", self.line.url)
        if sender.wait(timeout=60) != 0:
            self.faults.append(f"the outbox did not drain: status {sender.returncode}")

    def _start(self, *module: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])}
        with (self.folder / "tills.log").open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", *module], stdout=log, stderr=log, env=environment)

    def _compare(self, names: list[str]) -> None:
        entries = [entry for name in names for entry in _journal(self.folder / f"{name}.journal")]
        told = {key: (what, more) for what, key, more in entries if what != "began"}
        with Client(self.line.url, outbox=self.folder / "outbox.db") as shop:
            rows = {row.idempotency_key: row for row in shop.queued("sent")}
            self.faults += [f"{row.idempotency_key} {row.status}" for row in (*shop.queued(), *shop.queued("refused"))]
        for what, key, number in entries:
            if what == "began":
                self._judge(key, number, *told.get(key, ("killed", None)), rows.get(key))
        self._look_at_order(rows)

    def _judge(self, key: str, number: int, what: str, more: Any, row: Queued | None) -> None:
        """One sale: how often it was recorded, and as what, against what the till was told of it."""
        self.seen[what] += 1
        made = list(self.service.list(reference=key))
        sure = what in ("recorded", "queued") or row is not None
        if len(made) > 1 or (sure and not made):
            self.faults.append(f"{key} ({what}) was recorded {len(made)} times")
        if not made:
            return
        request: Any = made[0].request
        if request["vehicle"]["mileage"] != number:
            self.faults.append(f"{key} was recorded as another sale")
        if what == "recorded" and made[0].id != more:
            self.faults.append(f"{key} was told as {more} and is {made[0].id}")
        if what == "queued" and (request["transaction"]["date"] != more or row is None):
            self.faults.append(f"{key} was queued of {more} and recorded of {request['transaction']['date']}")
        if row is not None and (row.determination != made[0].id or json.loads(row.body) != request):
            self.faults.append(f"{key} is not in the outbox as it was recorded")
        if what == "queued" and self.kind in ("expired", "forged"):
            self.faults.append(f"{key} was answered by a ruleset that is {self.kind}")

    def _look_at_order(self, rows: dict[str, Queued]) -> None:
        if self.together:  # two tills at once have no order
            return
        made: list[Determination] = [self.service.get(str(row.determination)) for row in rows.values()]
        times = [each.recorded_at for each in made]
        if times != sorted(times):
            self.faults.append(f"t{self.number} was not sent in order")


def _journal(path: Path) -> list[Entry]:
    # The last line may be cut short by the kill.
    lines = path.read_bytes().split(b"\n")[:-1]
    return [json.loads(each) for each in lines]


def outbox_trials(count: int, first: int = 0) -> dict[str, Any]:
    """So many shops. `faults` must come out empty."""
    seen: Counter[str] = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        serving = Serving(folder / "data", default_url(folder / "data"))
        serving.start()
        line = Line(serving.port)
        try:
            with Client(line.url, ruleset_path=folder / "ruleset.json") as service:
                service.ruleset()
                for number in range(first, first + count):
                    shop = folder / f"shop{number}"
                    shop.mkdir()
                    for each in folder.glob("ruleset.json*"):
                        shutil.copy(each, shop)
                    line.mend()
                    trial = Trial(number, shop, line, service)
                    trial.run()
                    seen += trial.seen
                    faults += [f"trial {number} ({trial.kind}): {fault}" for fault in trial.faults]
        finally:
            line.close()
            serving.stop()
    return {"trials": count, **seen, "faults": faults}
