"""Determinations one after the other, page by page."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from levcheck_client.decoding import Node
from levcheck_client.determination_json import page_of
from levcheck_client.determinations import Determination
from levcheck_client.errors import ProtocolError
from levcheck_client.transport import Transport

PATH = "/v1/determinations"


class Listing(Iterator[Determination]):
    """Fetches a page, once, when its first item is wanted.

    A page that could not be had raises; `next()` after that asks for the same page again, so nothing is left out.
    """

    def __init__(self, transport: Transport, query: Mapping[str, str]) -> None:
        self._transport = transport
        self._query = query
        self._items: deque[Determination] = deque()
        self._cursor: str | None = None
        self._at_end = False

    def __next__(self) -> Determination:
        while not self._items:
            if self._at_end:
                raise StopIteration
            self._fetch()
        return self._items.popleft()

    def _fetch(self) -> None:
        query = dict(self._query) if self._cursor is None else {**self._query, "cursor": self._cursor}
        reply = self._transport.request("GET", f"{PATH}?{urlencode(query)}" if query else PATH)
        page = page_of(Node.of(reply.body, reply.request_id))
        if page.next is not None and page.next in ("", self._cursor):
            text = "the answer's cursor leads back to itself"
            raise ProtocolError(text, pointer="/next", request_id=reply.request_id)
        self._items.extend(page.items)
        self._cursor, self._at_end = page.next, page.next is None
