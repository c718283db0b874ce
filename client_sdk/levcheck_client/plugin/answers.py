"""A form's answers, checked against what was asked and put into the transaction."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from levcheck_client.adapters.members import MEMBERS, TRUTH, Unusable
from levcheck_client.errors import LevcheckError
from levcheck_client.plugin.questions import CALIFORNIA, CERTIFICATION, COUNTRY, DATE, FEDERAL, STATE
from levcheck_client.results import Answer, AnswerMember, Question

ORDER = re.compile(r"[A-Z][-\u2010\u2011\u2012\u2013][0-9]{3}[-\u2010\u2011\u2012\u2013][0-9]{4}\S{0,8}", re.IGNORECASE)
TEST_GROUP = re.compile(r"[A-Z0-9]{4}[A-Z][0-9.]{4}[A-Z0-9]{3}", re.IGNORECASE)
MOST_SHOWN = 9
TYPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float, Decimal),
}


class InvalidAnswer(LevcheckError):
    """An answer that does not fit its question, or to what was not asked. `fact` names the question."""

    def __init__(self, text: str, *, fact: str = "") -> None:
        super().__init__(text)
        self.fact = fact


class Put(NamedTuple):
    """The transaction with the answers in it, the questions they answer, and the facts that nobody knows."""

    transaction: dict[str, Any]
    answered: frozenset[str]
    unknown: frozenset[str]


def put(transaction: Mapping[str, Any], questions: tuple[Question, ...], answers: Mapping[str, object]) -> Put:
    """Put answers into a transaction. `None` is "nobody knows". Raises `InvalidAnswer`."""
    asked = {question.fact: question for question in questions}
    made: dict[str, Any] = copy.deepcopy(dict(transaction))
    answered: set[str] = set()
    unknown: set[str] = set()
    for name, value in _by_question(answers, asked).items():
        members = _members(name, value, asked)
        for fact, member in members.items():
            _set(made, fact, member)
        answered.add(STATE if name == COUNTRY else name)
        unknown |= _unknown(name, members)
    _one_place(made, answers)
    return Put(made, frozenset(answered), frozenset(unknown))


def _one_place(made: Mapping[str, Any], answers: Mapping[str, object]) -> None:
    """Refuses a state and a country abroad: whichever is wrong, the verdict may turn on it."""
    state, country = (made.get("destination", {}).get(name) for name in ("state", "country"))
    if {STATE, COUNTRY} <= set(answers) and state is not None and country not in (None, "US"):
        raise _refused(COUNTRY, f"is {country}, which has no state {state}: answer one of the two")


def _unknown(name: str, members: Mapping[str, object]) -> set[str]:
    """The facts that nobody knows: of certification, each by itself; of another block, the block."""
    lacking = {fact for fact, member in members.items() if member is None}
    if name == CERTIFICATION:
        return lacking & {CALIFORNIA, FEDERAL}
    return {name} if lacking else set()


def _by_question(answers: Mapping[str, object], asked: Mapping[str, Question]) -> dict[str, object]:
    """The answers by question: one to a member of a block (`relocation.resident_of`) is an answer to the block."""
    if not isinstance(answers, Mapping):
        raise _refused("answers", f"are a mapping from facts to values, not {_a(answers)}")
    whole: dict[str, object] = {}
    for name, value in answers.items():
        block, _, member = str(name).rpartition(".")
        if name in asked or (name == COUNTRY and STATE in asked):
            whole[name] = value
        elif block in asked and asked[block].answer.type == "object":
            before = whole.setdefault(block, {})
            if not isinstance(before, dict):
                raise _refused(name, f"is answered twice, by itself and in {block}")
            before[member] = value
        else:
            raise _refused(str(name), "was not asked")
    return whole


def _members(name: str, value: object, asked: Mapping[str, Question]) -> dict[str, Any]:
    """An answer as members of the transaction, by their paths."""
    if name == COUNTRY:
        return {COUNTRY: _checked(COUNTRY, Answer("string"), value)}
    form = asked[name].answer
    if name == CERTIFICATION and not isinstance(value, Mapping):
        return _evidence(value)
    if form.type != "object":
        unit = {f"{name}_unit": form.unit} if name == "vehicle.mileage" and value is not None else {}
        return {name: _checked(name, form, value), **unit}
    if value is None:
        return {name: None}
    if not isinstance(value, Mapping):
        raise _refused(name, f"takes its members ({', '.join(m.name for m in form.members)}), not {_a(value)}")
    if not value:
        raise _refused(name, 'is empty; "nobody knows" is None')
    known = {member.name: member for member in form.members}
    for member in value:
        if member not in known:
            raise _refused(name, f"has no member {str(member)!r}, only {', '.join(known)}")
    return {f"{name}.{member}": _checked(f"{name}.{member}", known[member], each) for member, each in value.items()}


def _evidence(value: object) -> dict[str, Any]:
    """An answer about certification in one word or one sentence."""
    if value is None:
        return {CALIFORNIA: None, FEDERAL: None}
    if isinstance(value, bool):
        return {CALIFORNIA: value}
    if not isinstance(value, str):
        raise _refused(CERTIFICATION, f"takes yes, no, or what the label says, not {_a(value)}")
    text = value.strip()
    if text.lower() in TRUTH:
        return {CALIFORNIA: TRUTH[text.lower()]}
    kind = "executive_order" if ORDER.fullmatch(text) else "test_group" if TEST_GROUP.fullmatch(text) else "label"
    fact = f"{CERTIFICATION}.{kind}"
    return {fact: _checked(fact, Answer("string"), text)}


def _checked(fact: str, form: Answer | AnswerMember, value: object) -> object:
    """The value, if it is of the question's type, among its choices, and one that the contract takes."""
    if value is None and fact == DATE:
        raise _refused(fact, "cannot be left unknown")
    if value is None:
        return None
    wanted = TYPES.get(form.type)
    if wanted is not None and (not isinstance(value, wanted) or (isinstance(value, bool) and form.type != "boolean")):
        raise _refused(fact, f"takes {_article(form.type)}, not {_a(value)}")
    # A number that is offered is one that somebody said: it may be wrong as well.
    if form.choices and isinstance(value, (str, bool)) and value not in form.choices:
        raise _refused(fact, f"takes {_offered(form)}, not {str(value)[:40]!r}")
    return _of_contract(fact, value)


def _of_contract(fact: str, value: object) -> object:
    if isinstance(value, bool) or fact not in MEMBERS:
        return value
    text = " ".join(value.split()) if isinstance(value, str) else _digits(fact, value)
    if not text:
        raise _refused(fact, 'is empty; "nobody knows" is None')
    try:
        return MEMBERS[fact](text)
    except Unusable as unusable:
        raise _refused(fact, str(unusable)) from None


def _digits(fact: str, value: object) -> str:
    try:
        return str(value)
    except ValueError:
        raise _refused(fact, "is a number of too many digits") from None


def _set(transaction: dict[str, Any], fact: str, value: object) -> None:
    *blocks, last = fact.split(".")
    at = transaction
    for block in blocks:
        if not isinstance(at.get(block), dict):
            at[block] = {}
        at = at[block]
    at[last] = value


def _offered(form: Answer | AnswerMember) -> str:
    words = [str(choice) for choice in form.choices]
    return ", ".join(words) if len(words) <= MOST_SHOWN else f"one of its {len(words)} choices, such as {words[0]}"


def _article(kind: str) -> str:
    return {"boolean": "yes or no (true or false)", "string": "a text", "integer": "a whole number"}.get(kind, f"a {kind}")


def _refused(fact: str, text: str) -> InvalidAnswer:
    return InvalidAnswer(f"{fact} {text}", fact=fact)


def _a(value: object) -> str:
    name = type(value).__name__
    return f"an {name}" if name[:1] in "aeiou" else f"a {name}"
