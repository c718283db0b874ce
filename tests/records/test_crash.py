"""Power taken from a process in the middle of its work."""

from __future__ import annotations

import pytest
from records.crash import crash_trials


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_nothing_in_doubt_is_doubled(store_name: str) -> None:
    """Whichever process is killed, each acknowledged record is there, and each in doubt becomes exactly one when retried."""
    report = crash_trials(store_name, 3)
    assert report["faults"] == []
    assert report["acknowledged"] > 0
