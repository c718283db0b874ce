"""Pages of determinations: each row once, whatever arrives in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from levcheck.app import Settings, create_app
from levcheck.records.records import Records
from records.keeping import ACCOUNT, TODAY, VIN, create, sale, void

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
OTHER_VIN = "5YJ3E1EA7SF000001"


@pytest.fixture
def timed(open_records: Callable[..., Records]) -> tuple[Records, list[datetime]]:
    """Records on a clock that the test sets: its last moment is now."""
    moments = [NOON]
    return open_records(now=lambda: moments[-1]), moments


@pytest.fixture
def client(store_url: str, tmp_path: Path, records: Records) -> Iterator[FlaskClient]:
    """The application on the test's store."""
    app = create_app(Settings(dev=True, data=tmp_path, database=store_url), today=lambda: TODAY)
    yield app.test_client()
    app.extensions["levcheck"].records.store.close()


def walked(records: Records, limit: int, between: Callable[[int], None] = lambda _page: None) -> list[str]:
    """The ids on all pages, with something happening after each."""
    ids: list[str] = []
    after, number = None, 0
    while True:
        items, after = records.page(ACCOUNT, {}, after, limit)
        assert len(items) <= limit
        ids += [item["id"] for item in items]
        if after is None:
            return ids
        between(number)
        number += 1


def test_pages_hold_each_row_once_newest_first(timed: tuple[Records, list[datetime]]) -> None:
    """All pages together are all rows, none twice and none missing, from the newest on, also those of one moment."""
    records, moments = timed
    made = []
    for number in range(11):
        moments.append(NOON + timedelta(seconds=number // 4))  # four rows share each moment
        made.append(create(records, f"k{number}").determination)
    expected = sorted(made, key=lambda told: (told["recorded_at"], told["id"]), reverse=True)
    for limit in (1, 3, 7, 11, 12, 200):
        assert walked(records, limit) == [told["id"] for told in expected]


def test_pages_stay_as_they_were_while_rows_arrive(timed: tuple[Records, list[datetime]]) -> None:
    """Rows that arrive, and rows that end, while pages are read move no other row to another page."""
    records, moments = timed
    made = []
    for number in range(10):
        moments.append(moments[-1] + timedelta(milliseconds=1))
        made.append(create(records, f"k{number}").determination["id"])

    def arrive(page: int) -> None:
        moments.append(moments[-1] + timedelta(seconds=1))
        create(records, f"new {page}")
        void(records, f"void {page}", made[page])

    assert walked(records, 3, arrive) == made[::-1]


def test_filters_choose_rows(timed: tuple[Records, list[datetime]]) -> None:
    """VIN, reference, verdict and period choose the rows that they name, alone and together."""
    records, moments = timed
    home = sale(destination={"state": "VA"}, reference="deal 1")
    other = sale(reference="deal 1", vehicle={**sale()["vehicle"], "vin": OTHER_VIN.lower()})
    ids = []
    for number, body in enumerate((sale(), home, other)):
        moments.append(NOON + timedelta(days=number))
        ids.append(create(records, f"k{number}", body).determination["id"])
    for wanted, expected in (
        ({}, [2, 1, 0]),
        ({"vin": VIN}, [1, 0]),
        ({"vin": OTHER_VIN}, [2]),
        ({"reference": "deal 1"}, [2, 1]),
        ({"verdict": "prohibited"}, [1]),
        ({"vin": VIN, "reference": "deal 1", "verdict": "permitted"}, []),
        ({"from": "2026-01-03T12:00:00.000000Z"}, [2, 1]),
        ({"to": "2026-01-03T12:00:00.000000Z"}, [0]),
        ({"from": "2026-01-03T00:00:00.000000Z", "to": "2026-01-04T00:00:00.000000Z"}, [1]),
    ):
        items, after = records.page(ACCOUNT, wanted, None, 10)
        assert ([item["id"] for item in items], after) == ([ids[number] for number in expected], None), wanted


def test_the_link_header_leads_through_all_pages(client: FlaskClient) -> None:
    """Following the Link header, or `next`, from page to page keeps the filters and meets every row once."""
    made = []
    for number in range(5):
        body = sale(reference="a & b" if number % 2 == 0 else "other")
        made.append(client.post("/v1/determinations", json=body, headers={"Idempotency-Key": f"k{number}"}).json["id"])
    met = []
    address = "/v1/determinations?limit=1&reference=a+%26+b"
    while address:
        answer = client.get(address)
        met += [item["id"] for item in answer.json["items"]]
        link = answer.headers.get("Link", "")
        assert bool(link) == (answer.json["next"] is not None)
        assert not link or link.endswith('; rel="next"')
        address = link.partition("<")[2].partition(">")[0]
    assert met == made[::-2]


UNREADABLE = (
    "cursor=x", "cursor=", "cursor=AAAA", "cursor=%C3%A9", "limit=0", "limit=201", "from=yesterday", "to=2026-13-01",
    "verdict=maybe", "from=2026-01-01T00:00:00", "vin=1FTEW3LP9SKE9816", "vin=", "limit=1&limit=2",
    "verdict=permitted&verdict=prohibited", "from=2026-02-01&to=2026-01-31",
    "from=2026-01-01T12:00:00Z&to=2026-01-01T11:59:59Z",
)  # fmt: skip


def test_a_query_that_cannot_be_read_is_refused(client: FlaskClient) -> None:
    """A filter, size or cursor that means nothing is refused with 422, never ignored."""
    for query in UNREADABLE:
        answer = client.get(f"/v1/determinations?{query}")
        assert (answer.status_code, answer.json["code"]) == (422, "invalid_request"), query


def test_dates_are_virginias(client: FlaskClient) -> None:
    """`from` and `to` as dates mean whole days in Virginia, both included; as times, moments."""
    made = client.post("/v1/determinations", json=sale(), headers={"Idempotency-Key": "k"}).json
    at = datetime.fromisoformat(made["recorded_at"].replace("Z", "+00:00"))
    today = at.astimezone(ZoneInfo("America/New_York")).date()
    for query, count in (
        (f"from={today}&to={today}", 1),
        (f"from={today + timedelta(days=1)}", 0),
        (f"to={today - timedelta(days=1)}", 0),
        (f"from={made['recorded_at']}", 1),
        (f"to={made['recorded_at']}", 0),
    ):
        assert len(client.get(f"/v1/determinations?{query}").json["items"]) == count, query
