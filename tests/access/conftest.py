"""The house that the tests of access share, and the two stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from access.house import House, furnished
from records.conftest import postgres, store_name, store_url

__all__ = ["postgres", "store_name", "store_url"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service that asks for keys, in this process."""
    with furnished(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture
def new_house(tmp_path: Path) -> Iterator[House]:
    """A service of the test's own."""
    with furnished(tmp_path) as made:
        yield made
