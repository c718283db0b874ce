"""Random tables as dealers' and DMVs' systems write them, and what the service answers to each row by itself."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from evidence.sentences import CALIFORNIA_ONLY, DENIED_OR_RESTRICTED, FEDERAL_ONLY, FIFTY_STATE, THIRD
from evidence.vehicles import NOT_KNOWN_CLEANLY, REAL
from levcheck.api import texts
from levcheck.check import evaluate, settled_by
from levcheck.evidence import vin as rules
from levcheck.evidence.registry import Registry
from levcheck.law import readings
from levcheck.law import vocabulary as v
from levcheck.law.current import LAW
from levcheck.law.logic.facts import Choice

TODAY = date(2025, 6, 1)
YEARS = ["1900", "2024", "2025", "2025", "2026", "2028", "2029", "2100", "2025.0"]
WEIGHTS = ["1", "4850", "4,850", "5000", "5001", "6500", "8500", "8501", "9999", "10000", "14000", "14001", "1000000"]
MILES = ["0", "12", "12.4", "7499", "7499.999999", "7499.9999999999", "7500", "12,070", "12070.07", "12070.08", "150,000.5"]
DAYS = ["2024-03-12", "2024-03-13", "2024-12-31", "2025-01-01", "2024-02-29", "2026-07-04", "1900-01-01", "2199-12-31"]
PLACES = ["VA", "VA", "va", "NC", "MD", "DC", "unknown"]
LABELS = [CALIFORNIA_ONLY, FIFTY_STATE, THIRD, FEDERAL_ONLY, FEDERAL_ONLY.replace("2025", "2026"), *DENIED_OR_RESTRICTED[:3]]
ORDERS = ["A-003-0811-1", "A-014-1071", "U-R-004-0613", "none"]
TEST_GROUPS = ["SFMXT02.73JK", "TFMXT02.73JK", "SVGAV02.0V7B", "SBMXV04.0U3A", "nonsense", "SGMXV06.2091"]
WILD = [
    "",
    " ",
    "?",
    "N/A",
    "-1",
    "1e3",
    "NaN",
    "12 ",
    " VA",
    "TRUE ",
    "maybe",
    "2025-02-30",
    "99999999999999",
    "é",
    "Unknown",
    "null",
    "7499,5",
    "12,34,567",
    "99,999,999",
    "1,000,000,000",
]
VALUES: dict[str, Sequence[str]] = {
    "vehicle.model_year": YEARS,
    "vehicle.gvwr_lb": WEIGHTS,
    "vehicle.mileage": MILES,
    "transaction.date": DAYS,
    "transaction.state": PLACES,
    "destination.state": PLACES,
    "destination.country": ["US", "us", "CA", "MX", "unknown"],
    texts.UNIT: ["mi", "km", "KM"],
    texts.READING: list(readings.BY_NAME),
    texts.LABEL: LABELS,
    texts.ORDER: ORDERS,
    texts.TEST_GROUP: TEST_GROUPS,
    **dict.fromkeys(texts.RELOCATION[:3], PLACES),
    texts.RELOCATION[3]: ["yes", "no", "TRUE", "unknown"],
}
SELDOM = (v.contract.name, texts.LABEL, texts.ORDER, texts.TEST_GROUP, *texts.RELOCATION, v.relocation.name, texts.READING)
CERTIFICATES = (texts.VIN, texts.LABEL, texts.ORDER, texts.TEST_GROUP)
PATHS = tuple(path for path in texts.PATHS if path != texts.REFERENCE)
PLAIN_PATHS = tuple(
    path for path in PATHS if path not in (*CERTIFICATES, *texts.RELOCATION, v.relocation.name, texts.READING)
)


def serial(rng: random.Random) -> str:
    """A VIN of a real vehicle's kind with another serial number; now and then one with a fault."""
    base = rng.choice([vehicle.vin for vehicle in REAL] + list(NOT_KNOWN_CLEANLY))
    vin = f"{base[:11]}{rng.randrange(1_000_000):06}"
    if rng.random() < 0.9:
        vin = vin[:8] + rules.check_digit(vin) + vin[9:]
    return rng.choice([*[vin] * 20, vin.lower(), vin[:16], f"{vin[:6]} {vin[6:]}", base])


def cell(rng: random.Random, path: str, wild: float) -> str:
    """A cell of this column."""
    if rng.random() < (0.9 if path in SELDOM else 0.25):
        return ""
    if rng.random() < wild:
        return rng.choice(WILD)
    if path == texts.VIN:
        return serial(rng)
    if path in VALUES:
        return rng.choice(VALUES[path])
    fact = v.BY_NAME[path]
    assert isinstance(fact, Choice)
    word = (
        rng.choice([*map(str, fact.values), "yes", "no"]) if set(fact.values) == {True, False} else rng.choice(fact.values)
    )
    return rng.choice([str(word), str(word), str(word).lower(), str(word).upper()])


DEEP = {
    "transaction.state": "VA",
    "vehicle.kind": "vehicle",
    "vehicle.vehicle_type": "passenger_car",
    "vehicle.model_year": "2025",
    "vehicle.mileage": "12",
    "transaction.date": "2024-12-01",
    "destination.country": "US",
    "transaction.transfer": "",
    "transaction.contract": "",
}
"""What keeps a row within the chapter's reach."""


def row(rng: random.Random, paths: Sequence[str], wild: float = 0.004) -> dict[str, str]:
    """One row of texts; most stay within the chapter's reach."""
    deep = rng.random() < 0.7
    return {path: DEEP[path] if deep and path in DEEP and rng.random() < 0.9 else cell(rng, path, wild) for path in paths}


def table(rng: random.Random, count: int, paths: Sequence[str] = PATHS, wild: float = 0.004) -> pa.Table:
    """A table of texts."""
    rows = [row(rng, paths, wild) for _ in range(count)]
    return pa.table({path: pa.array([r[path] for r in rows], pa.string()) for path in paths})


def answer(told: dict[str, str], registry: Registry, reading: str = readings.DEFAULT) -> dict[str, Any] | None:
    """What the service says of one row; None if it refuses it."""
    try:
        _, request = texts.request_of({path: text.strip() for path, text in told.items() if text.strip()})
    except texts.Unreadable:
        return None
    case = evaluate(request, today=TODAY, registry=registry, reading=reading)
    return {
        "verdict": case.verdict,
        "basis": case.basis,
        "provision": settled_by(case)[0][0],
        "needs": " ".join(case.questions) or None,
        **{name: LAW.verdict(case.masks, name) for name in LAW.readings},
    }


Screened = Callable[[pa.Table], tuple[list[int], list[dict[str, Any]], set[int]]]
"""From a table to the places of the rows that were read, what they came to, and the places of those that were not."""


def disagreements(screened: Screened, made: pa.Table, registry: Registry, reading: str = readings.DEFAULT) -> list[str]:
    """The rows on which an engine and the service differ."""
    places, results, refused = screened(made)
    got = dict(zip(places, results, strict=True)) | dict.fromkeys(refused)
    wrong = []
    for place, told in enumerate(made.to_pylist()):
        wanted = answer({path: texts.text_of(text) for path, text in told.items()}, registry, reading)
        if got[place] != wanted:
            wrong.append(f"{ {p: t for p, t in told.items() if t} }: {got[place]}, but the service says {wanted}")
    return wrong
