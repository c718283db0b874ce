"""More than the service can do: half as much again for a minute, and three times as much."""

from __future__ import annotations

import pytest
from operation.overload import TIMES, run


@pytest.mark.slow
@pytest.mark.parametrize(("seconds", "times"), [(60, TIMES), (16, 3.0)])
def test_more_than_it_can_do(seconds: float, times: float) -> None:
    """What it accepts it answers in bounded time, the rest gets 503 with Retry-After; memory is flat, and it recovers."""
    came = run(seconds, times)
    assert came["faults"] == [], came
    assert came["statuses"]["503"] > 0, came
