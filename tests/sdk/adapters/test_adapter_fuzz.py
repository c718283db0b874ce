"""Whatever comes, the adapters raise nothing but the SDK's own error."""

from __future__ import annotations

from sdk.adapters.fuzz import json_surprises, mapping_surprises, xml_surprises


def test_xml() -> None:
    """Of 600 random and mutated XML messages each is refused, or read as what the service takes."""
    assert xml_surprises(600, seed=1) == []


def test_json() -> None:
    """Of 600 random and mutated JSON messages each is refused, or read as what the service takes."""
    assert json_surprises(600, seed=2) == []


def test_mappings() -> None:
    """Of 600 random mappings, some of which hold themselves, each is refused, or read as what the service takes."""
    assert mapping_surprises(600, seed=3) == []
