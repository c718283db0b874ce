"""What everything costs as a store grows: `python benchmarks/growth.py [--rows 1000000] [--store sqlite]`.

A new store of each kind grows tenfold from 10,000 determinations on, with its indexes, guards and log in place as they
always are; at each size the same things are timed. The column to read is how many times the smallest size's median a
median is. The rows are thin (`tests/records/grown.py`): about 1.6 kB each with their indexes and their place in the log,
where a real one takes 10 kB, so that ten million fit on a small disk and, in memory, stand for as many index pages as real
ones would. Those that are recorded at each size are real. Ten million rows take about 20 GB in the folder for temporary
files (TMPDIR) for each store in its turn, and an hour.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from growing.measures import Growing
from growing.stores import STORES, Place
from levcheck.evidence.registry import Registry

SMALLEST = 10_000


def main() -> None:
    """Grow each store and print its table."""
    options = _options()
    registry, report = Registry(), {}
    for name in options.store or STORES:
        with STORES[name]() as place:
            report[name] = [*grown(place, registry, options.rows)]
        print(table(name, report[name]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="the largest size")
    parser.add_argument("--store", action="append", choices=STORES, help="one of them only")
    parser.add_argument("--json", type=Path, metavar="OUT", help="file to write the results to")
    return parser.parse_args()


def sizes(most: int) -> list[int]:
    """10,000, and ten times as many as long as that is less than the most; then the most."""
    found = [SMALLEST]
    while found[-1] * 10 <= most:
        found.append(found[-1] * 10)
    return found if found[-1] >= most else [*found, most]


def grown(place: Place, registry: Registry, most: int) -> list[dict[str, Any]]:
    """What a new store came to at each size."""
    growing, found = Growing(place.url, place.data, registry), []
    try:
        for size in sizes(most):
            filling = growing.grow(size)
            place.tidy()
            measures = dict(growing.measures())
            found.append({"size": size, "bytes": place.size(), "filling_us": filling, "measures": measures})
            print(f"{size:,} rows, {place.size() / 1e9:.1f} GB", flush=True)
    finally:
        growing.store.close()
    return found


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
