"""Requests per second of `POST /v1/checks`, as ratios to a bare Flask endpoint and to one with marshmallow alone.

    python benchmarks/http.py [--rounds 7] [--seconds 1.5]

Every application runs under the same server (gunicorn, one gthread worker of 4 threads, pinned to the first processor) and
gets the same request bodies from the same load generator (4 connections kept open, pinned to the last processor), turn by
turn within each round, so that the machine's noise meets all alike. The two baselines answer with as many bytes as levcheck
does: `bare` reads the body and returns a stored answer; `marshmallow` decodes the body with the standard library, loads it
with levcheck's own request schema and dumps a stored result through levcheck's own result schema. Also printed: resident
memory of a worker, and what the SDK adds to `import requests`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import signal
import statistics
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

SERVED = Path(__file__).parent / "served"
sys.path[0] = str(SERVED)  # this folder holds a file named http, which must not stand for the standard library's

from load import Load, measure  # noqa: E402
from recording import recorded  # noqa: E402

APPS = {
    "bare Flask": "apps:bare()",
    "Flask with marshmallow alone": "apps:marshmallow_alone()",
    "levcheck": "apps:levcheck()",
}
FACTS = (
    b'{"transaction":{"type":"sale","date":"2025-06-01","state":"VA"},"vehicle":{"vehicle_type":"light_duty_truck",'
    b'"model_year":2025,"gvwr_lb":6500,"mileage":12.4,"certification":{"california":false,"federal":true}},'
    b'"seller":{"type":"dealer"},"buyer":{"type":"individual"},"destination":{"state":"NC"}}'
)
VIN = (
    b'{"transaction":{"type":"sale","date":"2025-06-01","state":"VA"},"vehicle":{"vin":"1FTEW3LP9SKE98169",'
    b'"mileage":12.4,"certification":{"california":false,"federal":true}},'
    b'"seller":{"type":"dealer"},"buyer":{"type":"individual"},"destination":{"state":"NC"}}'
)
RUNS = [
    ("bare Flask", "bare Flask", FACTS),
    ("Flask with marshmallow alone", "Flask with marshmallow alone", FACTS),
    ("levcheck, facts stated", "levcheck", FACTS),
    ("levcheck, with a VIN", "levcheck", VIN),
]


@contextlib.contextmanager
def served(application: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """One application under gunicorn."""
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", "1", "-k", "gthread", "--threads", "4"]
    command += ["--keep-alive", "75", "--log-level", "error", "--chdir", str(SERVED), application]
    process = subprocess.Popen(command)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)


def resident(master: int) -> float:
    """The resident memory of gunicorn's worker, in MB."""
    (worker,) = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    pages = int(Path(f"/proc/{worker}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def import_cost(runs: int = 15) -> float:
    """What importing the SDK adds to importing requests, in milliseconds: the median, each in a fresh process."""
    code = "import time, requests; t = time.perf_counter(); import levcheck_client; print((time.perf_counter() - t) * 1e3)"
    times = [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(runs)]
    return statistics.median(times)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.5)
    options = parser.parse_args()
    processors = os.sched_getaffinity(0)
    with contextlib.ExitStack() as stack:
        ports = {name: 18_095 + number for number, name in enumerate(APPS)}
        os.sched_setaffinity(0, {min(processors)})  # which the servers inherit
        processes = {name: stack.enter_context(served(APPS[name], port)) for name, port in ports.items()}
        os.sched_setaffinity(0, {max(processors)})
        loads = {label: Load(ports[app], "/v1/checks", body) for label, app, body in RUNS}
        for load in loads.values():
            load.wait_until_served()
        results: dict[str, list[tuple[float, float, float]]] = {label: [] for label in loads}
        for number in range(options.rounds + 1):
            for label, load in loads.items():
                figures = measure(load, options.seconds)
                if number:  # the first round only warms up
                    results[label].append(figures)
        memory = {name: resident(process.pid) for name, process in processes.items()}
        sizes = {label: load.size for label, load in loads.items()}
        os.sched_setaffinity(0, processors)
    show(results, sizes, memory)
    recorded(FACTS, options.rounds, options.seconds)


def show(results: dict[str, list[tuple[float, float, float]]], sizes: dict[str, int], memory: dict[str, float]) -> None:
    """Print the table."""
    packages = ("flask", "flask-smorest", "marshmallow", "gunicorn", "orjson", "ultravin")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages))
    columns = ("x marshmallow", "x bare", "requests/s", "min", "max", "p50 ms", "p99 ms", "bytes")
    widths = (15, 10, 12, 8, 8, 9, 9, 8)
    print("\n" + " " * 32 + "".join(f"{column:>{width}}" for column, width in zip(columns, widths, strict=True)))
    for label, figures in results.items():
        rates = [rate for rate, _, _ in figures]
        ratios = [
            statistics.median(rate / base[0] for rate, base in zip(rates, results[name], strict=True))
            for name in ("Flask with marshmallow alone", "bare Flask")
        ]
        p50, p99 = (statistics.median(times) * 1e3 for times in list(zip(*figures, strict=True))[1:])
        print(
            f"{label:32}{ratios[0]:15.2f}{ratios[1]:10.2f}{statistics.median(rates):12.0f}{min(rates):8.0f}{max(rates):8.0f}"
            f"{p50:9.2f}{p99:9.2f}{sizes[label]:8}"
        )
    print("\nResident memory of a worker: " + ", ".join(f"{name} {mb:.0f} MB" for name, mb in memory.items()))
    print(f"The SDK adds {import_cost():.0f} ms to `import requests`.")


if __name__ == "__main__":
    main()
