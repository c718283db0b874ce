"""What z3 proves of the law for every transaction, not for a sample."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import z3
from levcheck.law import readings
from levcheck.law.current import LAW, conditions
from levcheck.law.diagram import TRUE
from levcheck.law.logic.conditions import AllOf, AnyOf, Below, Condition, Not, OneOf
from levcheck.law.logic.facts import Choice, Fact, WholeNumber
from levcheck.law.va_9vac5_95 import section_30
from levcheck.law.vocabulary import BY_NAME, FACTS

READINGS = tuple(readings.BY_NAME)
SORTS = {
    fact.name: z3.EnumSort(fact.name, [f"{fact.name}={value}" for value in fact.values])
    for fact in FACTS
    if isinstance(fact, Choice)
}
EXEMPTIONS = [f"9VAC5-95-30 B {number}" for number in range(1, 12)]


def _variable(fact: Fact) -> Any:
    if isinstance(fact, Choice):
        return z3.Const(fact.name, SORTS[fact.name][0])
    whole = isinstance(fact, WholeNumber) or fact.name == "transaction.date"
    return z3.Int(fact.name) if whole else z3.Real(fact.name)


def _equals(fact: Choice, value: object) -> Any:
    return _variable(fact) == SORTS[fact.name][1][fact.values.index(value)]  # type: ignore[arg-type]


def _number(bound: Any) -> Any:
    return bound.toordinal() if isinstance(bound, date) else bound


def of_condition(condition: Condition) -> Any:
    """A condition as the law's code says it."""
    match condition:
        case OneOf():
            return z3.Or(*(_equals(condition.fact, value) for value in condition.values))  # type: ignore[arg-type]
        case Below():
            below = _variable(condition.fact) < _number(condition.bound)
            return z3.Not(below) if condition.reverse else below
        case AllOf():
            return z3.And(*map(of_condition, condition.conditions))
        case AnyOf():
            return z3.Or(*map(of_condition, condition.conditions))
        case Not():
            return z3.Not(of_condition(condition.condition))
    (inner,) = condition.parts()
    return of_condition(inner)


def of_root(root: int) -> Any:
    """A root as the compiled diagram decides it, node by node."""
    diagram = LAW.diagram
    known: dict[int, Any] = {0: z3.BoolVal(False), TRUE: z3.BoolVal(True)}

    def formula(node: int) -> Any:
        if node not in known:
            partition = diagram.partitions[diagram.level[node]]
            ways = [formula(edge) for edge in diagram.edges[node]]
            variable = _variable(BY_NAME[partition.name])
            result = ways[-1]
            for c in reversed(range(len(ways) - 1)):
                result = z3.If(_inside(partition, c, variable), ways[c], result)
            known[node] = result
        return known[node]

    return formula(root)


def _inside(partition: Any, c: int, variable: Any) -> Any:
    if partition.classes is None:
        return variable < _number(partition.cuts[c])
    fact = BY_NAME[partition.name]
    return z3.Or(*(_equals(fact, value) for value, of in partition.classes.items() if of == c))  # type: ignore[arg-type]


def _impossible(*formulas: Any) -> bool:
    solver = z3.Solver()
    solver.add(*formulas)
    return bool(solver.check() == z3.unsat)


@pytest.mark.parametrize("name", LAW.diagram.roots)
def test_the_diagram_is_the_condition(name: str) -> None:
    """For every transaction whatever, the compiled root decides as the law's own condition does."""
    assert _impossible(z3.Xor(of_condition(conditions()[name]), of_root(LAW.diagram.roots[name])))


@pytest.mark.parametrize("reading", READINGS)
def test_the_grounds_leave_no_gap_and_no_overlap(reading: str) -> None:
    """A transaction is prohibited exactly when none of the grounds holds, and permitted exactly when one does."""
    root = {name: of_root(number) for name, number in LAW.diagram.roots.items()}
    grounds = z3.Or(root[f"not_covered@{reading}"], root["exempt"], root["certified"])
    assert _impossible(grounds == root[f"9VAC5-95-30 A@{reading}"])
    assert _impossible(grounds != root[f"permitted@{reading}"])


@pytest.mark.parametrize("citation", EXEMPTIONS)
def test_each_exemption_decides_alone(citation: str) -> None:
    """Each exemption is the only thing that permits some transaction that the chapter reaches."""
    others = [of_root(LAW.diagram.roots[other]) for other in EXEMPTIONS if other != citation]
    alone = z3.And(of_root(LAW.diagram.roots[citation]), *map(z3.Not, others))
    reached = z3.And(of_condition(section_30.covered()), z3.Not(of_condition(section_30.certified())))
    assert not _impossible(alone, reached)


def test_new_and_used_exclude_each_other() -> None:
    """No vehicle is both new and used, and one before model year 2025 is neither."""
    new, used = (of_root(LAW.diagram.roots[f"9VAC5-95-20 B {word} motor vehicle"]) for word in ("New", "Used"))
    assert _impossible(new, used)
    assert _impossible(z3.Or(new, used), z3.Int("vehicle.model_year") < 2025)
    vehicle = _equals(BY_NAME["vehicle.kind"], "vehicle")  # type: ignore[arg-type]
    assert _impossible(z3.Not(z3.Or(new, used)), z3.Int("vehicle.model_year") >= 2025, vehicle)


@pytest.mark.parametrize("reading", [name for name in READINGS if name != readings.DEFAULT])
def test_other_readings_only_narrow(reading: str) -> None:
    """Whatever the text as written permits, every other reading permits too."""
    written = of_root(LAW.diagram.roots[f"permitted@{readings.DEFAULT}"])
    assert _impossible(written, z3.Not(of_root(LAW.diagram.roots[f"permitted@{reading}"])))


def test_resale_has_no_effect() -> None:
    """No verdict turns on whether a vehicle is for use or for resale."""
    (purpose,) = (p for p in LAW.diagram.partitions if p.name == "transaction.purpose")
    assert purpose.of("use") == purpose.of("resale") != purpose.of("dismantling")
