"""What the counter is asked: what the service asks, and the two facts that no dealer's system carries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from levcheck_client.adapters.members import is_stated
from levcheck_client.adapters.places import STATES
from levcheck_client.results import Answer, AnswerMember, Question

CERTIFICATION, STATE, COUNTRY = "vehicle.certification", "destination.state", "destination.country"
DATE = "transaction.date"
CALIFORNIA, FEDERAL = f"{CERTIFICATION}.california", f"{CERTIFICATION}.federal"

CERTIFICATION_ASK = (
    "What does the emission label under the hood say? Give its sentence on conformity, the executive order (A-...), or the "
    "test group; or say whether the vehicle is California-certified."
)
CERTIFICATION_FORM = Answer(
    "object",
    members=(
        AnswerMember("label", "string"),
        AnswerMember("executive_order", "string"),
        AnswerMember("test_group", "string"),
        AnswerMember("california", "boolean", (True, False)),
        AnswerMember("federal", "boolean", (True, False)),
    ),
)
STATE_QUESTION = Question(
    STATE,
    "In which state will the vehicle be registered or, for a rental, where does it end?",
    (),
    Answer("string", STATES),
)
DATE_QUESTION = Question(
    DATE,
    "On which date is the vehicle sold, leased or rented, as 2025-06-01? The deal's own cannot be read.",
    (),
    Answer("string"),
)


def questions(
    asked: Collection[Question],
    transaction: Mapping[str, Any],
    carried: Collection[str],
    answered: Collection[str],
    unknown: Collection[str],
    unread: Collection[str],
) -> tuple[Question, ...]:
    """What is still to be asked, the two facts first; nothing that nobody knows is asked again.

    `asked` are the service's questions, `carried` the facts that the deal's messages have a field for, `unread` those of
    which the deal says something that cannot be used. The service never asks for a date, as it takes today's for none.
    """
    left = [question for question in asked if question.fact not in unknown]
    certification = [question for question in left if question.fact in (CALIFORNIA, FEDERAL)]
    stated = set(_stated(transaction))
    first: list[Question] = []
    if certification or not (CERTIFICATION in answered or is_stated(CALIFORNIA, stated | set(carried))):
        first.append(_of_certification(certification))
    by_service = next((question for question in left if question.fact == STATE), None)
    if by_service is not None:
        first.append(by_service)
    elif not (STATE in answered or {STATE, COUNTRY} & (stated | set(carried))):
        first.append(STATE_QUESTION)
    if DATE in unread and DATE not in answered:
        first.append(DATE_QUESTION)
    rest = [question for question in left if question not in certification and question is not by_service]
    return (*first, *rest)


def _of_certification(asked: Collection[Question]) -> Question:
    """One question for all that the label answers."""
    provisions = dict.fromkeys(citation for question in asked for citation in question.provisions)
    only_federal = [question.fact for question in asked] == [FEDERAL]
    ask = next(iter(asked)).ask if only_federal else CERTIFICATION_ASK
    return Question(CERTIFICATION, ask, tuple(provisions), CERTIFICATION_FORM)


def _stated(block: Mapping[str, Any], prefix: str = "") -> list[str]:
    """The paths of what a transaction states."""
    paths: list[str] = []
    for name, value in block.items():
        if isinstance(value, Mapping):
            paths += _stated(value, f"{prefix}{name}.")
        elif value is not None:
            paths.append(f"{prefix}{name}")
    return paths
