"""The stores and records that the tests of records use, and a log over them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from levcheck.records.records import Records
from log.sealing import sealed
from records.conftest import open_records, postgres, records, store_name, store_url
from records.keeping import create, sale, supersede, void

__all__ = ["open_records", "postgres", "records", "store_name", "store_url"]


@pytest.fixture
def kept(records: Records) -> Records:
    """Seven entries in two batches: three records and a void, then a record, its correction and the event between them."""
    create(records, "k1", sale(reference="deal 1"))
    void(records, "v", create(records, "k2").determination["id"], "the buyer stepped back")
    create(records, "k3")
    sealed(records)
    supersede(records, "s", create(records, "k4").determination["id"], sale(reference="corrected"))
    sealed(records)
    return records


@pytest.fixture
def reopened(open_records: Callable[..., Records]) -> Callable[..., Records]:
    """Open the same records again, with another clock for instance."""
    return open_records
