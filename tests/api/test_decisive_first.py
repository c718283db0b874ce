"""The order of the questions at the counter."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import TODAY
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.check import evaluate, most_decisive_first, question, result_of
from levcheck.evidence.registry import Registry

VIN = "1FTEW3LP9SKE98169"
CASES: list[dict[str, Any]] = [
    {},
    {"vehicle": {"vin": VIN}},
    {"transaction": {"type": "sale"}, "vehicle": {"vin": VIN}, "seller": {"type": "dealer"}},
    {"transaction": {"type": "rental"}, "vehicle": {"vin": VIN, "mileage": 12}, "seller": {"type": "rental_agency"}},
    {"transaction": {"type": "import"}, "vehicle": {"vin": VIN}, "relocation": None},
]


@pytest.mark.parametrize("request_", CASES, ids=str)
def test_no_later_question_settles_more(request_: dict[str, Any], registry: Registry) -> None:
    """Every question is asked once, and of the values offered none later settles more often than one before it.

    Counted by answering: each value that can be chosen is sent, and the verdict looked at.
    """
    read = CheckRequestSchema().load(request_)
    case = evaluate(read, today=TODAY, registry=registry, reading="as_written")
    names = most_decisive_first(case)
    assert sorted(names) == sorted(q["fact"] for q in result_of(case)["questions"])
    two_valued = [name for name in names if question(case, name)["answer"]["choices"] == [False, True]]
    shares = [_settled(request_, name, registry) for name in two_valued]
    assert shares == sorted(shares, reverse=True)


def _settled(request: dict[str, Any], name: str, registry: Registry) -> int:
    """How many of yes and no settle the verdict."""
    verdicts = []
    for value in (True, False):
        sent = {**request, "vehicle": {**request.get("vehicle", {})}}
        block = sent
        *blocks, member = name.split(".")
        for part in blocks:
            block[part] = dict(block.get(part) or {})
            block = block[part]
        block[member] = value
        case = evaluate(CheckRequestSchema().load(sent), today=TODAY, registry=registry, reading="as_written")
        verdicts.append(case.verdict)
    return sum(verdict != "undetermined" for verdict in verdicts)
