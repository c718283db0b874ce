"""The log of a running service: its workers seal what they record, and go on when one of them is killed."""

from __future__ import annotations

import contextlib
import http.client
from pathlib import Path

import pytest
from log.sealing import checkpoint, entries, verified
from records.conftest import serving
from records.keeping import opened, sale
from records.serving import Serving, until

__all__ = ["serving"]
pytestmark = pytest.mark.slow


def proved(serving: Serving, id: str) -> bool:
    """Whether the service proves this determination to be in the log by now."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        answer = serving.get(f"/v1/determinations/{id}/proof")
        assert answer.status == 200 or answer.code == "not_sealed_yet", answer.body
        return answer.status == 200
    return False


def test_a_service_seals_what_it_records(serving: Serving, tmp_path: Path) -> None:
    """Each acknowledged record has a proof within moments, also after a worker or all of them were killed."""
    ids: list[str] = []
    for kill in (lambda: None, serving.kill_worker, serving.kill_master):
        ids += [serving.record(sale(), f"k{len(ids)}-{number}").body["id"] for number in range(5)]
        kill()
        serving.start()
        for id in ids:
            until(lambda id=id: proved(serving, id), "the record is proved", 30)
    records = opened(serving.url, tmp_path)
    try:
        assert len(entries(records)) == len(ids)
        assert verified(records, checkpoint(records)).told == []
    finally:
        records.store.close()


def test_a_service_that_seals_ends_in_order(serving: Serving) -> None:
    """The sealer's threads keep no worker from ending when the service is told to stop."""
    assert serving.record(sale(), "k").status == 201
    assert serving.process is not None
    serving.process.terminate()
    assert serving.process.wait(20) == 0
