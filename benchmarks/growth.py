"""What everything costs, however many are kept: `python benchmarks/growth.py [--rows 1000000] [--store sqlite]`.

For each kind of store there is one of 10,000 determinations, one of 100,000, and so on, with its indexes, guards and log in
place as they always are; each is asked the same in turn. The column to read is how many times the smallest's median a median
is. The rows are thin (`tests/records/grown.py`): about 1.7 kB each with their indexes and their place in the log, where a
real one takes 10 kB, so that ten million fit on a small disk; they are as many in every index as real ones. What is recorded
while it is timed is real. Ten million rows take 20 GB in the folder for temporary files (TMPDIR), for one kind after the
other, and an hour each.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from pathlib import Path
from typing import Any

from growing.measures import Kept, measured
from growing.stores import STORES
from levcheck.evidence.registry import Registry

SMALLEST = 10_000


def main() -> None:
    """Fill the stores of each kind, time them and print the table."""
    options = _options()
    registry, report = Registry(), {}
    for name in options.store or STORES:
        with STORES[name]() as place, contextlib.ExitStack() as ending:
            stores = []
            for size in sizes(options.rows):
                stores.append(Kept(place(), size, registry))
                ending.callback(stores[-1].store.close)
                print(f"{name}: {size:,} rows, {stores[-1].bytes / 1e9:.2f} GB", flush=True)
            report[name] = [
                {"size": kept.size, "bytes": kept.bytes, "filling_us": kept.filling_us, "measures": measures}
                for kept, measures in zip(stores, measured(stores, options.rounds), strict=True)
            ]
        print(table(name, report[name]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="the largest size")
    parser.add_argument("--rounds", type=int, default=200, help="times each store is asked each question")
    parser.add_argument("--store", action="append", choices=STORES, help="one kind only")
    parser.add_argument("--json", type=Path, metavar="OUT", help="file to write the results to")
    return parser.parse_args()


def sizes(most: int) -> list[int]:
    """10,000, and ten times as many as long as that is less than the most; then the most."""
    found = [SMALLEST]
    while found[-1] * 10 <= most:
        found.append(found[-1] * 10)
    return found if found[-1] >= most else [*found, most]


def table(store: str, found: list[dict[str, Any]]) -> str:
    """The results as aligned text."""
    first, *larger = found
    lines = [
        f"\n{store:34}{'us at':>12}" + "".join(f"{'x at':>12}" for _ in larger) + f"{'min to max, us, at the last':>32}"
    ]
    lines.append(f"{'':34}" + "".join(f"{entry['size']:>12,}" for entry in found))
    for name, base in first["measures"].items():
        ratios = "".join(f"{entry['measures'][name]['median_us'] / base['median_us']:>12.2f}" for entry in larger)
        last = found[-1]["measures"][name]
        lines.append(f"{name:34}{base['median_us']:>12.0f}{ratios}{last['min_us']:>20.0f} to {last['max_us']:.0f}")
    for name, base in first["filling_us"].items():
        lines.append(f"{name:34}{base:>12.0f}" + "".join(f"{entry['filling_us'][name] / base:>12.2f}" for entry in larger))
    lines.append(f"{'GB':34}" + "".join(f"{entry['bytes'] / 1e9:>12.2f}" for entry in found))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
