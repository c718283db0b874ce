"""Conditions and facts: data without a truth of its own."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from levcheck.law import vocabulary as v
from levcheck.law.compiler import compiled
from levcheck.law.diagram import FAILS, HOLDS, UNKNOWN
from levcheck.law.logic.conditions import Not, all_of, any_of
from levcheck.law.logic.facts import Flag, Possible, WholeNumber, known

YEAR = WholeNumber("year", "the year", "Which year?", least=2000, most=2050)
RED = Flag("red", "whether it is red", "Is it red?")
BIG = Flag("big", "whether it is big", "Is it big?")


def test_a_condition_has_no_truth() -> None:
    """Asking a condition for its truth outside a case raises instead of being true."""
    with pytest.raises(TypeError, match="no truth"):
        bool(RED.holds)


@pytest.mark.parametrize("combine", [all_of, any_of])
def test_nothing_is_no_condition(combine: object) -> None:
    """A combination of no conditions raises instead of being true or false."""
    with pytest.raises(ValueError, match="at least one part"):
        combine()  # type: ignore[operator]


def test_only_conditions_combine() -> None:
    """A plain truth value is refused as part of a condition."""
    with pytest.raises(TypeError, match="not a condition"):
        all_of(True)  # type: ignore[arg-type]


def test_a_strange_value_is_refused() -> None:
    """A test for a value that the fact never takes raises when the law is built."""
    with pytest.raises(ValueError, match=r"seller.type takes one of"):
        v.seller.is_("car dealer")


@pytest.mark.parametrize(("year", "outcome"), [(2024, FAILS), (2025, HOLDS), (2028, HOLDS), (2029, FAILS)])
def test_bounds_are_where_they_are_said(year: int, outcome: int) -> None:
    """From 2025 to 2028 includes both ends and nothing beyond."""
    diagram = compiled({"within": YEAR.between(2025, 2028)}, [YEAR])
    assert diagram.outcome(diagram.roots["within"], diagram.masks({"year": known(year, YEAR)})) == outcome
    assert diagram.decide(diagram.roots["within"], {"year": year}) == (outcome == HOLDS)


def test_an_interval_is_every_value_in_it() -> None:
    """An interval that straddles a bound is unknown, one beside it is not."""
    diagram = compiled({"late": YEAR.at_least(2025)}, [YEAR])
    root = diagram.roots["late"]
    for low, high, outcome in ((2020, 2025, UNKNOWN), (2020, 2024, FAILS), (2025, 2050, HOLDS)):
        assert diagram.outcome(root, diagram.masks({"year": Possible(intervals=((low, high),))})) == outcome


def test_what_holds_either_way_holds() -> None:
    """A condition that holds whatever an open fact is holds, and nothing is asked."""
    diagram = compiled({"either": any_of(RED.holds, Not(RED.holds)), "both": all_of(RED.holds, BIG.holds)}, [RED, BIG])
    assert diagram.outcome(diagram.roots["either"], diagram.everything) == HOLDS
    assert diagram.essential(diagram.roots["either"], diagram.everything) == frozenset()
    assert len(diagram.essential(diagram.roots["both"], diagram.everything)) == 2


def test_unless_takes_back() -> None:
    """A condition with `unless` fails where the exception holds."""
    diagram = compiled({"red": RED.holds.unless(BIG.holds)}, [RED, BIG])
    root = diagram.roots["red"]
    assert diagram.decide(root, {"red": True, "big": False})
    assert not diagram.decide(root, {"red": True, "big": True})


intervals = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(sorted).map(tuple)
sets = st.lists(intervals, max_size=4).map(lambda pieces: _union([Possible(intervals=(piece,)) for piece in pieces]))


def _union(pieces: list[Possible]) -> Possible:
    union = Possible()
    for piece in pieces:
        union |= piece
    return union


def _members(possible: Possible) -> set[int]:
    return {n for n in range(21) if any(low <= n <= high for low, high in possible.intervals)}


@given(sets, sets)
def test_possible_sets_meet_and_join_as_sets_do(a: Possible, b: Possible) -> None:
    """The intersection and the union of possible values are those of the sets of values."""
    assert _members(a & b) == _members(a) & _members(b)
    assert _members(a | b) == _members(a) | _members(b)


@given(st.dates(date(2024, 1, 1), date(2025, 12, 31)))
def test_dates_are_on_the_right_side(day: date) -> None:
    """A date is before a bound or from it on, never both and never neither."""
    bound = date(2025, 1, 1)
    diagram = compiled({"before": v.day.below(bound), "from": v.day.at_least(bound)}, [v.day])
    facts = {v.day.name: day}
    assert diagram.decide(diagram.roots["before"], facts) == (day < bound)
    assert diagram.decide(diagram.roots["from"], facts) == (day >= bound)
