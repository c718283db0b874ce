"""Each engine gives the service's own answers, row by row."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis
import pyarrow as pa
import pytest
from levcheck.api import texts
from levcheck.evidence import vpic
from levcheck.evidence.registry import Registry
from levcheck.law import readings
from levcheck.law.current import LAW
from levcheck.screening import cells, engines, keys, rows
from levcheck.screening.coded import Coded, as_texts, coded
from levcheck.screening.groups import CERTIFIED, GROUPS, PATHS, Asked
from screening.screens import embedded
from screening.tables import CERTIFICATES, PLAIN_PATHS, TODAY, disagreements, serial, table

ROWS = 3_000
ENGINES = tuple(engines.EMBEDDED)


@pytest.mark.parametrize("engine", ENGINES)
def test_equals_the_service(engine: str, registry: Registry) -> None:
    """Every row of a random table with VINs, labels, conflicts and bad cells gets what a check of it alone says."""
    made = table(random.Random(1), ROWS)
    screened = embedded(engine, registry, made.schema)
    assert disagreements(screened, made, registry) == []
    _, results, refused = screened(made)
    assert len(Counter(r["verdict"] for r in results)) == 3
    assert {"exempt", "not_covered", "certified", "no_exception", "either_way", None} == {r["basis"] for r in results}
    assert 0 < len(refused) < ROWS / 2


@pytest.mark.parametrize("reading", list(readings.BY_NAME))
def test_equals_the_service_without_certificates(reading: str, registry: Registry) -> None:
    """The same holds of a table that states facts alone, under each reading."""
    made = table(random.Random(2), ROWS, PLAIN_PATHS, wild=0.001)
    assert disagreements(embedded("duckdb", registry, made.schema, reading), made, registry, reading) == []


@pytest.mark.parametrize("lot", range(6))
def test_equals_the_service_on_a_few_columns(lot: int, registry: Registry) -> None:
    """The same holds where a table has only some of the columns."""
    rng = random.Random(100 + lot)
    paths = rng.sample(PATHS, rng.randint(1, 12))
    made = table(rng, 300, paths, wild=0.01)
    assert disagreements(embedded("duckdb", registry, made.schema), made, registry) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_reads_typed_columns(engine: str, registry: Registry) -> None:
    """Numbers, dates and booleans of a typed table are read as the texts that a person would write."""
    made = pa.table(
        {
            "vehicle.model_year": pa.array([2024, 2025, None, 2029, 20_250], pa.int32()),
            "vehicle.mileage": pa.array([7_499.999, 7_500.0, 0.1 + 0.2, None, -1.0], pa.float64()),
            "vehicle.gvwr_lb": pa.array(
                [Decimal("8500.0"), Decimal("8501"), Decimal("8500.5"), None, None], pa.decimal128(9, 1)
            ),
            "transaction.date": pa.array(
                [date(2024, 3, 12), date(2024, 3, 13), None, date(2025, 1, 1), date(1, 1, 1)], pa.date32()
            ),
            "vehicle.new_engine": pa.array([True, False, None, True, False]),
            "destination.state": pa.array(["VA", None, "", "nc", "VA"]).dictionary_encode(),
        }
    )
    assert disagreements(embedded(engine, registry, made.schema), made, registry) == []
    times = pa.table({"transaction.date": pa.array([datetime(2024, 12, 31, 23, 59), datetime(2025, 1, 1), None])})
    assert disagreements(embedded(engine, registry, times.schema), times, registry) == []


def test_an_instant_is_its_day_in_virginia(registry: Registry) -> None:
    """A time with a zone, as of a Parquet file, is read as the day that it was in Virginia."""
    late = datetime(2024, 3, 13, 3, 59, tzinfo=UTC)  # the evening before the chapter began
    made = pa.table({"transaction.date": pa.array([late, late + timedelta(minutes=1)], pa.timestamp("us", "UTC"))})
    days = pa.table({"transaction.date": ["2024-03-12", "2024-03-13"]})
    assert results_of(made, registry) == results_of(days, registry)
    assert [row["verdict"] for row in results_of(made, registry)] == ["permitted", "undetermined"]


@pytest.mark.parametrize(
    "kind", [pa.float32(), pa.float64(), pa.decimal128(20, 10), pa.decimal128(38, 18), pa.decimal256(60, 20)], ids=str
)
def test_a_number_is_read_however_it_is_held(kind: pa.DataType, registry: Registry) -> None:
    """A number is read whatever zeros or digits its type adds to it: as floating point, or with many digits kept."""
    told = ["0", "12.3", "7499.5", "7500", "0.001"]
    numbers = [Decimal(text) if pa.types.is_decimal(kind) else float(text) for text in told]
    scaled = [n.quantize(Decimal(1).scaleb(-kind.scale)) if pa.types.is_decimal(kind) else n for n in numbers]
    for path, texts_of_it in (("vehicle.mileage", told), ("vehicle.model_year", ["2024", "2025"])):
        years = [type(scaled[0])(text) for text in texts_of_it] if path == "vehicle.model_year" else scaled
        typed = pa.table({path: pa.array(years, kind)})
        assert results_of(typed, registry) == results_of(pa.table({path: texts_of_it}), registry)


def test_a_comma_is_no_point(registry: Registry) -> None:
    """A comma between thousands says nothing; anywhere else, as where it is the point, the number is refused."""
    texts_of_it = ["7,499", "7499,5", "7,4995", "74,99", ",7499", "7499,", "7,,499", "0,749,999", "7,499.5", "7,499,5"]
    for path in ("vehicle.mileage", "vehicle.gvwr_lb"):
        made = pa.table({path: texts_of_it})
        assert disagreements(embedded("duckdb", registry, made.schema), made, registry) == []
        refused = {1, 2, 3, 4, 5, 6, 9} | ({8} if path == "vehicle.gvwr_lb" else set())
        assert embedded("duckdb", registry, made.schema)(made)[2] == refused


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (pa.date32(), 10**8),
        (pa.timestamp("s"), 10**14),
        (pa.timestamp("s", "UTC"), 10**14),
        (pa.timestamp("s", "UTC"), -62_135_596_800),
    ],
    ids=str,
)
def test_a_day_of_no_calendar_is_a_bad_cell(kind: pa.DataType, number: int, registry: Registry) -> None:
    """A date so far away that no calendar has it, as systems write what they do not know, harms no row but its own."""
    wide = pa.int32() if pa.types.is_date(kind) else pa.int64()
    made = pa.table({"transaction.date": pa.array([number, 20_000], wide).cast(kind), "vehicle.mileage": ["12", "12"]})
    places, results, refused = embedded("duckdb", registry, made.schema)(made)
    assert (places, len(results), refused) == ([1], 1, {0})


def test_bands_numbers_as_our_own_code_does(registry: Registry) -> None:
    """Numbers of every type are told apart at the law's bounds as the contract's own code tells them apart."""
    rng = random.Random(9)
    near = [
        Decimal(str(edge)) + step for edge in (7_500, "12070.08") for step in map(Decimal, ("-.01", "-.000001", "0", ".01"))
    ]
    miles = near + [Decimal(rng.randrange(15_000_000)) / 1_000 for _ in range(300)]
    weights = [Decimal(rng.randrange(1, 30_000)) / rng.choice([1, 2]) for _ in miles]
    units = [rng.choice(["mi", "km", None]) for _ in miles]
    for kind in (pa.decimal128(14, 6), pa.float64(), pa.string()):
        told = (
            [str(number) for number in miles]
            if kind == pa.string()
            else [float(n) if kind == pa.float64() else n for n in miles]
        )
        typed = pa.table(
            {
                "vehicle.mileage": pa.array(told, kind),
                "vehicle.mileage_unit": units,
                "vehicle.gvwr_lb": pa.array(weights, pa.decimal128(9, 1)),
            }
        )
        assert disagreements(embedded("duckdb", registry, typed.schema), typed, registry) == []


def test_an_engine_reads_plain_cells_as_our_own_code_does(registry: Registry) -> None:
    """What an engine reads by itself of plainly written rows, most of them, is the key that our own code finds."""
    made = table(random.Random(10), ROWS, PLAIN_PATHS, wild=0.01).select(PLAIN_PATHS)
    asked = Asked(today=TODAY, registry=registry, reading=readings.DEFAULT)
    numbered = made.append_column("row", pa.array(range(ROWS)))
    shape = ibis.table(ibis.Schema.from_pyarrow(numbered.schema), name="part")
    plain = cells.told(shape, asked, engines.as_it_is)
    found = engines.DuckDB().prepared(plain, shape)(numbered)
    keys, faults = rows.RowReader(asked).keys(made)
    told = {row: key for row, key in zip(found["row"].to_pylist(), found["key"].to_pylist(), strict=True) if key is not None}
    assert len(told) > ROWS / 2
    assert not told.keys() & faults.keys()
    assert {row: int(keys[row]) for row in told} == told


def test_a_column_of_any_type_is_told_by_its_texts() -> None:
    """A column's cells are the same texts whether it is encoded or plain, in one piece or in several, or holds lists."""
    plain = pa.chunked_array([["VA", None, "NC"], ["", "VA "], []], pa.string())
    pieces = pa.chunked_array([pa.array(["a", None]).dictionary_encode(), pa.array(["b", "a"]).dictionary_encode()])
    lists = pa.chunked_array([[[1], None, [1]]])
    for column in (plain, plain.dictionary_encode(), pieces, lists, pa.chunked_array([pa.nulls(3)])):
        found = coded(column)
        assert [found.values[code] for code in found.codes] == [(text,) for text in as_texts(column)]
        assert len(set(found.values)) == len(found.values)


def test_combinations_are_those_that_rows_have() -> None:
    """Columns side by side hold each combination of texts that some row has, and no other, however many there could be."""
    rng = random.Random(11)
    for most in (3, 3_000):
        columns = [[str(rng.randrange(most)) for _ in range(2_000)] for _ in range(3)]
        found = reduce(Coded.beside, (coded(pa.chunked_array([column])) for column in columns))
        assert [found.values[code] for code in found.codes] == list(zip(*columns, strict=True))
        assert len(found.values) == len(set(found.values)) == len(set(zip(*columns, strict=True)))


def test_every_fact_is_told_once() -> None:
    """Each fact of the law is told by one group of columns, whether a row has certificates or none."""
    assert sorted(fact.name for group in GROUPS for fact in group.facts) == sorted(p.name for p in keys.PARTITIONS)
    assert set(CERTIFIED.paths[: len(CERTIFICATES)]) == set(CERTIFICATES)
    assert set(PATHS) == set(texts.PATHS) - {texts.REFERENCE}


def test_a_key_holds_all_that_is_possible() -> None:
    """A key gives back the masks and the reading that it was made of."""
    rng = random.Random(5)
    for _ in range(200):
        masks = tuple(rng.randint(1, p.all) for p in keys.PARTITIONS)
        name = rng.choice(LAW.readings)
        key = sum(mask << offset for mask, offset in zip(masks, keys.OFFSETS, strict=True)) | keys.of_reading(name)
        assert (keys.masks(key), keys.reading(key)) == (masks, name)
        assert 0 < key < 2**63


def test_many_vins_decode_as_each_does() -> None:
    """Decoding many VINs at once tells of each what decoding it alone does, faults included."""
    rng = random.Random(6)
    vins = [serial(rng).replace(" ", "").upper() for _ in range(400)]
    vins = [vin for vin in vins if len(vin) == 17]
    assert list(vpic.decode_many(vins)) == [vpic.decode(vin) for vin in vins]


def results_of(made: pa.Table, registry: Registry) -> list[dict[str, Any]]:
    """What DuckDB makes of a table."""
    return embedded("duckdb", registry, made.schema)(made)[1]


def test_a_needed_fact_is_named_by_its_path(registry: Registry) -> None:
    """An undetermined row names the facts that are still needed, by their paths, in the contract's order."""
    (row,) = results_of(
        pa.table(
            {
                "vehicle.model_year": ["2025"],
                "vehicle.vehicle_type": ["passenger_car"],
                "vehicle.mileage": ["12"],
                "transaction.type": ["sale"],
                "destination.state": ["VA"],
                "seller.type": ["dealer"],
                "vehicle.gvwr_lb": ["4000"],
            }
        ),
        registry,
    )
    assert row["verdict"] == "undetermined"
    assert row["needs"] == "vehicle.certification.california buyer.type"
