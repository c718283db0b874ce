"""How fast the compiled law answers, beside the same law written by hand and in general rule engines.

    PYTHONPATH=service python benchmarks/engine.py [--count 10000] [--rounds 5] [--json OUT]

Needs `requirements/bench.txt`; levcheck's law itself needs the standard library alone. Every engine must first
agree with the hand-written form on every transaction that it is timed on; the first that does not is printed and ends
the run.

Then each round times every engine once, in an order that moves on by one from round to round, so that what else the
machine does falls on all alike. A time is a round's mean over its transactions, in microseconds; the table gives its
median, least and most over the rounds. The ratio, the column to read, is the median over the rounds of an engine's
time by the hand-written form's in the same round. Nothing is asserted of the times.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from engines import cel, hand_written, json_logic, openfisca, ours, rego, transactions, zen
from engines.contender import EXPLAINED, PARTIAL, TOTAL, Contender
from levcheck.law.current import HASH

PACKAGES = ("zen-engine", "cel-expr-python", "regopy", "panzi-json-logic", "openfisca-core", "numpy")
ENGINES = (zen, cel, rego, json_logic, openfisca)
SEED = 95


def main() -> int:
    """Draw the transactions, check the engines against each other, time them, print the table."""
    options = _options()
    total = transactions.drawn(options.count, options.seed)
    partial = transactions.forgotten(total, options.seed)
    contenders = [*ours.contenders(total, partial), *(c for engine in ENGINES for c in engine.contenders(total))]
    for contender in contenders:
        if disagreement := contender.disagreement():
            print(disagreement, file=sys.stderr)
            return 1
    report = {
        "count": options.count,
        "rounds": options.rounds,
        "seed": options.seed,
        "versions": _versions(),
        "verdicts": {
            "every fact known": Counter(hand_written.verdict(facts) for facts in total),
            "facts unknown": Counter(hand_written.of_every_completion(facts) for facts in partial),
        },
        "results": summary(contenders, timed(contenders, options.rounds)),
    }
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=_positive, default=10_000, help="transactions to draw")
    parser.add_argument("--rounds", type=_positive, default=5, help="times each engine is timed")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of the draw")
    parser.add_argument("--json", type=Path, metavar="OUT", help="file to write the results to")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _versions() -> dict[str, str]:
    named = {"Python": f"{platform.python_version()} ({platform.python_implementation()}, {platform.machine()})"}
    return named | {name: version(name) for name in PACKAGES} | {"ruleset": HASH[:12]}


def timed(contenders: list[Contender], rounds: int) -> list[list[float]]:
    """Microseconds for one transaction: for each contender, a round's mean for each round."""
    times: list[list[float]] = [[] for _ in contenders]
    # The inputs live throughout; without this the collector would walk all of them in whatever is being timed.
    gc.collect()
    gc.freeze()
    for turn in range(rounds):
        first = turn % len(contenders)
        for index in (*range(first, len(contenders)), *range(first)):
            contender = contenders[index]
            contender.before()
            start = perf_counter()
            contender.run()
            times[index].append((perf_counter() - start) / contender.count * 1e6)
    return times


def summary(contenders: list[Contender], times: list[list[float]]) -> list[dict[str, Any]]:
    """One entry for each contender; the first is the hand-written form, which the ratios are to."""
    return [
        {
            "task": contender.task,
            "engine": contender.name,
            "transactions": contender.count,
            "ratio": median(mine / base for mine, base in zip(rounds, times[0], strict=True)),
            "median_us": median(rounds),
            "min_us": min(rounds),
            "max_us": max(rounds),
        }
        for contender, rounds in zip(contenders, times, strict=True)
    ]


def table(report: dict[str, Any]) -> str:
    """The results as aligned text, task by task, quickest first."""
    width = max(len(entry["engine"]) for entry in report["results"]) + 2
    lines = [
        f"{report['count']} transactions, {report['rounds']} rounds, seed {report['seed']}",
        *(f"  {name}: {_shares(verdicts)}" for name, verdicts in report["verdicts"].items()),
        *(f"  {name} {number}" for name, number in report["versions"].items()),
        "",
        f"{'':{width}}  x hand-written  us/transaction      min      max  transactions",
    ]
    for task in (TOTAL, PARTIAL, EXPLAINED):
        lines.append(task)
        for entry in sorted((e for e in report["results"] if e["task"] == task), key=lambda e: e["ratio"]):
            lines.append(
                f"  {entry['engine']:{width}}{entry['ratio']:>14.2f}{entry['median_us']:>16.2f}"
                f"{entry['min_us']:>9.2f}{entry['max_us']:>9.2f}{entry['transactions']:>14}"
            )
    return "\n".join(lines)


def _shares(verdicts: Counter[str]) -> str:
    return ", ".join(f"{count / verdicts.total():.1%} {verdict}" for verdict, count in verdicts.most_common())


if __name__ == "__main__":
    sys.exit(main())
