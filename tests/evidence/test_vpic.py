"""NHTSA's vPIC: what is taken from it, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import ultravin
from evidence.asking import ABSENT, CALIFORNIA, ORDER, TEST_GROUP, codes, disputed, read, result
from evidence.vehicles import NOT_KNOWN_CLEANLY, REAL, Real
from levcheck.evidence import classes, vpic
from levcheck.evidence.orders import Order
from levcheck.evidence.registry import Registry
from levcheck.law.logic.facts import Possible

GOLF = "WVWJF7CD8TW190545"
F150 = "1FTEW3LP9SKE98169"
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)  # of drawing VINs, so that the same are drawn every year
BY_VIN_ALONE = {"vehicle.vehicle_type": ABSENT, "vehicle.model_year": ABSENT, "vehicle.gvwr_lb": ABSENT}


def decoded(
    monkeypatch: pytest.MonkeyPatch, year: int | None = 2025, errors: tuple[int, ...] = (0,), **told: Any
) -> vpic.Vehicle:
    """A Ford as vPIC would decode it with these attributes."""
    attributes = {"Vehicle Type": "TRUCK"} | {name.replace("_", " "): value for name, value in told.items()}
    answer = {"model_year": year, "error_codes": list(errors), "attributes": attributes}
    monkeypatch.setattr(vpic.ultravin, "decode", lambda vin: answer)
    return vpic.decode.__wrapped__(F150)


@pytest.mark.parametrize("real", REAL, ids=lambda real: real.vin)
def test_real_vehicles_decode(real: Real) -> None:
    """A real vehicle's year, make, weight class and possible classes are what its VIN tells."""
    vehicle = vpic.decode(real.vin)
    assert (vehicle.problem, vehicle.model_year, vehicle.make, vehicle.gvwr_lb) == (
        None,
        real.model_year,
        real.make,
        real.gvwr_lb,
    )
    assert classes.of_vehicle(vehicle) == Possible(choices=real.classes)


def test_every_type_that_there_is() -> None:
    """No vehicle type that NHTSA's database holds for new vehicles is left out of the table of classes."""
    vins = {
        vin
        for number in range(1, 16)
        for vin in ultravin.generate(3, seed=1, min_year=2024, vehicle_type=number, now=MOMENT)
    }
    found = [vehicle for vehicle in map(vpic.decode, sorted(vins)) if vehicle.vehicle_type]
    assert len({vehicle.vehicle_type for vehicle in found}) >= 9
    assert [vehicle for vehicle in found if classes.of_vehicle(vehicle) is None] == []


@pytest.mark.parametrize("vin", NOT_KNOWN_CLEANLY)
def test_what_is_not_known_cleanly_is_not_used(vin: str, registry: Registry) -> None:
    """A VIN that vPIC knows only in part tells nothing, and an advisory says that it is unverified."""
    evidence = read({"vehicle.vin": vin, **BY_VIN_ALONE}, registry)
    assert codes(evidence) == ["vin_unverified"]
    assert all(state.source != "vin" for state in evidence.facts.values())


@pytest.mark.parametrize("errors", [(1,), (14,), (0, 14), (8,), (4, 14), ()])
def test_only_a_clean_answer_is_used(errors: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Any answer of vPIC but the one code 0 leaves the VIN unverified."""
    assert decoded(monkeypatch, errors=errors).problem == "vin_unverified"


@pytest.mark.parametrize("year", [None, 2024, 2026, 1994])
def test_a_year_that_is_not_the_letters(year: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoded year that the VIN's tenth character does not stand for is not used."""
    found = decoded(monkeypatch, year=year)
    assert (found.problem, found.model_year) == ("vin_unverified", None)


def test_the_claimed_year_is_never_passed(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """vPIC is asked with the VIN alone, whatever model year the caller claims."""
    asked: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def spy(*args: Any, **named: Any) -> dict[str, Any]:
        asked.append((args, named))
        return {"model_year": 2025, "error_codes": [0], "attributes": {}}

    monkeypatch.setattr(vpic.ultravin, "decode", spy)
    vpic.decode.cache_clear()
    try:
        read({"vehicle.vin": F150, "vehicle.model_year": 2024}, registry)
    finally:
        vpic.decode.cache_clear()
    assert asked == [((F150,), {})]


@pytest.mark.parametrize("year", [2024, 2026, 1995])
def test_a_claimed_year_against_the_vins(year: int, registry: Registry) -> None:
    """A stated model year that is not the VIN's leaves both possible, and the disagreement is named."""
    evidence = read(
        {"vehicle.vin": F150, "vehicle.vehicle_type": ABSENT, "vehicle.gvwr_lb": ABSENT, "vehicle.model_year": year},
        registry,
    )
    state = evidence.facts["vehicle.model_year"]
    assert (state.source, {low for low, _ in state.possible.intervals}) == ("conflict", {year, 2025})
    assert disputed(evidence) == {"vehicle.model_year"}


def test_a_claimed_year_that_agrees(registry: Registry) -> None:
    """A stated model year that is the VIN's own is no conflict."""
    evidence = read({"vehicle.vin": F150.lower(), "vehicle.vehicle_type": ABSENT, "vehicle.gvwr_lb": ABSENT}, registry)
    assert evidence.facts["vehicle.model_year"].value == 2025
    assert evidence.conflicts == []


@pytest.mark.parametrize(
    ("first", "last", "weights"),
    [
        ("Class 1: 6,000 lb or less (2,722 kg or less)", None, (1, 6000)),
        ("Class 1A: 3,000 lb or less (1,360 kg or less)", None, (1, 3000)),
        ("Class 2G: 8,001 - 9,000 lb (3,629 - 4,082 kg)", None, (8001, 9000)),
        ("Class 1C: 4,001 - 5,000 lb", "Class 1D: 5,001 - 6,000 lb", (4001, 6000)),
        ("Class 3: 10,001 - 14,000 lb", "Class 4: 14,001 - 16,000 lb", (10_001, 16_000)),
        ("Class 3: 10,001 - 14,000 lb", "Class 8: 33,001 lb and above", (10_001, 1_000_000)),
        ("Class 1: 6,000 lb or less", "Class 2E: 6,001 - 7,000 lb", (1, 7000)),
        ("Class 7: 26,001 - 33,000 lb (11,794 - 14,969 kg)", None, (26_001, 33_000)),
        ("Class 8: 33,001 lb and above (14,969 kg and above)", None, (33_001, 1_000_000)),
        ("Class 4: 14,001 - 16,000 lb", "Class 3: 10,001 - 14,000 lb", None),
        ("Class 3: 10,001 - 14,000 lb", "Not Applicable", None),
        (None, "Class 3: 10,001 - 14,000 lb", None),
        ("Not Applicable", None, None),
        (None, None, None),
    ],
)
def test_weight_classes(
    first: str | None, last: str | None, weights: tuple[int, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """vPIC's lowest and highest weight class become one range of whole pounds, and an unclear one none."""
    attributes = {"Gross Vehicle Weight Rating From": first, "Gross Vehicle Weight Rating To": last}
    assert decoded(monkeypatch, **attributes).gvwr_lb == weights


def test_a_group_of_the_year_before_is_not_used(registry: Registry) -> None:
    """A 2026 Volkswagen's VIN still names a 2025 test group, listed for California: it shows nothing about the 2026 car."""
    assert (entry := registry.certification("SVGAV02.0V7B")) and entry.california
    evidence = read({"vehicle.vin": GOLF, "vehicle.model_year": 2026}, registry)
    assert (evidence.assurance, evidence.facts[CALIFORNIA].source) == (None, "unknown")
    assert codes(evidence) == ["test_group_model_year"]
    assert evidence.conflicts == []


def test_a_group_of_the_right_year_is_used(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A VIN's own test group of its own year speaks through EPA's list."""
    info = ["Test Group / Emis. Std.: SVGAV02.0V7B / Tier 3 BIN 70 Lev3 ULEV70"]
    vehicle = decoded(monkeypatch, Other_Engine_Info=info)
    monkeypatch.setattr(vpic, "decode", lambda vin: vehicle)
    evidence = read({"vehicle.vin": F150, **BY_VIN_ALONE}, registry)
    assert (evidence.assurance, evidence.facts[CALIFORNIA].source) == ("listed", "registry")


@pytest.mark.parametrize(
    ("info", "group"),
    [
        ("Test Group / Emis. Std.: SVGAV02.0V7B / Tier 3", "SVGAV02.0V7B"),
        ("50-St/Can. Emissions Certification Test Group: SVGAV02.0V7B.", "SVGAV02.0V7B"),
        ("Test Group: SVGAV02.0V7B.1", None),
        (["Test Group: SVGAV02.0V7B", "Test Group: SVGAV02.0V7B"], "SVGAV02.0V7B"),
        (["Test Group: SVGAV02.0V7B", "Test Group: SVGAJ03.0NUA"], None),
        ("SVGAV02.0V7B", None),
        ("Test Group: SVGAV02.0V7B1", None),
        ("Test Group: none", None),
        (None, None),
    ],
)
def test_where_a_vin_names_its_group(info: object, group: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test group is taken from the engine information only where it is called one, whole, and the only one."""
    assert decoded(monkeypatch, Other_Engine_Info=info).test_group == group


@pytest.mark.parametrize("named", ["SVGAV02.0V7B", "SJLXT04.4GTH", None])
def test_a_stated_group_against_the_vins(named: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A stated test group that is not the VIN's is a conflict: neither a list nor an order for one of the two counts."""
    on_file = Registry(tmp_path)
    on_file.add_orders([Order("A-003-0811", (named,), "test")] if named else [])
    vehicle = decoded(monkeypatch, Other_Engine_Info="Test Group: SJLXT04.4GTH")
    monkeypatch.setattr(vpic, "decode", lambda vin: vehicle)
    changes = {"vehicle.vin": F150, **BY_VIN_ALONE, TEST_GROUP: "SVGAV02.0V7B", ORDER: "A-003-0811" if named else None}
    evidence = read(changes, on_file)
    assert disputed(evidence) == {TEST_GROUP}
    assert (evidence.assurance, evidence.facts[CALIFORNIA].source) == (None, "unknown")


@pytest.mark.parametrize("stated", [8000, 14_000])
def test_a_heavy_vin_against_a_stated_weight(stated: int, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A truck stated at 14,000 pounds or less is not outside the chapter on the word of its VIN alone."""
    vehicle = decoded(monkeypatch, Gross_Vehicle_Weight_Rating_From="Class 4: 14,001 - 16,000 lb")
    monkeypatch.setattr(vpic, "decode", lambda vin: vehicle)
    changes = {"vehicle.vin": F150, **BY_VIN_ALONE, "vehicle.gvwr_lb": stated, CALIFORNIA: False}
    answer = result(changes, registry)
    assert answer["verdict"] == "undetermined"
    assert [conflict["fact"] for conflict in answer["conflicts"]] == ["vehicle.gvwr_lb"]
