"""Determinations one after the other, over pages."""

from __future__ import annotations

import datetime
import itertools
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import responses
from levcheck_client import Client, DeadlineExceeded, ProblemError, ProtocolError

ALL = "http://levcheck.test/v1/determinations"
A_VIN = "1HGCM82633A004352"
Record = dict[str, Any]
Answers = Callable[[requests.PreparedRequest], tuple[int, dict[str, str], str]]
# A cursor is whatever the service says: it must come back as it was.
PAGES: dict[str | None, tuple[list[str], str | None]] = {
    None: (["a", "b"], "p 2&/=+%20é"),
    "p 2&/=+%20é": (["c", "d"], "cDM="),
    "cDM=": (["e"], None),
}


def _query(request: requests.PreparedRequest) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url or "").query, keep_blank_values=True))


def _cursors(service: responses.RequestsMock) -> list[str | None]:
    return [_query(call.request).get("cursor") for call in service.calls]


@pytest.fixture
def pages(service: responses.RequestsMock, determination: Record) -> Callable[[Callable[[str | None], int]], None]:
    """Serve the three pages; the status of each answer is for the test to say."""

    def serve(status: Callable[[str | None], int]) -> None:
        def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
            cursor = _query(request).get("cursor")
            ids, following = PAGES[cursor]
            body = {"items": [{**determination, "id": id} for id in ids], "next": following}
            return status(cursor), {"Link": '<http://elsewhere.test/?cursor=no>; rel="next"'}, json.dumps(body)

        service.add_callback(responses.GET, ALL, answer)

    return serve


def test_pages_become_one_sequence(client: Client, service: responses.RequestsMock, pages: Any) -> None:
    """All items of three pages come in order, each page fetched once, by the cursors as the service gave them."""
    pages(lambda cursor: 200)
    assert [each.id for each in client.list()] == ["a", "b", "c", "d", "e"]
    assert _cursors(service) == list(PAGES)


def test_a_retry_in_the_middle(client: Client, service: responses.RequestsMock, pages: Any) -> None:
    """A page that fails for a moment is fetched again; no item comes twice, none is left out."""
    statuses = itertools.chain([200, 503, 503], itertools.repeat(200))
    pages(lambda cursor: next(statuses))
    assert [each.id for each in client.list()] == ["a", "b", "c", "d", "e"]
    first, second, third = PAGES
    assert _cursors(service) == [first, second, second, second, third]


def test_retries_are_each_pages_own(client: Client, service: responses.RequestsMock, pages: Any) -> None:
    """Each page has all the retries, whatever the pages before have used."""
    statuses = itertools.cycle([503, 503, 200])
    pages(lambda cursor: next(statuses))
    assert len([*client.list()]) == 5
    assert len(service.calls) == 9


def test_the_deadline_is_each_pages_own(client: Client, pages: Any, time: Any) -> None:
    """The deadline bounds each page, not the whole of the pages nor the caller's own work between them."""

    def slowly(cursor: str | None) -> int:
        time.elapsed += 7
        return 200

    pages(slowly)
    for _ in client.list():
        time.elapsed += 100


def test_a_page_cannot_outlast_the_deadline(client: Client, service: responses.RequestsMock, time: Any) -> None:
    """A page whose attempts use up the deadline raises, however many retries are left."""

    def slow_failure(request: requests.PreparedRequest) -> Any:
        time.elapsed += 8
        raise requests.exceptions.ReadTimeout("x")

    service.add_callback(responses.GET, ALL, slow_failure)
    with pytest.raises(DeadlineExceeded):
        next(client.list())


def test_pages_are_fetched_when_they_are_wanted(client: Client, service: responses.RequestsMock, pages: Any) -> None:
    """Nothing is sent before the first item is asked for, and no page before its first item is."""
    pages(lambda cursor: 200)
    listed = client.list()
    assert len(service.calls) == 0
    assert [each.id for each in itertools.islice(listed, 2)] == ["a", "b"]
    assert len(service.calls) == 1
    assert next(listed).id == "c"
    assert len(service.calls) == 2


def test_an_error_leaves_nothing_out(client: Client, pages: Any) -> None:
    """After an error the same sequence goes on with the page that could not be had, and never ends early."""
    statuses: Iterator[int] = itertools.chain([200, 404], itertools.repeat(200))
    pages(lambda cursor: next(statuses))
    listed = client.list()
    assert [next(listed).id, next(listed).id] == ["a", "b"]
    with pytest.raises(ProblemError):
        next(listed)
    assert [each.id for each in listed] == ["c", "d", "e"]
    assert [*listed] == []


def test_an_empty_page_is_not_the_end(client: Client, service: responses.RequestsMock, determination: Record) -> None:
    """A page without items that names a next one is passed over."""
    service.add(responses.GET, ALL, json={"items": [], "next": "x"})
    service.add(responses.GET, ALL, json={"items": [determination], "next": None})
    assert [each.id for each in client.list()] == ["0197-d1"]


@pytest.mark.parametrize("following", ["x", ""])
def test_a_cursor_that_goes_in_a_circle(client: Client, service: responses.RequestsMock, following: str) -> None:
    """A cursor that leads to its own page, or to the first one, is a ProtocolError and not an endless loop."""
    service.add(responses.GET, ALL, json={"items": [], "next": "x"})
    service.add(responses.GET, ALL, json={"items": [], "next": following})
    service.add(responses.GET, ALL, status=404)
    with pytest.raises(ProtocolError, match="leads back to itself") as caught:
        next(client.list())
    assert caught.value.pointer == "/next"


def test_a_spoilt_item_is_named(client: Client, service: responses.RequestsMock, determination: Record) -> None:
    """An item that is no determination is named by its JSON pointer in the page."""
    service.add(responses.GET, ALL, json={"items": [determination, {**determination, "id": 5}], "next": None})
    with pytest.raises(ProtocolError) as caught:
        next(client.list())
    assert caught.value.pointer == "/items/1/id"


def test_filters_go_with_every_page(client: Client, service: responses.RequestsMock, pages: Any) -> None:
    """Every page is asked for with the same filters, under the contract's names, and those left out are not sent."""
    pages(lambda cursor: 200)
    eastern = datetime.timezone(datetime.timedelta(hours=-4))
    until = datetime.datetime(2025, 7, 1, 12, tzinfo=eastern)
    day = datetime.date(2025, 6, 1)
    list(client.list(vin=A_VIN, reference="a&b=c é", verdict="permitted", from_=day, to=until, page_size=2))
    queries = [_query(call.request) for call in service.calls]
    assert queries[0] == {
        "vin": A_VIN,
        "reference": "a&b=c é",
        "verdict": "permitted",
        "from": "2025-06-01",
        "to": "2025-07-01T12:00:00-04:00",
        "limit": "2",
    }
    assert [{**query, "cursor": ""} for query in queries] == [{**queries[0], "cursor": ""}] * 3


def test_an_empty_filter_is_sent(client: Client, service: responses.RequestsMock, pages: Any) -> None:
    """A filter that is empty is not taken for one that was left out."""
    pages(lambda cursor: 200)
    next(client.list(reference=""))
    assert _query(service.calls[0].request) == {"reference": ""}


@pytest.mark.parametrize(
    "options", [{"from_": datetime.datetime(2025, 6, 1)}, {"page_size": 0}, {"page_size": 2.5}, {"page_size": True}]
)
def test_what_cannot_be_asked_for(client: Client, service: responses.RequestsMock, options: Record) -> None:
    """A time without an offset and a page without items are refused when the list is asked for."""
    with pytest.raises(ValueError):
        client.list(**options)
    assert not service.calls


def test_the_log_does_not_show_the_filters(
    client: Client, service: responses.RequestsMock, pages: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A retry of a page is logged without its query."""
    statuses = itertools.chain([503], itertools.repeat(200))
    pages(lambda cursor: next(statuses))
    with caplog.at_level(logging.DEBUG, logger="levcheck_client"):
        next(client.list(vin=A_VIN, reference="Jane Doe"))
    ours = [record.getMessage() for record in caplog.records if record.name == "levcheck_client"]
    assert any(line.startswith("GET /v1/determinations: attempt 1") for line in ours)
    assert not any(secret in line for line in ours for secret in (A_VIN, "004352", "Jane"))
