"""levcheck's compiled law, through the functions that the service itself calls.

An explanation is all that a check's result takes from the law. Its verdict under each reading is checked against the
hand-written form; so are basis and findings where every fact is known, the only case in which that form gives them.
Its findings are cached by the classes of their facts' values, so it is timed twice: with that cache emptied before
each round, and with all of the round's findings in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from levcheck.law import readings, vocabulary
from levcheck.law.current import LAW
from levcheck.law.logic.facts import Possible, known
from levcheck.law.ruleset import Finding

from . import hand_written
from .contender import EXPLAINED, PARTIAL, TOTAL, Contender

Facts = Mapping[str, Any]
Explanation = tuple[str, str | None, Mapping[str, Finding], frozenset[str], dict[str, str]]

READING = readings.DEFAULT


def contenders(total: Sequence[Facts], partial: Sequence[Facts]) -> list[Contender]:
    """Every task of ours, and the hand-written form at the two that it can do."""
    names = [reading.name for reading in readings.READINGS]
    verdicts = [hand_written.verdict(facts, READING) for facts in total]
    outcomes = [_outcome(facts, names) for facts in total]
    by_reading = [{name: hand_written.of_every_completion(facts, name) for name in names} for facts in partial]
    exact = [verdicts[READING] for verdicts in by_reading]
    split = [(verdicts[READING], verdicts) for verdicts in by_reading]
    known_all, known_some = _possible(total), _possible(partial)
    every_completion = hand_written.of_every_completion
    full_some, full_all = (lambda: remember(known_some)), (lambda: remember(known_all))
    every, some = "levcheck, all facts known", "levcheck, facts unknown"
    return [
        Contender(TOTAL, "hand-written if/else", hand_written.verdict, total, total, verdicts),
        Contender(TOTAL, "levcheck", total_verdict, total, total, verdicts),
        Contender(PARTIAL, "levcheck", exact_verdict, known_some, partial, exact),
        Contender(PARTIAL, "hand-written if/else, of each completion", every_completion, partial, partial, exact),
        Contender(EXPLAINED, f"{some}, cache filling", explained, known_some, partial, split, _verdicts, False, forget),
        Contender(EXPLAINED, f"{every}, cache filling", explained, known_all, total, outcomes, _terms, False, forget),
        Contender(EXPLAINED, f"{some}, cache full", explained, known_some, partial, split, _verdicts, False, full_some),
        Contender(EXPLAINED, f"{every}, cache full", explained, known_all, total, outcomes, _terms, False, full_all),
    ]


def _possible(transactions: Sequence[Facts]) -> list[dict[str, Possible]]:
    return [{name: known(value, vocabulary.BY_NAME[name]) for name, value in facts.items()} for facts in transactions]


def total_verdict(facts: Facts) -> str:
    """The verdict of facts that are all known."""
    return LAW.total_verdict(facts, READING)


def exact_verdict(possible: Mapping[str, Possible]) -> str:
    """The verdict over every completion of what is possible."""
    return LAW.verdict(LAW.masks(possible), READING)


def explained(possible: Mapping[str, Possible]) -> Explanation:
    """Verdict, basis, findings, questions, and the verdict of each reading."""
    masks = LAW.masks(possible)
    decided = LAW.verdict(masks, READING)
    return (
        decided,
        LAW.basis(masks, READING, decided),
        LAW.findings(masks, READING),
        LAW.questions(masks, READING) if decided == "undetermined" else frozenset(),
        {reading.name: LAW.verdict(masks, reading.name) for reading in readings.READINGS},
    )


def forget() -> None:
    """Empty every cache that the law keeps, as in a service just started."""
    for value in vars(LAW).values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()


def remember(transactions: Sequence[Mapping[str, Possible]]) -> None:
    """Fill the caches with what these transactions need, as in a service that has seen their like."""
    for possible in transactions:
        explained(possible)


def _outcome(facts: Facts, names: Sequence[str]) -> tuple[Any, ...]:
    """The hand-written form's explanation of known facts."""
    came_to = hand_written.outcome(facts, READING)
    statuses = {citation: "holds" if met else "fails" for citation, met in came_to["findings"].items()}
    verdicts = {name: hand_written.verdict(facts, name) for name in names}
    return came_to["verdict"], came_to["basis"], statuses, frozenset(), verdicts


def _terms(explanation: Explanation) -> tuple[Any, ...]:
    decided, basis, findings, questions, verdicts = explanation
    return decided, basis, {citation: finding.status for citation, finding in findings.items()}, questions, verdicts


def _verdicts(explanation: Explanation) -> tuple[str, dict[str, str]]:
    """What the hand-written form can say too where facts are unknown."""
    return explanation[0], explanation[4]
