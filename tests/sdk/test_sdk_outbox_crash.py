"""Tills killed in the middle of a sale, under a line that comes and goes, against a real service."""

from __future__ import annotations

import pytest
from sdk.outbox_trials import TILLS, outbox_trials

pytestmark = pytest.mark.slow


def test_an_outbox_drains_to_exactly_the_right_records() -> None:
    """Each sale that a till was told of is recorded once, as it was and in order; each in doubt at most once."""
    report = outbox_trials(len(TILLS) + 1)
    assert report["faults"] == []
    assert report["recorded"] > 10 and report["queued"] > 3
