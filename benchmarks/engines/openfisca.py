"""openfisca-core: the same law, one transaction at a time and all of them at once.

One at a time is a situation of one transaction, built from a dictionary, as the documentation does for a test case;
on a sample, for it is slow. All at once is a population whose inputs are set as arrays, as it does for data; its time
is spread over the transactions. Both build their simulation inside the timed part, since a simulation keeps what it
has computed. The dictionaries and arrays are made ready before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy
from levcheck.law import vocabulary
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from . import hand_written
from .contender import TOTAL, Contender
from .openfisca_law import ENUMS, FACTS, system, variable_name

Facts = Mapping[str, Any]

ALWAYS, DAY = "ETERNITY", "2025-06-01"
SAMPLE = 200


def contenders(total: Sequence[Facts]) -> list[Contender]:
    """A sample one by one, and every transaction at once."""
    loaded, sample = system(), total[:SAMPLE]
    verdicts = [hand_written.verdict(facts) for facts in total]
    one, all_at_once = one_at_a_time(loaded), at_once(loaded, len(total))
    situations, arrays = [situation(facts) for facts in sample], columns(total)
    return [
        Contender(TOTAL, "openfisca-core, one by one", one, situations, sample, verdicts[: len(sample)], _verdict),
        Contender(TOTAL, "openfisca-core, all at once", all_at_once, arrays, total, verdicts, _verdicts, batch=True),
    ]


def _verdicts(answer: numpy.ndarray) -> list[str]:
    return ["prohibited" if one else "permitted" for one in answer]


def _verdict(answer: numpy.ndarray) -> str:
    return _verdicts(answer)[0]


def situation(facts: Facts) -> dict[str, Any]:
    """One transaction as OpenFisca's test cases are written."""
    inputs: dict[str, Any] = {}
    for fact in FACTS:
        value = facts[fact.name]
        plain = str(value) if fact is vocabulary.day else float(value) if fact is vocabulary.mileage else value
        inputs[variable_name(fact)] = {ALWAYS: plain}
    return {"transactions": {"deal": inputs}}


def columns(transactions: Sequence[Facts]) -> list[tuple[str, numpy.ndarray]]:
    """Every fact as one array over all transactions, names already as OpenFisca's numbers for them."""
    kinds = {vocabulary.day.name: "datetime64[D]", vocabulary.mileage.name: "float32"}
    arrays = []
    for fact in FACTS:
        array = numpy.array([facts[fact.name] for facts in transactions], dtype=kinds.get(fact.name))
        arrays.append((variable_name(fact), ENUMS[fact.name].encode(array) if fact.name in ENUMS else array))
    return arrays


def one_at_a_time(loaded: TaxBenefitSystem) -> Callable[[dict[str, Any]], numpy.ndarray]:
    """Answers one situation."""

    def ask(one: dict[str, Any]) -> numpy.ndarray:
        return SimulationBuilder().build_from_entities(loaded, one).calculate("prohibited", DAY)

    return ask


def at_once(loaded: TaxBenefitSystem, count: int) -> Callable[[Sequence[tuple[str, numpy.ndarray]]], numpy.ndarray]:
    """Answers a whole population."""

    def ask(arrays: Sequence[tuple[str, numpy.ndarray]]) -> numpy.ndarray:
        simulation = SimulationBuilder().build_default_simulation(loaded, count)
        for name, array in arrays:
            simulation.set_input(name, ALWAYS, array)
        return simulation.calculate("prohibited", DAY)

    return ask
