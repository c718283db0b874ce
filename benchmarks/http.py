"""Requests per second of `POST /v1/checks`, as ratios to bare Flask and others, and of recorded determinations.

    python benchmarks/http.py [--rounds 7] [--seconds 1.5]     (`make bench` installs what it needs)

Every contender runs as one worker pinned to the first processor and gets its requests from the same load generator (4
connections kept open, pinned to the last processor), turn by turn within each round, so that the machine's noise meets all
alike; a ratio is the median of the rounds' own. WSGI applications run under gunicorn (one gthread worker of 4 threads), some
also under granian, which is faster and shows what the server itself costs. `bare` reads the body and answers with stored
bytes: as many as ours with `include=verdict`, or as many as ours in full. `marshmallow` decodes the body with the standard
library, loads it with the service's request schema and dumps a stored result through its result schema. zen-engine
and OpenFisca answer with the verdict alone. Before anything is timed, every engine judges random transactions as the
hand-written law does.

Also printed: resident memory of a worker, and what the SDK adds to `import requests`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
SERVED = HERE / "served"
sys.path[0] = str(SERVED)
sys.path.append(str(HERE))  # last: it holds a file named http, which must not stand for the standard library's

from contenders import CONTENDERS, GRANIAN, GUNICORN, OURS_VIN, STORED, Contender, base_of, command, decision  # noqa: E402
from engines import hand_written, transactions  # noqa: E402
from load import Load, ask, measure  # noqa: E402
from recording import recorded  # noqa: E402

AGREEMENT = 200
FACTS = {
    "transaction.type": "sale", "transaction.contract": "sale", "transaction.transfer": "ordinary",
    "transaction.purpose": "use", "transaction.date": date(2025, 6, 1), "transaction.state": "VA",
    "vehicle.kind": "vehicle", "vehicle.vehicle_type": "light_duty_truck", "vehicle.model_year": 2025,
    "vehicle.gvwr_lb": 6500, "vehicle.mileage": 12, "vehicle.new_engine": False, "vehicle.off_highway_only": False,
    "vehicle.authorized_emergency_vehicle": False, "vehicle.military_tactical_vehicle": False,
    "vehicle.certification.california": False, "vehicle.certification.federal": True,
    "vehicle.certification.conforms": True, "seller.type": "dealer", "buyer.type": "individual",
    "destination.state": "NC", "destination.country": "US", "relocation": False,
}  # fmt: skip
PLAIN = (
    b'{"transaction":{"type":"sale","date":"2025-06-01","state":"VA"},"vehicle":{"vehicle_type":"light_duty_truck",'
    b'"model_year":2025,"gvwr_lb":6500,"mileage":12.4,"certification":{"california":false,"federal":true}},'
    b'"seller":{"type":"dealer"},"buyer":{"type":"individual"},"destination":{"state":"NC"}}'
)
"""The same transaction as a program sends it, without what is presumed anyway."""
VIN = (
    b'{"transaction":{"type":"sale","date":"2025-06-01","state":"VA"},"vehicle":{"vin":"1FTEW3LP9SKE98169",'
    b'"mileage":12.4,"certification":{"california":false,"federal":true}},'
    b'"seller":{"type":"dealer"},"buyer":{"type":"individual"},"destination":{"state":"NC"}}'
)


@contextlib.contextmanager
def served(arguments: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """One server, with one worker."""
    process = subprocess.Popen(arguments, cwd=SERVED, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # with its workers: granian waits for connections that were left open
        process.wait()


def sent(contender: Contender) -> bytes:
    """What a contender is sent while it is timed."""
    if contender.label == OURS_VIN:
        return VIN
    return PLAIN if contender.path.startswith("/v1/") else contender.body(FACTS)


def agree(contender: Contender, port: int) -> None:
    """Have a contender judge random transactions as the hand-written law does. Raises AssertionError."""
    if contender.label in STORED:
        return
    for facts in transactions.drawn(AGREEMENT, seed=1):
        answer = json.loads(ask(Load(port, contender.path, contender.body(facts))))
        assert contender.verdict(answer) == hand_written.verdict(facts), (contender.label, facts)


def resident(server: int) -> float:
    """The resident memory of a server's worker, in MB."""
    workers = Path(f"/proc/{server}/task/{server}/children").read_text().split() or [str(server)]
    pages = int(Path(f"/proc/{workers[-1]}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def import_cost(runs: int = 15) -> float:
    """What importing the SDK adds to importing requests, in milliseconds: the median, each in a fresh process."""
    code = "import time, requests; t = time.perf_counter(); import levcheck_client; print((time.perf_counter() - t) * 1e3)"
    times = [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(runs)]
    return statistics.median(times)


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.5)
    options = parser.parse_args()
    processors = os.sched_getaffinity(0)
    with contextlib.ExitStack() as stack:
        law = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "decision.json"
        law.write_text(json.dumps(decision()))
        os.sched_setaffinity(0, {min(processors)})  # which the servers inherit
        ports = {what: 18_095 + number for number, what in enumerate(dict.fromkeys(c.served_by for c in CONTENDERS))}
        servers = {what: stack.enter_context(served(command(*what, port, law))) for what, port in ports.items()}
        os.sched_setaffinity(0, {max(processors)})
        loads = {c.label: Load(ports[c.served_by], c.path, sent(c)) for c in CONTENDERS}
        for contender in CONTENDERS:
            loads[contender.label].wait_until_served()
            agree(contender, ports[contender.served_by])
        print(f"Every engine agrees with the hand-written law on {AGREEMENT} transactions.")
        results: dict[str, list[tuple[float, float, float]]] = {label: [] for label in loads}
        for number in range(options.rounds + 1):
            for label, load in loads.items():
                figures = measure(load, options.seconds)
                if number:  # the first round only warms up
                    results[label].append(figures)
        memory = {f"{what[1]} ({what[0]})": resident(process.pid) for what, process in servers.items()}
        os.sched_setaffinity(0, processors)
    show(results, loads)
    print("\nResident memory of a worker: " + ", ".join(f"{name} {mb:.0f} MB" for name, mb in memory.items()))
    print(f"The SDK adds {import_cost():.0f} ms to `import requests`.")
    recorded(PLAIN, options.rounds, options.seconds)


def show(results: dict[str, list[tuple[float, float, float]]], loads: dict[str, Load]) -> None:
    """Print the table."""
    packages = ("flask", "marshmallow", GUNICORN, GRANIAN, "orjson", "ultravin", "openfisca-core")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages))
    columns = ("x bare", "min", "max", "requests/s", "min", "max", "p50 ms", "p99 ms", "asked B", "told B")
    print("\n" + " " * 42 + "".join(f"{column:>11}" for column in columns))
    for contender in CONTENDERS:
        figures = results[contender.label]
        ratios = [own[0] / bare[0] for own, bare in zip(figures, results[base_of(contender)], strict=True)]
        rates = [rate for rate, _, _ in figures]
        p50, p99 = (statistics.median(times) * 1e3 for times in list(zip(*figures, strict=True))[1:])
        spread = [statistics.median(ratios), min(ratios), max(ratios)]
        load = loads[contender.label]
        print(
            f"{contender.label:42}"
            + "".join(f"{ratio:11.2f}" for ratio in spread)
            + "".join(f"{rate:11.0f}" for rate in (statistics.median(rates), min(rates), max(rates)))
            + f"{p50:11.2f}{p99:11.2f}{load.asked:11}{load.size:11}"
        )


if __name__ == "__main__":
    main()
