"""A call that records something, and counts once."""

from __future__ import annotations

from collections.abc import Mapping

from levcheck_client import idempotency
from levcheck_client.decoding import Node
from levcheck_client.determination_json import determination_of
from levcheck_client.determinations import Determination
from levcheck_client.transport import Transport

DETERMINATIONS = "/v1/determinations"


def recorded(
    transport: Transport, path: str, document: Mapping[str, object] | bytes, key: str, ends: float | None = None
) -> Determination:
    """The determination that the service recorded under this key. An error carries the key."""
    with idempotency.known_to_errors(key):
        reply = transport.request("POST", path, document=document, headers={idempotency.HEADER: key}, ends=ends)
        node = Node.of(reply.body, reply.request_id)
        return determination_of(node, replayed=idempotency.replayed(reply.headers))
