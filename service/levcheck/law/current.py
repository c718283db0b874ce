"""The law in force, compiled: 9VAC5-95 under each reading of its reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import readings, vocabulary
from .compiler import compiled
from .logic.conditions import Condition, Not, all_of, facts_of
from .logic.facts import Fact
from .ruleset import Ruleset, content_hash
from .va_9vac5_95 import FINDINGS, editions, section_30

# The order of the facts in the diagram: chosen by search for few nodes and short walks. It changes no answer.
ORDER: tuple[Fact, ...] = tuple(
    vocabulary.BY_NAME[name]
    for name in (
        "transaction.state", "transaction.date", "vehicle.model_year", "vehicle.vehicle_type", "transaction.type",
        "vehicle.gvwr_lb", "vehicle.kind", "transaction.transfer", "vehicle.military_tactical_vehicle", "vehicle.mileage",
        "vehicle.off_highway_only", "vehicle.authorized_emergency_vehicle", "transaction.contract", "transaction.purpose",
        "vehicle.certification.federal", "vehicle.certification.california", "vehicle.certification.conforms",
        "vehicle.new_engine", "seller.type", "buyer.type", "destination.state", "destination.country", "relocation",
    )
)  # fmt: skip
PROHIBITION = section_30.a.citation


def conditions() -> dict[str, Condition]:
    """Every question that the compiled law answers, by the name of its root."""
    named: dict[str, Condition] = {p.citation: p for p in FINDINGS if p.citation != PROHIBITION}
    named |= {"exempt": section_30.b, "certified": section_30.certified()}
    for reading in readings.READINGS:
        named[f"{PROHIBITION}@{reading.name}"] = _within(section_30.a, reading)
        named[f"not_covered@{reading.name}"] = Not(_within(section_30.covered(), reading))
        named[f"permitted@{reading.name}"] = Not(named[f"{PROHIBITION}@{reading.name}"])
    return named


def _within(condition: Condition, reading: readings.Reading) -> Condition:
    return condition if reading.within is None else all_of(condition, reading.within)


def ruleset(named: Mapping[str, Condition]) -> Ruleset:
    """Compile named conditions, each explained in the order of its own sentence."""
    diagram = compiled(named, ORDER)
    level = {partition.name: number for number, partition in enumerate(diagram.partitions)}
    sentences = {}
    for name, condition in named.items():
        turns_on = diagram.essential(diagram.roots[name], diagram.everything)
        in_order = (level[fact.name] for fact in facts_of(condition))
        sentences[name] = tuple(number for number in in_order if number in turns_on)
    return Ruleset(diagram, sentences, [p.citation for p in FINDINGS])


def portable(law: Ruleset) -> dict[str, Any]:
    """The compiled law with all that an offline reader needs beside the diagram to give the same verdicts.

    `defaults`, `contracts` and `default_contracts` for what a request leaves out; `class_weights` in pounds, both ends
    included, for narrowing class and weight.
    """
    return {
        "chapter": editions.CHAPTER,
        "edition": editions.FIRST.name,
        "readings": list(law.readings),
        **law.portable(),
        "defaults": {fact.name: value for fact, value in vocabulary.DEFAULTS.items()},
        "contracts": {act: list(contracts) for act, contracts in vocabulary.ACT_CONTRACTS.items()},
        "default_contracts": vocabulary.ACT_DEFAULT_CONTRACT,
        "class_weights": {name: list(limits) for name, limits in vocabulary.CLASS_WEIGHTS.items()},
    }


LAW = ruleset(conditions())
HASH = content_hash(portable(LAW))


def needed(masks: Sequence[int], reading: str) -> tuple[str, ...]:
    """The facts on which an undetermined verdict still turns, in the vocabulary's order."""
    turns_on = LAW.questions(masks, reading)
    return tuple(fact.name for fact in vocabulary.FACTS if fact.name in turns_on)
