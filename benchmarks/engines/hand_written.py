"""The baseline: the law as one would write it by hand, as if/else over facts that are all known.

It is the second hand that the tests check the compiled law against, `tests/law/reference.py`, loaded by its path so
that no other package of the name `tests` can be taken for it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from levcheck.law import vocabulary
from levcheck.law.logic.facts import Choice

REFERENCE = Path(__file__).resolve().parents[2] / "tests" / "law" / "reference.py"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hand_written_reference", REFERENCE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_reference = _loaded()
verdict = _reference.verdict
outcome = _reference.outcome

# One value on each side of every boundary that the if/else draws, and every value of a fact with names: between them
# they reach every way through it.
_SIDES: dict[str, tuple[Any, ...]] = {
    "transaction.date": (date(2024, 3, 12), date(2024, 3, 13), date(2024, 12, 31), date(2025, 1, 1)),
    "transaction.state": ("VA", "NC"),
    "vehicle.model_year": (2024, 2025, 2026, 2028, 2029),
    "vehicle.gvwr_lb": (14_000, 14_001),
    "vehicle.mileage": (7_499, 7_500),
    "destination.state": ("VA", "NC"),
    "destination.country": ("US", "CA"),
}
_SIDES |= {f.name: f.values for f in vocabulary.FACTS if isinstance(f, Choice) and f.name not in _SIDES}


class _Asked(Exception):
    """The if/else has come to a fact that is not known."""


class _Known(dict[str, Any]):
    """Facts of which some are missing."""

    def __missing__(self, name: str) -> Any:
        raise _Asked(name)


def of_every_completion(known: Mapping[str, Any], reading: str = "as_written") -> str:
    """The verdict over every completion of the missing facts, by trying them out where the if/else asks for one.

    Only facts that are asked are filled in, and it stops at two verdicts: the best that can be had without a diagram.
    """
    found: set[str] = set()
    open_cases = [_Known(known)]
    while open_cases and len(found) < 2:
        facts = open_cases.pop()
        try:
            found.add(verdict(facts, reading))
        except _Asked as asked:
            name = asked.args[0]
            open_cases += [_Known({**facts, name: value}) for value in _SIDES[name]]
    return "undetermined" if len(found) > 1 else found.pop()
