"""What is on file: the shipped list, what a deployment imports, and how the two are kept."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from levcheck.evidence.orders import Order
from levcheck.evidence.registry import CERTIFICATIONS_FILE, ORDERS_FILE, Certification, Registry

GROUP = "SAAAV01.0AAA"
SHIPPED_FEDERAL_ONLY = "SJLXT04.4GTH"


def entry(california: bool, federal: bool, edition: str, group: str = GROUP) -> Certification:
    """One entry of EPA's list."""
    return Certification(group, california, federal, (edition,))


@pytest.mark.parametrize(
    ("group", "california", "federal"),
    [
        ("SFMXT02.73JK", True, True),
        (SHIPPED_FEDERAL_ONLY, False, True),
        ("RCRXT06.4CP1", True, False),
        ("RCRXT06.4FP1", False, True),
    ],
)
def test_the_shipped_list(group: str, california: bool, federal: bool, registry: Registry) -> None:
    """The list that ships has the rows that EPA published, aggregated by test group."""
    found = registry.certification(group)
    assert found is not None
    assert (found.california, found.federal) == (california, federal)


def test_what_is_not_on_file(registry: Registry) -> None:
    """A group or an order that is not on file is answered with nothing, not with a no."""
    assert registry.certification(GROUP) is None
    assert registry.order("A-003-0811-1") is None
    assert registry.orders_for(GROUP) == ()


def test_editions_are_merged(tmp_path: Path) -> None:
    """A later edition adds its rows and never takes one away."""
    registry = Registry(tmp_path)
    registry.add_certifications([entry(True, False, "first")])
    registry.add_certifications([entry(False, True, "second")])
    registry.add_certifications([entry(False, True, "second")])
    assert registry.certification(GROUP) == Certification(GROUP, True, True, ("first", "second"))


def test_imports_add_to_the_shipped_list(tmp_path: Path) -> None:
    """An import adds to a shipped entry without losing it, and touches no other."""
    registry = Registry(tmp_path)
    registry.add_certifications([entry(True, False, "later", SHIPPED_FEDERAL_ONLY)])
    found, shipped = registry.certification(SHIPPED_FEDERAL_ONLY), Registry().certification(SHIPPED_FEDERAL_ONLY)
    assert shipped is not None
    assert found == Certification(SHIPPED_FEDERAL_ONLY, True, True, (*shipped.editions, "later"), shipped.makes)
    assert registry.certification("SFMXT02.73JK") == Registry().certification("SFMXT02.73JK")
    assert Registry().certification(SHIPPED_FEDERAL_ONLY) == shipped


def test_orders_are_kept_and_replaced(tmp_path: Path) -> None:
    """A later import of an order replaces the earlier one and leaves the others."""
    registry = Registry(tmp_path)
    registry.add_orders([Order("A-003-0811", (GROUP,), "first"), Order("A-003-0812", (GROUP, "SBBBT02.0BBB"), "first")])
    registry.add_orders([Order("A-003-0811", ("SCCCJ03.0CCC",), "second")])
    again = Registry(tmp_path)
    assert again.order("A-003-0811") == Order("A-003-0811", ("SCCCJ03.0CCC",), "second")
    assert [order.number for order in again.orders_for(GROUP)] == ["A-003-0812"]


def test_an_import_is_seen_by_those_already_running(tmp_path: Path) -> None:
    """A registry in use answers from what another process imports, at the next question, however soon it comes."""
    running, importer = Registry(tmp_path / "not" / "yet"), Registry(tmp_path / "not" / "yet")
    assert running.certification(GROUP) is None
    for number in range(50):
        importer.add_certifications([entry(True, True, f"edition{number:02}")])
        found = running.certification(GROUP)
        assert found is not None
        assert len(found.editions) == number + 1
    importer.add_orders([Order("A-003-0811", (GROUP,), "test")])
    assert running.order("A-003-0811") is not None
    (tmp_path / "not" / "yet" / CERTIFICATIONS_FILE).unlink()
    assert running.certification(GROUP) is None


def test_a_write_that_fails_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that breaks off leaves the file as it was, and nothing half-written beside it."""
    registry = Registry(tmp_path)
    registry.add_certifications([entry(True, True, "first")])
    before = (tmp_path / CERTIFICATIONS_FILE).read_bytes()

    def break_off(self: Path, target: Path) -> Path:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", break_off)
    with pytest.raises(OSError, match="no space"):
        registry.add_certifications([entry(True, True, "second")])
    assert [path.name for path in tmp_path.iterdir()] == [CERTIFICATIONS_FILE]
    assert (tmp_path / CERTIFICATIONS_FILE).read_bytes() == before


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    """Whoever asks while an import is being written sees the list before it or after it, whole."""
    writer, running = Registry(tmp_path), Registry(tmp_path)
    entries = [entry(True, True, "test", f"S{n:03}V01.0AAA") for n in range(1, 1000)]
    writer.add_certifications(entries)
    done = threading.Event()

    def write() -> None:
        for number in range(10):
            writer.add_certifications([entry(True, True, f"more{number}")])
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen = 0
    while not done.is_set() or seen == 0:
        assert running.certification("S999V01.0AAA") == entries[-1]
        seen += 1
    thread.join()
    found = running.certification(GROUP)
    assert found is not None
    assert len(found.editions) == 10


def test_imported_files_can_be_read_by_the_service(tmp_path: Path) -> None:
    """What one account imports, the account that serves may read: the files are made as any other file is."""
    registry = Registry(tmp_path)
    registry.add_certifications([entry(True, True, "test")])
    registry.add_orders([Order("A-003-0811", (GROUP,), "test")])
    plain = tmp_path / "plain"
    plain.touch()
    for name in (CERTIFICATIONS_FILE, ORDERS_FILE):
        assert (tmp_path / name).stat().st_mode == plain.stat().st_mode


def test_a_registry_without_a_folder_keeps_nothing() -> None:
    """Without a data folder an import is refused rather than lost."""
    with pytest.raises(ValueError, match="folder"):
        Registry().add_certifications([entry(True, True, "test")])
