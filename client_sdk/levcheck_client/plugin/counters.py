"""The plugins: a dealer's before a delivery, a rental agency's before a check-out."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar

from levcheck_client.adapters import Adapted, Adapter, Message
from levcheck_client.client import Client
from levcheck_client.determinations import Determination, ProvisionalDetermination
from levcheck_client.plugin.answers import put
from levcheck_client.plugin.decision import Action, Decision
from levcheck_client.plugin.questions import questions
from levcheck_client.results import Result

SEPARATOR = "\x1f"


class Counter:
    """What both plugins do. Holds the client and the adapter and nothing that changes, so threads may share it.

    `site` tells apart the places whose deals are numbered alike, where several share one account of the service.
    """

    presumed: ClassVar[Mapping[str, Mapping[str, str]]]
    """What the one who runs the plugin is and does, where the message does not say."""

    def __init__(self, client: Client, adapter: Adapter, *, site: str = "") -> None:
        self._client = client
        self._adapter = adapter
        self._site = site

    def answer(self, decision: Decision, answers: Mapping[str, object]) -> Decision:
        """Go on with what was answered: facts or their members, and values; `None` for what nobody knows.

        All questions need not be answered at once. Of certification (`vehicle.certification`), the label's sentence, an
        executive order or a test group are taken as they are, as are `True` and `False`; abroad, answer
        `destination.country`. Raises `InvalidAnswer`, and what `Client.check` raises.
        """
        made = put(decision.transaction, decision.questions, answers)
        return self._decided(
            decision.adapted, made.transaction, decision.answered | made.answered, decision.unknown | made.unknown
        )

    def complete(
        self, decision: Decision, *, idempotency_key: str | None = None
    ) -> Determination | ProvisionalDetermination:
        """Record a deal that may go ahead, once: its key is made of the deal's own id, unless you give yours.

        The service evaluates it again: the verdict that counts is the determination's. A deal that was recorded and has
        changed since is refused (`ProblemError` 422): supersede its determination. Raises `ValueError` for a decision that
        is no `go`, for what comes before a deal, and without an id and a key; else as `Client.determine` does.
        """
        if decision.action != "go":
            raise ValueError(f"this deal is not recorded: the decision is {decision.action!r}")
        if not decision.adapted.records:
            raise ValueError(f"{decision.adapted.format} comes before a deal: there is nothing to record yet")
        return self._client.determine(decision.transaction, idempotency_key=idempotency_key or self._key(decision.adapted))

    def _begin(self, message: Message) -> Decision:
        adapted = self._adapter.read(message)
        return self._decided(adapted, _completed(adapted.transaction, self.presumed), frozenset(), frozenset())

    def _decided(
        self, adapted: Adapted, transaction: Mapping[str, Any], answered: frozenset[str], unknown: frozenset[str]
    ) -> Decision:
        result = self._client.check(transaction)
        unread = {missing.fact for missing in adapted.missing if missing.why == "not_usable"}
        asked = questions(result.questions, transaction, self._adapter.carries, answered, unknown, unread)
        action: Action = "ask" if asked else "go" if result.permitted else "hold"
        lines = [_said(result)]
        if action == "hold":
            lines += _holding(result)
        if action != "go":
            lines += _doubts(adapted)
        return Decision(action, "\n".join(lines), asked, transaction, result, adapted, answered, unknown)

    def _key(self, adapted: Adapted) -> str:
        if adapted.reference is None:
            raise ValueError("the deal has no id of its own: give an idempotency_key that is kept with it")
        told = SEPARATOR.join((adapted.format, self._site, adapted.reference))
        return f"deal-{sha256(told.encode('utf-8')).hexdigest()}"


class DealerPlugin(Counter):
    """`DealerPlugin(client, adapter)`: what a dealer's system calls. Who runs it is the dealer who sells."""

    presumed: ClassVar[Mapping[str, Mapping[str, str]]] = {"seller": {"type": "dealer"}}

    def before_delivery(self, deal: Message) -> Decision:
        """Whether this deal's vehicle may be handed over. Raises `AdapterError`, and what `Client.check` raises."""
        return self._begin(deal)


class RentalPlugin(Counter):
    """`RentalPlugin(client, adapter, branches={"DCA": "VA"})`: what a rental agency's system calls.

    `branches`, codes of branches or airports with their states, take the place of the adapter's own table.
    """

    presumed: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "transaction": {"type": "rental"},
        "seller": {"type": "rental_agency"},
    }

    def __init__(
        self, client: Client, adapter: Adapter, *, branches: Mapping[str, str] | None = None, site: str = ""
    ) -> None:
        super().__init__(client, adapter if branches is None else adapter.with_branches(branches), site=site)

    def before_check_out(self, rental: Message) -> Decision:
        """Whether this rental's vehicle may leave. Raises `AdapterError`, and what `Client.check` raises."""
        return self._begin(rental)


def _completed(transaction: Mapping[str, Any], presumed: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {**transaction, **{block: {**members, **transaction.get(block, {})} for block, members in presumed.items()}}


def _said(result: Result) -> str:
    """The answer in words; a provisional one has none of the service's."""
    if result.summary:
        return result.summary
    return f"{result.verdict.capitalize()} under {result.regulation.chapter}, by the rules kept here; not yet confirmed."


def _holding(result: Result) -> list[str]:
    if result.prohibited:
        return [f"- {remedy.text}" for remedy in result.remedies]
    return ["Needed before the vehicle may go:", *(f"- {question.ask}" for question in result.questions)]


def _doubts(adapted: Adapted) -> list[str]:
    return [f"Look again: {each.at} {each.text}." for each in adapted.contradictions]
