"""The only door into the law: a transaction in, a result out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .advice.advisories import advisories
from .advice.documents import documents, duties
from .advice.remedies import remedies
from .advice.situation import Situation
from .advice.summary import summary
from .evidence import reader, relocation
from .evidence.claims import Conflict, FactState
from .evidence.registry import Registry
from .law import readings
from .law import vocabulary as v
from .law.current import HASH, LAW, PROHIBITION
from .law.logic.facts import Choice, Fact, Flag, Possible, WholeNumber
from .law.places import STATES
from .law.ruleset import Finding, Ruleset
from .law.va_9vac5_95 import FINDINGS, editions

Result = dict[str, Any]
_TEXTS = {provision.citation: provision.text for provision in FINDINGS}


def check(
    request: Mapping[str, Any],
    *,
    today: date,
    registry: Registry,
    reading: str = readings.DEFAULT,
    account: str | None = None,
    members: Iterable[str] | None = None,
) -> Result:
    """Evaluate a valid request of the contract (v1): members by their names, dates as `date`, mileage as int or Decimal.

    `today` is the date in Virginia, `reading` the deployment's, which the request may override, `account` the kind of
    seller that the asking organization is. The result is JSON, but that a mileage can be a Decimal; of its members only
    `members` are worked out, where these are named.
    """
    return result_of(evaluate(request, today=today, registry=registry, reading=reading, account=account), members)


MEMBERS: dict[str, Callable[[Situation], Any]] = {
    "verdict": lambda case: case.verdict,
    "basis": lambda case: case.basis,
    "assurance": lambda case: case.evidence.assurance,
    "summary": summary,
    "findings": lambda case: [_finding(finding) for finding in case.findings.values()],
    "questions": lambda case: [question(case, name) for name in case.questions],
    "facts": lambda case: [_fact(state) for state in case.evidence.facts.values()],
    "conflicts": lambda case: [_conflict(conflict) for conflict in case.evidence.conflicts],
    "duties": duties,
    "documents": documents,
    "advisories": advisories,
    "remedies": remedies,
    "readings": lambda case: {r.name: LAW.verdict(case.masks, r.name) for r in readings.READINGS},
    "regulation": lambda case: {
        "chapter": editions.CHAPTER,
        "edition": editions.FIRST.name,
        "reading": case.reading,
        "ruleset": HASH,
    },
}
"""The members of a result, each worked out by itself."""
BRIEF: dict[str, Callable[[Situation], Any]] = {
    "provision": lambda case: settled_by(case)[0][0],
    "needs": lambda case: list(case.questions),
}
"""What tells a result in few words: the provision that decided it, and the facts that are still needed."""
_ALL = MEMBERS | BRIEF


def result_of(case: Situation, members: Iterable[str] | None = None) -> Result:
    """What was evaluated, as the contract tells it: all of it, or these members (of `BRIEF` too)."""
    return {name: _ALL[name](case) for name in (MEMBERS if members is None else members)}


def evaluate(
    request: Mapping[str, Any], *, today: date, registry: Registry, reading: str, account: str | None = None
) -> Situation:
    """Read the evidence; the law is asked when an answer is. The arguments are those of `check`."""
    evidence = reader.read(request, today=today, registry=registry, account=account)
    return Situation(request, evidence, LAW.masks(evidence.possible), request.get("reading") or reading)


def most_decisive_first(case: Situation) -> list[str]:
    """The facts that are asked for, those first whose answer is likeliest to settle the verdict by itself."""
    shares = shares_settled(case)
    return sorted(case.questions, key=lambda name: -shares[name])


def shares_settled(case: Situation) -> dict[str, float]:
    """Of the answers to each question, the share that settles the verdict by itself."""
    return {name: LAW.share_settled(case.masks, case.reading, name) for name in case.questions}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "provision": finding.citation,
        "text": _TEXTS[finding.citation],
        "status": finding.status,
        "because": list(finding.because),
    }


def question(case: Situation, name: str) -> dict[str, Any]:
    """How a fact is asked for, whether or not the verdict turns on it."""
    fact = v.BY_NAME[name]
    turning = [c for c, finding in case.findings.items() if finding.status == "unknown" and name in finding.because]
    return {"fact": name, "ask": fact.ask, "provisions": turning, "answer": _answer(fact, case.evidence.facts[name])}


def _answer(fact: Fact, state: FactState) -> dict[str, Any]:
    """The form of an answer: only values that are still possible are offered."""
    answer: dict[str, Any] = {"type": "string", "choices": [], "unit": fact.unit, "members": []}
    if fact is v.relocation:
        return answer | {"type": "object", "members": relocation_members()}
    if isinstance(fact, Choice):
        offered = [value for value in fact.values if value in state.possible.choices]
        return answer | {"type": "boolean" if isinstance(fact, Flag) else "string", "choices": offered}
    values, ranges = _numbers(state.possible)
    return answer | {"type": "integer" if isinstance(fact, WholeNumber) else "number", "choices": [] if ranges else values}


def relocation_members() -> list[dict[str, Any]]:
    """The members of B 11's block, each with its type and what to choose from."""
    states = [{"name": name, "type": "string", "choices": list(STATES)} for name in relocation.STATE_MEMBERS]
    return [*states, {"name": relocation.RESIDENCY, "type": "boolean", "choices": [True, False]}]


def _fact(state: FactState) -> dict[str, Any]:
    values: list[Any] = []
    ranges: list[Any] = []
    told, value = state.state, state.value
    if value is not None:
        values = [plain(value)]
    elif told == "narrowed":
        values, ranges = _numbers(state.possible)
        if isinstance(state.fact, Choice):
            values = [value for value in state.fact.values if value in state.possible.choices]
    return {"fact": state.fact.name, "state": told, "values": values, "ranges": ranges, "source": state.source}


def _numbers(possible: Possible) -> tuple[list[Any], list[Any]]:
    values = [plain(low) for low, high in possible.intervals if low == high]
    ranges = [{"min": plain(low), "max": plain(high)} for low, high in possible.intervals if low != high]
    return values, ranges


def plain(value: Any) -> Any:
    """A value as JSON. A mileage from kilometres has no finite decimals: it is cut, never rounded up, at the sixth."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else Decimal(int(value * 1_000_000)) / 1_000_000
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


def _conflict(conflict: Conflict) -> dict[str, Any]:
    claims = [{"source": source, "value": value} for source, value in conflict.claims]
    return {"fact": conflict.subject, "claims": claims, "text": conflict.text}


def settled_by(case: Situation) -> tuple[list[str], list[str]]:
    """The provisions that decided a verdict, and the facts whose values alone settle it (or on which it still turns)."""
    match case.basis:
        case "exempt" if case.exemptions:
            return [case.exemptions[0]], list(case.findings[case.exemptions[0]].because)
        case "not_covered":
            return [PROHIBITION], list(LAW.because(f"not_covered@{case.reading}", case.masks))
        case "certified":
            return [PROHIBITION], list(LAW.because("certified", case.masks))
    return [PROHIBITION], list(LAW.because(f"permitted@{case.reading}", case.masks))


def judged_again(law: Ruleset, result: Mapping[str, Any]) -> dict[str, Any]:
    """What a compiled law makes of a result's own facts: verdict, basis, the status of each finding, the facts asked."""
    masks = law.masks({fact["fact"]: _possible(fact) for fact in result["facts"] if fact["state"] != "open"})
    reading = result["regulation"]["reading"]
    verdict = law.verdict(masks, reading)
    return {
        "verdict": verdict,
        "basis": law.basis(masks, reading, verdict),
        "findings": {citation: finding.status for citation, finding in law.findings(masks, reading).items()},
        "questions": law.questions(masks, reading),
        "readings": {name: law.verdict(masks, name) for name in law.readings},
    }


def as_judged(result: Mapping[str, Any]) -> dict[str, Any]:
    """The same members of a result as it stands, to hold against `judged_again`."""
    return {
        "verdict": result["verdict"],
        "basis": result["basis"],
        "findings": {finding["provision"]: finding["status"] for finding in result["findings"]},
        "questions": frozenset(question["fact"] for question in result["questions"]),
        "readings": result["readings"],
    }


def _possible(told: Mapping[str, Any]) -> Possible:
    """The values of a fact as a result tells them."""
    fact = v.BY_NAME[told["fact"]]
    if isinstance(fact, Choice):
        return Possible(choices=frozenset(told["values"]))
    pieces = [(value, value) for value in told["values"]] + [(r["min"], r["max"]) for r in told["ranges"]]
    if fact is v.day:
        pieces = [(date.fromisoformat(low), date.fromisoformat(high)) for low, high in pieces]
    return Possible(intervals=tuple(sorted(pieces)))
