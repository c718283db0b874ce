"""Rows a second of a screening, beside vectorised OpenFisca and a loop of plain Python over the same rows.

    PYTHONPATH=service:tests python benchmarks/screening.py [--rows 1000000] [--rounds 5] [--vins 40000] [--in-place 100000]
        [--memory] [--json OUT]

Needs `requirements/bench.in`, and for Spark a Java runtime. Every contender must first agree with the hand-written form on
the verdict of each of a sample's rows. Then each round runs every contender once, in an order that moves on by one from
round to round. A screening is begun anew each time, with nothing remembered but the compiled law, which OpenFisca keeps too.

Each begins with what its name says and ends with an array of one verdict a row; ours is one column of seven: basis,
provision, facts needed, and the verdict under three readings are there as well.

- "ready columns": as each engine wants them. Ours: Arrow, words dictionary-encoded, numbers, dates and truths typed.
  OpenFisca: numpy, names already as its numbers for them.
- "plain texts": Arrow columns of texts, as read from a CSV file.
- "rows": a list of dictionaries, as a program has them; making columns of them is timed.

The command is timed as a process of its own, from a file of texts into another of the same kind. `--in-place` screens that
many of the rows in PostgreSQL and on Spark (0: neither), from a table of texts there into another, by the clock: their work
is other processes'. `--memory` screens 1 and then 10 million rows, each in a process of its own, and prints the peak of its
resident memory.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

sys.path.append(sys.path.pop(0))  # this folder holds a file named http, which must not stand for the standard library's

import pyarrow as pa
from engines import hand_written, openfisca, transactions
from levcheck.evidence import vin as rules
from levcheck.evidence import vpic
from levcheck.evidence.registry import Registry
from levcheck.law import readings
from levcheck.screening import engines
from levcheck.screening.groups import Asked
from levcheck.screening.screen import Screen
from tables import columns, command, in_place, memory

DRAWN = 200_000
SAMPLE = 20_000
BASES = ("4S4GUHU63S3737318", "1FTEW3LP9SKE98169", "2HGFE4F86SH011469", "3C6MRVSGXSE503535", "1C6RJTBG8TL161612")
Facts = Mapping[str, Any]
Figures = dict[str, list[float]]


def main() -> int:
    """Draw the rows, check the contenders against each other, time them, print the table."""
    options = _options()
    if options.peak:
        print(memory.peak(options.peak, lambda paths: _screen("duckdb", paths)))
        return 0
    drawn = _without_relocations(transactions.drawn(min(options.rows, DRAWN), options.seed))
    rows = [drawn[number % len(drawn)] for number in range(options.rows)]
    contenders = dict(_contenders(rows))
    wanted = [hand_written.verdict(facts) for facts in rows[:SAMPLE]]
    for name, run in dict(_contenders(rows[:SAMPLE])).items():
        if wrong := sum(map(str.__ne__, _words(run()), wanted)):
            print(f"{name} disagrees with the hand-written form on {wrong} rows", file=sys.stderr)
            return 1
    by_clock, by_processor = _timed(contenders, options.rounds, options.rows)
    report = {
        "rows": options.rows,
        "rounds": options.rounds,
        "versions": {name: version(name) for name in ("ibis-framework", "duckdb", "polars", "pyarrow", "openfisca-core")},
        "python": platform.python_version(),
        "rows a second": by_clock,
        "rows a second of processor time": by_processor,
        "rows a second, the command": command.timed(columns.texts(rows), options.rounds),
        "rows a second, in place": in_place.timed(drawn, options.in_place, options.rounds) if options.in_place else {},
        "VINs a second of processor time": {"levcheck, distinct VINs": _vins(options.vins, options.rounds)},
    }
    if options.memory:
        report["peak memory, MB"] = {rows: _in_a_process(rows) for rows in (1_000_000, 10_000_000)}
    _print(report)
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--vins", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=95)
    parser.add_argument("--in-place", type=int, default=100_000, help="rows to screen in PostgreSQL and on Spark; 0: none")
    parser.add_argument("--memory", action="store_true", help="peak memory at 1 and at 10 million rows, too")
    parser.add_argument("--peak", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, metavar="OUT")
    return parser.parse_args()


def _without_relocations(drawn: Sequence[Facts]) -> list[dict[str, Any]]:
    """The drawn facts without B 11's: a table states its four members, not what they come to."""
    return [{**facts, "relocation": False} for facts in drawn]


def _contenders(rows: Sequence[Facts]) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each contender by its name: what gives an array of the verdicts of all rows."""
    ready, plain = columns.typed(rows), columns.texts(rows)
    for name in engines.EMBEDDED:
        yield f"levcheck on {name}, from ready columns", lambda name=name: _verdicts(name, ready)
        yield f"levcheck on {name}, from plain texts", lambda name=name: _verdicts(name, plain)
        yield f"levcheck on {name}, from rows", lambda name=name: _verdicts(name, columns.typed(rows))
    ask = openfisca.at_once(openfisca.system(), len(rows))
    arrays = openfisca.columns(rows)
    yield "OpenFisca, from ready columns", lambda: ask(arrays)
    yield "OpenFisca, from rows", lambda: ask(openfisca.columns(rows))
    yield "a loop of plain Python, from rows", lambda: [hand_written.verdict(facts) for facts in rows]


def _verdicts(engine: str, table: pa.Table) -> pa.ChunkedArray:
    return _screen(engine, table.column_names).screened(table)[1]["verdict"]


def _words(verdicts: Any) -> list[str]:
    """A contender's array as the verdicts' words."""
    if isinstance(verdicts, pa.ChunkedArray):
        return list(verdicts.to_pylist())
    return verdicts if isinstance(verdicts, list) else openfisca._verdicts(verdicts)


def _screen(engine: str, paths: Sequence[str]) -> Screen:
    asked = Asked(today=columns.TODAY, registry=Registry(), reading=readings.DEFAULT)
    return Screen(engine, {path: path for path in paths}, asked)


def _timed(contenders: Mapping[str, Callable[[], Any]], rounds: int, rows: int) -> tuple[Figures, Figures]:
    """Rows a second by the clock, and of processor time, a figure a round."""
    by_clock: Figures = {name: [] for name in contenders}
    by_processor: Figures = {name: [] for name in contenders}
    names = list(contenders)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            gc.collect()
            gc.disable()  # as timeit does: a pass over the rows that were drawn is no contender's work
            start, spent = perf_counter(), process_time()
            contenders[name]()
            by_processor[name].append(rows / (process_time() - spent))
            by_clock[name].append(rows / (perf_counter() - start))
            gc.enable()
    return by_clock, by_processor


def _vins(count: int, rounds: int) -> list[float]:
    """VINs a second of processor time, every one another: decoded, and read with the rest of a row's evidence."""
    rng = random.Random(1)
    figures = []
    for _ in range(rounds):
        vins = [_serial(rng.choice(BASES), number) for number in rng.sample(range(1_000_000), count)]
        table = pa.table({"vehicle.vin": vins, "vehicle.mileage": ["12"] * count})
        screen = _screen("duckdb", table.column_names)
        vpic.decode(BASES[0])  # NHTSA's database is loaded at the first
        start = process_time()
        screen.screened(table)
        figures.append(count / (process_time() - start))
    return figures


def _serial(vin: str, number: int) -> str:
    vin = f"{vin[:11]}{number:06}"
    return vin[:8] + rules.check_digit(vin) + vin[9:]


def _in_a_process(rows: int) -> float:
    """Peak resident memory of a screening from Parquet to Parquet, MB."""
    told = subprocess.check_output([sys.executable, __file__, "--peak", str(rows)], text=True)
    return float(told.strip().splitlines()[-1])


def _print(report: Mapping[str, Any]) -> None:
    print(f"{report['rows']:,} rows, {report['rounds']} rounds, Python {report['python']}, {report['versions']}")
    for title, figures in report.items():
        if " a second" in title and figures:
            print(f"\n{title:44}{'median':>12}{'least':>12}{'most':>12}")
            for name, each in figures.items():
                print(f"{name:44}{median(each):>12,.0f}{min(each):>12,.0f}{max(each):>12,.0f}")
    for rows, peak in report.get("peak memory, MB", {}).items():
        print(f"peak memory at {rows:,} rows: {peak:,.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
