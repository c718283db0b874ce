"""One key, many callers at once."""

from __future__ import annotations

import pytest
from records.race import same_key_races


@pytest.mark.slow
def test_a_key_sent_by_many_at_once_makes_one_record(store_name: str) -> None:
    """Sixteen callers with one key, over HTTP to two workers, get one answer, and the store holds one record."""
    report = same_key_races(store_name, 25)
    assert report["faults"] == []
    assert report["answers"][201] == 25 * 16
