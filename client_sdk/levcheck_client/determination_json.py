"""The JSON of determinations and verifications into values. Members this version does not know are ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, cast

from levcheck_client.decoding import Node
from levcheck_client.determinations import Determination, HistoryEvent, Standing, Status, Verification
from levcheck_client.result_json import result_of
from levcheck_client.results import Value

STATUSES = ("current", "voided", "superseded")


class Page(NamedTuple):
    """Some determinations, and the cursor of the next page, if there is one."""

    items: tuple[Determination, ...]
    next: str | None


def determination_of(node: Node, *, replayed: bool = False) -> Determination:
    """The determination. Raises `ProtocolError` naming the first required member that is missing or mistyped."""
    return Determination(
        id=node.get("id").text(),
        reference=node.get("reference").text_or_none(),
        # A status this version does not know cannot be acted upon, so it is refused rather than passed on.
        status=cast(Status, node.get("status").one_of(*STATUSES)),
        recorded_at=node.get("recorded_at").text(),
        retain_until=node.get("retain_until").text(),
        request=_mapping(node.get("request")),
        result=result_of(node.get("result")),
        certificate=node.get("certificate").text(),
        supersedes=node.get("supersedes").text_or_none(),
        history=_history(node.get("history")),
        replayed=replayed,
    )


def page_of(node: Node) -> Page:
    """A page. Raises `ProtocolError` likewise."""
    return Page(tuple(determination_of(item) for item in node.get("items").items()), node.get("next").text_or_none())


def verification_of(node: Node) -> Verification:
    """What the service says of a certificate. Raises `ProtocolError` likewise."""
    status = node.get("status")
    claims = node.get("claims")
    return Verification(
        valid=node.get("valid").flag(),
        status=None if status.value is None else cast(Standing, status.one_of(*STATUSES, "unknown")),
        reason=node.get("reason").text_or_none(),
        claims=None if claims.value is None else _mapping(claims),
        key=node.get("key").text_or_none(),
        history=_history(node.get("history")),
        checked="online",
    )


def _history(node: Node) -> tuple[HistoryEvent, ...]:
    return tuple(
        HistoryEvent(
            event=item.get("event").text(),
            at=item.get("at").text(),
            reason=item.get("reason").text_or_none(),
            by=item.get("by").text_or_none(),
        )
        for item in node.items()
    )


def _mapping(node: Node) -> Mapping[str, Value]:
    return cast("Mapping[str, Value]", node.members())
