"""Times and the ids that are made of them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from levcheck.records.times import first_id, last_id, new_id

MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
RECORDED = st.datetimes(datetime(2024, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, RECORDED)
def test_ids_keep_to_the_order_of_times(bound: datetime, recorded: datetime) -> None:
    """What is recorded at a moment or later has no id below its first, and at or before it none above its last."""
    id = new_id(recorded)
    assert recorded < bound or id >= first_id(bound)
    assert recorded > bound or id <= last_id(bound)


@given(RECORDED, st.integers(-2_000, 2_000))
def test_ids_keep_to_the_order_of_times_that_are_close(recorded: datetime, microseconds: int) -> None:
    """The same holds of moments within the millisecond that an id tells."""
    bound = datetime.fromtimestamp(recorded.timestamp(), UTC).replace(
        microsecond=max(0, min(999_999, recorded.microsecond + microseconds))
    )
    id = new_id(recorded)
    assert recorded < bound or id >= first_id(bound)
    assert recorded > bound or id <= last_id(bound)
