"""The rules of a vehicle identification number, by our own code."""

from __future__ import annotations

import pytest
from evidence.vehicles import REAL
from hypothesis import given, settings
from hypothesis import strategies as st
from levcheck.evidence import vin, vpic

ALPHABET = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
# 49 CFR 565.15, tables III and IV, written out by hand: each letter's value, each position's weight.
LETTERS = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9], strict=True)
)
WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
PUBLISHED = ("1M8GDM9AXKP042788", "11111111111111111", "1HGCM82633A004352", "5GZCZ43D13S812715", "KMHDU46D17U000000")


def digit_of(text: str) -> str:
    """The check digit by the federal table."""
    return "0123456789X"[sum(LETTERS.get(c, 0) or int(c) for c, w in zip(text, WEIGHTS, strict=True) for _ in range(w)) % 11]


@st.composite
def right_vins(draw: st.DrawFn) -> str:
    """Any VIN whose year letter and check digit are right."""
    text = "".join(draw(st.lists(st.sampled_from(ALPHABET), min_size=17, max_size=17)))
    text = text[:9] + draw(st.sampled_from("ABCDEFGHJKLMNPRSTVWXY123456789")) + text[10:]
    return text[:8] + digit_of(text) + text[9:]


@pytest.mark.parametrize("text", [*PUBLISHED, *(real.vin for real in REAL)])
def test_real_numbers_are_right(text: str) -> None:
    """A published or real VIN has nothing wrong with it by its own rules."""
    assert vin.fault(text) is None
    assert vin.check_digit(text) == text[8]


@settings(deadline=None)
@given(right_vins())
def test_check_digit_is_the_federal_one(text: str) -> None:
    """The check digit is the one that the federal regulation's tables give, for every VIN."""
    assert vin.check_digit(text) == digit_of(text)
    assert vin.fault(text) is None


@settings(deadline=None)
@given(right_vins(), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_every_wrong_character_that_can_be_caught_is(text: str, place: int, other: str) -> None:
    """One character written wrong is caught whenever it changes the remainder, and never a right one blamed."""
    changed = text[:place] + other + text[place + 1 :]
    fault = vin.fault(changed)
    assert (fault is not None and "check digit" in fault) == (digit_of(changed) != changed[8])


@pytest.mark.parametrize("text", [real.vin for real in REAL])
@pytest.mark.parametrize("place", [7, 10, 16])
def test_a_wrong_digit_is_unverified_and_not_unassigned(text: str, place: int) -> None:
    """A real VIN with one digit misread could not be verified, and nobody is told that it is a placeholder."""
    other = "3" if text[place] != "3" else "5"
    found = vpic.decode(text[:place] + other + text[place + 1 :])
    assert (found.problem, found.model_year, found.gvwr_lb, found.vehicle_type) == ("vin_unverified", None, None, None)


@pytest.mark.parametrize("letter", ["I", "O", "Q"])
def test_letters_that_no_vin_has(letter: str) -> None:
    """I, O and Q are named as what is wrong, and are taken for misread digits and not for a placeholder."""
    text = "1FTEW3LP9SKE98169"[:13] + letter + "169"
    fault = vin.fault(text)
    assert fault is not None and f"contains {letter}," in fault
    assert vpic.decode(text).problem == "vin_unverified"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1FTEW3LP9SKE9816",
        "1FTEW3LP9SKE981690",
        "1FTEW3LP9SKE98169\n",
        "1FTEW3LP9SKE9816\n",
        " 1FTEW3LP9SKE9816",
        "1FTEW3LP9-KE98169",
        "1FTEW3LP9SKE9816é",
        "1FTEW3LP9SKE9816\u0661",
    ],
)
def test_what_is_no_vin_at_all(text: str) -> None:
    """Only 17 plain letters and digits can be a VIN: not 16, not 18, not a line's end, not another script's digit."""
    assert not vin.is_well_formed(text)


@pytest.mark.parametrize(
    ("letter", "year"),
    [
        ("A", 2010),
        ("H", 2017),
        ("J", 2018),
        ("N", 2022),
        ("P", 2023),
        ("R", 2024),
        ("S", 2025),
        ("T", 2026),
        ("V", 2027),
        ("W", 2028),
        ("X", 2029),
        ("Y", 2030),
        ("1", 2031),
        ("9", 2039),
    ],
)
def test_year_letters(letter: str, year: int) -> None:
    """The tenth character stands for its year and for those 30 years before and after, and for no other."""
    years = vin.model_years(f"1FTEW3LP9{letter}KE98169")
    assert year in years
    assert {y % 30 for y in years} == {year % 30}


@pytest.mark.parametrize("letter", ["0", "U", "Z"])
def test_letters_that_are_no_year(letter: str) -> None:
    """A tenth character that stands for no model year is a fault, though the check digit be right."""
    text = f"1FTEW3LP9{letter}KE98169"
    text = text[:8] + digit_of(text) + text[9:]
    fault = vin.fault(text)
    assert vin.model_years(text) == ()
    assert fault is not None and f"its tenth character, {letter}, stands for no model year" in fault


@pytest.mark.parametrize(
    "text",
    [
        "2T3P1RFV0SXXXXXXX",
        "1FTEW3LP9SK000000",
        "1FTEW3LP9SKXXXXXX",
        "JTMABABA0SD29B123",
        "NOVINYET000000000",
        "PENDING0000000001",
        "TBD00000000000001",
        "12312312312312312",
        "UNKNOWN1234567890",
    ],
)
def test_placeholders_are_recognized(text: str) -> None:
    """What dealer feeds put in for a car not yet built is answered as a VIN not assigned yet."""
    assert vin.looks_unassigned(text)
    assert vpic.decode(text).problem == "vin_not_assigned"


@pytest.mark.parametrize("text", [real.vin for real in REAL])
def test_real_numbers_are_no_placeholders(text: str) -> None:
    """No real VIN looks like a placeholder."""
    assert not vin.looks_unassigned(text)
