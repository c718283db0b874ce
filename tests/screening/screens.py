"""Each engine as one function from a table to what it comes to."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from levcheck.evidence.registry import Registry
from levcheck.law import readings
from levcheck.screening import engines
from levcheck.screening.groups import PATHS, Asked
from levcheck.screening.screen import Screen
from screening.tables import TODAY, Screened


def embedded(name: str, registry: Registry, schema: pa.Schema, reading: str = readings.DEFAULT) -> Screened:
    """The engine of this name, inside this process."""
    asked = Asked(today=TODAY, registry=registry, reading=reading)
    columns = {path: path for path in PATHS if path in schema.names}
    screen = Screen(engines.EMBEDDED[name](), schema, columns, asked)

    def screened(table: pa.Table) -> tuple[list[int], list[dict[str, Any]], set[int]]:
        good, results, faults = screen.screened(table)
        return good.to_pylist(), results.to_pylist(), {fault.row for fault in faults}

    return screened
