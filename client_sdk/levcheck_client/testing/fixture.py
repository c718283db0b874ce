"""The server as a fixture of pytest, which is imported only when one is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from levcheck_client.testing.server import LevcheckServer


def server_fixture(scope: Literal["session", "package", "module", "class", "function"] = "session", **options: Any) -> Any:
    """A fixture that is a running `LevcheckServer` with these options; in a conftest.py: `levcheck = server_fixture()`."""
    import pytest

    @pytest.fixture(scope=scope)
    def levcheck_server() -> Iterator[LevcheckServer]:
        with LevcheckServer(**options) as server:
            yield server

    return levcheck_server
