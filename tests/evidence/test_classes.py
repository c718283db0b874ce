"""Vehicle classes: what vPIC's types tell, and how class and weight narrow each other."""

from __future__ import annotations

import pytest
from evidence.asking import ABSENT, disputed, read
from levcheck.evidence import classes
from levcheck.evidence.registry import Registry
from levcheck.evidence.vpic import Vehicle
from levcheck.law.logic.facts import Possible
from levcheck.law.vocabulary import VEHICLE_TYPES

TYPE, WEIGHT = "vehicle.vehicle_type", "vehicle.gvwr_lb"
CAR, LDT, MDPV, MDV, HEAVY = VEHICLE_TYPES[:5]


def left(vehicle_type: str | None, gvwr_lb: tuple[int, int] | None = None) -> set[object] | None:
    """The classes left by a type and a weight class."""
    found = classes.of_vehicle(Vehicle("1FTEW3LP9SKE98169", vehicle_type=vehicle_type, gvwr_lb=gvwr_lb))
    return None if found is None else set(found.choices)


@pytest.mark.parametrize(
    ("vehicle_type", "expected"),
    [
        ("PASSENGER CAR", {CAR}),
        ("MULTIPURPOSE PASSENGER VEHICLE (MPV)", {CAR, LDT, MDPV, MDV, HEAVY}),
        ("TRUCK", {LDT, MDPV, MDV, HEAVY}),
        ("BUS", {CAR, MDPV, MDV, HEAVY}),
        ("INCOMPLETE VEHICLE", {CAR, LDT, MDV, HEAVY}),
        ("MOTORCYCLE", {"motorcycle"}),
        ("TRAILER", {"other"}),
        ("LOW SPEED VEHICLE (LSV)", {CAR, LDT, "other"}),
        ("OFF-ROAD VEHICLE", {LDT, MDPV, MDV, HEAVY, "other"}),
    ],
)
def test_each_type(vehicle_type: str, expected: set[str]) -> None:
    """A vPIC vehicle type leaves the classes that a vehicle of that type can be of, and no other."""
    assert left(vehicle_type) == expected


@pytest.mark.parametrize("vehicle_type", [None, "", "SPACESHIP", "passenger car"])
def test_a_type_that_tells_nothing(vehicle_type: str | None) -> None:
    """A type that is not known leaves the class open."""
    assert left(vehicle_type) is None


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ((7001, 8000), {LDT}),
        ((8500, 8500), {LDT}),
        ((8501, 8501), {MDPV, MDV}),
        ((8001, 9000), {LDT, MDPV, MDV}),
        ((9001, 10_000), {MDPV, MDV}),
        ((9999, 9999), {MDPV, MDV}),
        ((10_000, 10_000), {MDV}),
        ((10_001, 14_000), {MDV}),
        ((14_001, 16_000), {HEAVY}),
        ((10_001, 16_000), {MDV, HEAVY}),
    ],
)
def test_a_trucks_weight_class(weights: tuple[int, int], expected: set[str]) -> None:
    """A truck's weight class leaves the classes on its side of each bound, and both where it straddles one."""
    assert left("TRUCK", weights) == expected


@pytest.mark.parametrize(
    ("weight", "expected"),
    [(8500, {LDT}), (8501, {MDPV, MDV}), (9999, {MDPV, MDV}), (10_000, {MDV}), (14_000, {MDV}), (14_001, {HEAVY})],
)
def test_a_stated_weight_narrows_an_open_class(weight: int, expected: set[str], registry: Registry) -> None:
    """An open class loses exactly those that the stated weight excludes; those of any weight stay."""
    evidence = read({TYPE: ABSENT, WEIGHT: weight}, registry)
    state = evidence.facts[TYPE]
    assert state.possible.choices == expected | {CAR, "motorcycle", "other"}
    assert (state.source, evidence.conflicts) == ("derived", [])


@pytest.mark.parametrize(
    ("name", "weights"),
    [(LDT, (1, 8500)), (MDPV, (8501, 9999)), (MDV, (8501, 14_000)), (HEAVY, (14_001, 1_000_000)), (CAR, (1, 1_000_000))],
)
def test_a_stated_class_narrows_an_open_weight(name: str, weights: tuple[int, int], registry: Registry) -> None:
    """An open weight loses exactly what the stated class excludes."""
    evidence = read({TYPE: name, WEIGHT: ABSENT}, registry)
    assert evidence.facts[WEIGHT].possible.intervals == (weights,)
    assert evidence.conflicts == []


@pytest.mark.parametrize(
    ("name", "fits", "clashes"),
    [
        (LDT, 8500, 8501),
        (MDPV, 8501, 8500),
        (MDPV, 9999, 10_000),
        (MDV, 8501, 8500),
        (MDV, 14_000, 14_001),
        (HEAVY, 14_001, 14_000),
    ],
)
def test_each_bound_from_both_sides(name: str, fits: int, clashes: int, registry: Registry) -> None:
    """On one side of a bound class and weight go together; one pound on, each gains what the other allows."""
    assert read({TYPE: name, WEIGHT: fits}, registry).conflicts == []
    evidence = read({TYPE: name, WEIGHT: clashes}, registry)
    assert disputed(evidence) == {TYPE, WEIGHT}
    kinds, weights = evidence.facts[TYPE], evidence.facts[WEIGHT]
    assert (kinds.source, weights.source) == ("conflict", "conflict")
    assert kinds.possible.choices == {name} | classes.classes_of(Possible(intervals=((clashes, clashes),))).choices
    assert weights.possible == Possible(intervals=((clashes, clashes),)) | classes.weights_of_one(name)


def test_a_weight_class_that_straddles_is_narrowed_by_the_class(registry: Registry) -> None:
    """Class 2G and a stated light-duty truck together leave 8,001 to 8,500 pounds."""
    weight = read({"vehicle.vin": "1GTGK13U83F214071", TYPE: ABSENT, WEIGHT: ABSENT, "vehicle.model_year": ABSENT}, registry)
    assert weight.facts[TYPE].possible.choices == {LDT, MDPV, MDV}
    assert weight.facts[WEIGHT].possible.intervals == ((8001, 9000),)
    kind = read({TYPE: LDT, WEIGHT: ABSENT}, registry).facts[TYPE]
    kinds, weights, clashes = classes.narrowed(kind, weight.facts[WEIGHT])
    assert (kinds.value, weights.possible.intervals, weights.source, clashes) == (LDT, ((8001, 8500),), "derived", [])


def test_nothing_known_stays_unknown(registry: Registry) -> None:
    """With neither class nor weight known, both stay open and are nobody's knowledge."""
    evidence = read({TYPE: None, WEIGHT: None}, registry)
    assert {evidence.facts[name].source for name in (TYPE, WEIGHT)} == {"unknown"}
    assert {evidence.facts[name].state for name in (TYPE, WEIGHT)} == {"open"}


def test_a_stated_class_that_the_vin_contradicts(registry: Registry) -> None:
    """A light-duty pickup stated to be over 14,000 pounds stays possibly covered: the VIN's classes are kept."""
    evidence = read({"vehicle.vin": "1FTEW3LP9SKE98169", TYPE: HEAVY, WEIGHT: ABSENT}, registry)
    assert TYPE in disputed(evidence)
    assert LDT in evidence.facts[TYPE].possible.choices


def test_a_stated_weight_that_the_vin_contradicts(registry: Registry) -> None:
    """A stated 14,001 pounds against the VIN's 6,001 to 7,000 leaves both possible."""
    evidence = read({"vehicle.vin": "1FTEW3LP9SKE98169", TYPE: ABSENT, WEIGHT: 14_001}, registry)
    assert WEIGHT in disputed(evidence)
    assert {(6001, 7000), (14_001, 14_001)} <= set(evidence.facts[WEIGHT].possible.intervals)
