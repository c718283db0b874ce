"""What the doors promise, on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from access.house import House, furnished
from log.sealing import sealed
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.slow
ON_ONE = ("/v1/determinations/%s", "/v1/determinations/%s/certificate", "/v1/determinations/%s/proof", "/records/%s")


@pytest.fixture
def both(store_url: str, tmp_path: Path) -> Iterator[House]:
    """A service on the test's store."""
    with furnished(tmp_path, store_url) as made:
        yield made


def test_an_id_of_whatever_bytes_is_not_there(both: House) -> None:
    """No store fails at an id: it is not there, for whoever reads, voids or corrects."""
    for id in ("%00", "a%00", "%ff", "%ed%a0%80", "%F0%9F%9A%97", "a" * 3_000, "'", "%25"):
        for organization in ("dealer", "board"):
            for path in ON_ONE:
                assert both.ask("GET", path % id, both.keys[organization]).status_code == 404
        for end, body in (("void", {"reason": "unwound"}), ("supersede", {"request": {}})):
            assert both.ask("POST", f"/v1/determinations/{id}/{end}", both.keys["dealer"], json=body).status_code == 404
    assert both.ask("GET", "/readyz").status_code == 200


def test_reads_are_written_down_and_kept(both: House) -> None:
    """Each read of the board is a row, in the order of the reads, which the store neither changes nor deletes."""
    id = both.record("dealer")
    sealed(both.records)
    for path in ON_ONE:
        assert both.ask("GET", path % id, both.keys["board"]).status_code == 200
    both.ask("GET", "/v1/determinations", both.keys["board"])
    kept = both.reads()
    assert [row.object for row in kept] == [id] * len(ON_ONE) + ['{"limit": 50}']
    for statement in ("UPDATE reads SET organization = 'dealer'", "DELETE FROM reads"):
        with pytest.raises(DBAPIError), both.records.store.engine.begin() as connection:
            connection.execute(text(statement))
    assert both.reads() == kept


def test_organizations_stand_apart(both: House) -> None:
    """Another organization's record is not there, in no list, and its Idempotency-Keys are its own."""
    headers = {"Idempotency-Key": "one"}
    made = {
        organization: both.ask("POST", "/v1/determinations", both.keys[organization], json={}, headers=headers)
        for organization in ("dealer", "dealer-2")
    }
    assert {answer.status_code for answer in made.values()} == {201}
    for organization, answer in made.items():
        listed = both.ask("GET", "/v1/determinations", both.keys[organization]).json["items"]
        assert [item["id"] for item in listed] == [answer.json["id"]]
    other = made["dealer-2"].json["id"]
    assert both.ask("GET", f"/v1/determinations/{other}", both.keys["dealer"]).status_code == 404
