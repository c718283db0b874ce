"""zen-engine: the same law as one ZEN expression and as one decision table of first hits.

Both are parsed and compiled once and reused for every transaction: the expression by `compile_expression`, the table
by an engine that holds it in a static loader. (A `ZenDecision` made of the same table by `create_decision` gives the
same answers several times slower.) Dates as whole numbers are compared faster than as zen's own `d("2024-03-13")`. A
context may be a dictionary or JSON text; both are timed, and making either out of the facts is not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import zen

from . import hand_written
from .contender import TOTAL, Contender
from .expression import PERMITTED, context, infix

KEY = "9VAC5-95"

WORDS = {"and": "and", "or": "or", "not in": "{0} not in {1}"}

LISTED = 'not in ["passenger_car", "light_duty_truck", "medium_duty_passenger_vehicle", "medium_duty_vehicle"]'
SALE = {"transaction.contract": '"sale"'}
RENTED_OUT = {
    "transaction.contract": '"rental"',
    "seller.type": '"rental_agency"',
    "vehicle.certification.federal": "true",
}
TABLE: tuple[tuple[Mapping[str, str], str], ...] = (
    ({"vehicle.model_year": "< 2025"}, "permitted"),
    ({"vehicle.gvwr_lb": "> 14000"}, "permitted"),
    ({"transaction.state": '!= "VA"'}, "permitted"),
    ({"vehicle.vehicle_type": LISTED}, "permitted"),
    ({"transaction.date": "< 20240313"}, "permitted"),
    ({"vehicle.certification.california": "true", "vehicle.certification.conforms": "true"}, "permitted"),
    ({"vehicle.kind": '"engine"', "vehicle.new_engine": "false"}, "permitted"),
    ({"vehicle.kind": '"engine"'}, "prohibited"),
    ({"vehicle.mileage": ">= 7500"}, "permitted"),
    ({"vehicle.authorized_emergency_vehicle": "true"}, "permitted"),
    ({"vehicle.military_tactical_vehicle": "true"}, "permitted"),
    ({"vehicle.off_highway_only": "true"}, "permitted"),
    ({"relocation": "true"}, "permitted"),
    ({"transaction.transfer": '!= "ordinary"'}, "permitted"),
    ({**SALE, "destination.state": '!= "VA"'}, "permitted"),
    ({**SALE, "destination.country": '!= "US"'}, "permitted"),
    ({**SALE, "transaction.purpose": '"dismantling"'}, "permitted"),
    ({**SALE, "seller.type": '"dealer"', "buyer.type": '"dealer"'}, "permitted"),
    ({**RENTED_OUT, "destination.state": '!= "VA"'}, "permitted"),
    ({**RENTED_OUT, "destination.country": '!= "US"'}, "permitted"),
    ({}, "prohibited"),
)


def contenders(total: Sequence[Mapping[str, Any]]) -> list[Contender]:
    """The expression and the table, each asked with dictionaries and with JSON text."""
    verdicts = [hand_written.verdict(facts) for facts in total]
    contexts = [context(facts) for facts in total]
    texts = [json.dumps(c) for c in contexts]
    expression = zen.compile_expression(f'{infix(PERMITTED, WORDS)} ? "permitted" : "prohibited"')
    table = partial(zen.ZenEngine({"loader": {"type": "static", "content": {KEY: decision_graph()}}}).evaluate, KEY)
    return [
        Contender(TOTAL, "zen-engine expression, of a dict", expression.evaluate, contexts, total, verdicts),
        Contender(TOTAL, "zen-engine expression, of JSON text", expression.evaluate, texts, total, verdicts),
        Contender(TOTAL, "zen-engine decision table, of a dict", table, contexts, total, verdicts, _verdict),
        Contender(TOTAL, "zen-engine decision table, of JSON text", table, texts, total, verdicts, _verdict),
    ]


def _verdict(response: Mapping[str, Any]) -> str:
    return str(response["result"]["verdict"])


def decision_graph() -> dict[str, Any]:
    """The table as a JDM document: one input column for each fact it names, one row for each ground."""
    columns = list(dict.fromkeys(name for cells, _ in TABLE for name in cells))
    rows = enumerate(TABLE, 1)
    rules = [{"_id": str(number), **cells, "verdict": json.dumps(verdict)} for number, (cells, verdict) in rows]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in columns],
        "outputs": [{"id": "verdict", "name": "verdict", "field": "verdict"}],
        "rules": rules,
    }
    kinds = {"request": "inputNode", "law": "decisionTableNode", "response": "outputNode"}
    contents = {"request": {}, "law": table, "response": {}}
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": name, "type": kind, "name": name, "position": {"x": 0, "y": 0}, "content": contents[name]}
            for name, kind in kinds.items()
        ],
        "edges": [
            {"id": f"{source} to {target}", "sourceId": source, "targetId": target, "type": "edge"}
            for source, target in (("request", "law"), ("law", "response"))
        ],
    }
