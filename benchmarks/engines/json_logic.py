"""JsonLogic in `panzi-json-logic`, which is Python: the one expression as JSON, walked anew for every transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from json_logic import jsonLogic

from . import hand_written
from .contender import TOTAL, Contender
from .expression import PERMITTED, Node, context

COMPARED = {"is": "===", "is not": "!=="}


def contenders(total: Sequence[Mapping[str, Any]]) -> list[Contender]:
    """The expression, asked with dictionaries."""
    verdicts = [hand_written.verdict(facts) for facts in total]
    contexts = [context(facts) for facts in total]
    ask = partial(jsonLogic, {"if": [logic(PERMITTED), "permitted", "prohibited"]})
    return [Contender(TOTAL, "JsonLogic (panzi-json-logic)", ask, contexts, total, verdicts)]


def logic(node: Node) -> Any:
    """A node as JsonLogic."""
    match node:
        case str():
            return {"var": node}
        case ("and" | "or") as operator, *nodes:
            return {operator: [logic(part) for part in nodes]}
        case "not in", fact, values:
            return {"!": [{"in": [logic(fact), values]}]}
        case operator, fact, value:
            return {COMPARED.get(operator, operator): [logic(fact), value]}
    raise AssertionError(node)
