"""A minute of one and a half times as much as the service can do."""

from __future__ import annotations

import pytest
from operation.overload import run


@pytest.mark.slow
def test_more_than_it_can_do() -> None:
    """What it accepts it answers in bounded time, the rest gets 503 with Retry-After; memory is flat, and it recovers."""
    came = run(60)
    assert came["faults"] == [], came
    assert came["statuses"]["503"] > 0, came
