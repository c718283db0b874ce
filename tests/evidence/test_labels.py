"""The sentence on an emission label or a certificate of origin."""

from __future__ import annotations

import re

import pytest
from evidence.asking import CALIFORNIA, LABEL, codes, disputed, read
from evidence.sentences import (
    ALSO_FEDERAL,
    DENIED,
    DENIED_OR_RESTRICTED,
    FEDERAL_AND_SILENT,
    FEDERAL_ONLY,
    FEDERAL_WITHOUT_YEAR,
    FIFTY_STATE,
    ON_CERTIFICATES_OF_ORIGIN,
    ON_LABELS,
    UNDECIDED_ABOUT_CALIFORNIA,
    UNRELATED,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from levcheck.evidence import labels
from levcheck.evidence.registry import Registry


@pytest.mark.parametrize("sentence", ON_LABELS)
def test_the_three_passing_sentences(sentence: str) -> None:
    """Each of the three sentences of California certification passes, and says its model year and the federal one."""
    assert labels.read(sentence) == labels.Label(california=True, federal=True, model_year=2025)


@pytest.mark.parametrize("sentence", ON_CERTIFICATES_OF_ORIGIN)
def test_certificates_of_origin(sentence: str) -> None:
    """The words of a certificate of origin pass, without a model year and without a federal certificate."""
    assert labels.read(sentence) == labels.Label(california=True)


@pytest.mark.parametrize("sentence", ALSO_FEDERAL)
def test_both_in_one_statement(sentence: str) -> None:
    """A statement of conformity with both rules passes however it is varied, and shows the federal certificate too."""
    assert labels.read(sentence) == labels.Label(california=True, federal=True)


@pytest.mark.parametrize("sentence", DENIED)
def test_denied(sentence: str) -> None:
    """A sentence that says outright that the vehicle is not for California is a no, and says nothing of the federal one."""
    assert labels.read(sentence) == labels.Label(california=False)


@pytest.mark.parametrize("sentence", FEDERAL_WITHOUT_YEAR)
def test_federal_in_its_variations(sentence: str) -> None:
    """The federal statement alone is a no, whatever the label says of diagnostics and adjustments."""
    assert labels.read(sentence) == labels.Label(california=False, federal=True)


@pytest.mark.parametrize("sentence", FEDERAL_AND_SILENT)
def test_federal_and_silent(sentence: str, registry: Registry) -> None:
    """A federal certificate beside nothing clear about California shows itself, and leaves California to be asked."""
    assert labels.read(sentence) == labels.Label(federal=True)
    evidence = read({LABEL: sentence}, registry)
    assert (codes(evidence), evidence.facts[CALIFORNIA].source) == (["label_not_recognized"], "unknown")
    assert evidence.facts["vehicle.certification.federal"].source == "label"


def test_federal_only() -> None:
    """The federal sentence without California is a no."""
    assert labels.read(FEDERAL_ONLY) == labels.Label(california=False, federal=True, model_year=2025)


@pytest.mark.parametrize("sentence", DENIED_OR_RESTRICTED)
def test_denied_or_restricted(sentence: str) -> None:
    """A passing sentence that is taken back, restricted, asked or left unticked shows nothing."""
    assert labels.read(sentence).california is None


@pytest.mark.parametrize("sentence", UNRELATED)
def test_unrelated(sentence: str) -> None:
    """Text that is none of the sentences shows nothing, whatever words it shares with them."""
    assert labels.read(sentence) == labels.UNREADABLE


@pytest.mark.parametrize("sentence", UNDECIDED_ABOUT_CALIFORNIA)
def test_a_federal_sentence_that_goes_on(sentence: str) -> None:
    """A federal sentence with anything more about California or sale in it is unknown, and not a no."""
    assert labels.read(sentence).california is None


@pytest.mark.parametrize("sentence", [*ON_LABELS, *ON_CERTIFICATES_OF_ORIGIN, *ALSO_FEDERAL, *DENIED, FEDERAL_ONLY])
@pytest.mark.parametrize(
    "printed",
    [
        str.upper,
        str.lower,
        lambda text: text.replace("-", "\u2011"),
        lambda text: text.replace("-", " "),
        "\u200b".join,
        lambda text: text.replace("not", "n\u00adot").replace("California", "Cali\u00adfornia"),
        lambda text: text.replace(" ", "\n"),
        lambda text: text.replace(" ", "\u00a0 \t"),
        lambda text: text.replace("U.S. EPA", "US EPA"),
        lambda text: text.replace("U.S. EPA", "U.S.E.P.A."),
        lambda text: text.replace("2025", "(2025)"),
        lambda text: f"  Part No. 12345. {text}  ",
        lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
        lambda text: text.replace("rn", "m").replace("2025", "2O25"),
        lambda text: text.replace("l", "1").replace("so", "s0"),
        lambda text: text.replace("regulations", "regula-\n  tions").replace("California", "Cali-\r\nfornia"),
    ],
)
def test_however_it_is_printed(sentence: str, printed: object) -> None:
    """Case, hyphens, line breaks, spaces, full stops, wide letters and what is not seen change nothing of what it says."""
    assert callable(printed)
    assert labels.read(printed(sentence)) == labels.read(sentence)


@pytest.mark.parametrize(
    "year",
    [
        *(
            "2025 model-year",
            "2025 model year",
            "model year 2025",
            "MY 2025",
            "2025 MY",
            "MY2025",
            "MY25",
            "25 MY",
            "MY '25",
        ),
        *("applicable to 2025 passenger cars", "20Z5 model year", "2O25 MY"),
    ],
)
def test_how_a_model_year_is_written(year: str) -> None:
    """The model year is read in each of the ways in which labels write it."""
    assert labels.read(f"Certified for sale in California, {year}").model_year == 2025


@pytest.mark.parametrize("years", ["2024 and 2025", "2024/2025", "2020-2024", "2024, 2025", "2020 through 2024"])
def test_more_than_one_model_year(years: str) -> None:
    """A sentence that names two model years shows nothing for either."""
    assert labels.read(FIFTY_STATE.replace("2025", years)) == labels.UNREADABLE
    assert labels.read(f"Certified for sale in California, model years {years}") == labels.UNREADABLE


@pytest.mark.parametrize("sentence", ON_LABELS)
def test_the_vehicles_own_year(sentence: str, registry: Registry) -> None:
    """A passing label of the vehicle's own model year shows California and federal certification."""
    evidence = read({LABEL: sentence}, registry)
    assert (evidence.assurance, evidence.facts[CALIFORNIA].value, evidence.facts[CALIFORNIA].source) == (
        "label",
        True,
        "label",
    )
    assert evidence.facts["vehicle.certification.federal"].value is True
    assert (evidence.conflicts, evidence.notices) == ([], [])


@pytest.mark.parametrize("sentence", [*ON_LABELS, FEDERAL_ONLY])
@pytest.mark.parametrize("year", ["2024", "2026"])
def test_another_year(sentence: str, year: str, registry: Registry) -> None:
    """A label for another model year is not used for certification, and leaves the year itself in doubt."""
    evidence = read({LABEL: sentence.replace("2025", year)}, registry)
    assert (evidence.assurance, evidence.facts[CALIFORNIA].source) == (None, "unknown")
    assert codes(evidence) == ["label_model_year"]
    assert disputed(evidence) == {"vehicle.model_year"}


def test_the_label_tells_an_unknown_year(registry: Registry) -> None:
    """Where nothing else tells the model year, the label does."""
    evidence = read({LABEL: FIFTY_STATE, "vehicle.model_year": None}, registry)
    state = evidence.facts["vehicle.model_year"]
    assert (state.value, state.source, evidence.assurance) == (2025, "label", "label")


def test_no_year_on_the_label(registry: Registry) -> None:
    """A certificate of origin without a model year counts, and says nothing of the year."""
    evidence = read({LABEL: ON_CERTIFICATES_OF_ORIGIN[0], "vehicle.model_year": None}, registry)
    assert (evidence.assurance, evidence.facts["vehicle.model_year"].source) == ("label", "unknown")


def test_not_recognized(registry: Registry) -> None:
    """A sentence that shows nothing is answered with an advisory and changes no fact."""
    evidence = read({LABEL: DENIED_OR_RESTRICTED[0]}, registry)
    assert (codes(evidence), evidence.facts[CALIFORNIA].source) == (["label_not_recognized"], "unknown")


WORDS = (
    *(
        "conforms",
        "conform",
        "to",
        "U.S.",
        "EPA",
        "and",
        "California",
        "regulations",
        "certified",
        "approved",
        "for",
        "sale",
    ),
    *(
        "use",
        "in",
        "50",
        "49",
        "states",
        "not",
        "no",
        "except",
        "2025",
        "2024",
        "model-year",
        "the",
        "all",
        ".",
        ",",
        "only",
    ),
)
LOOSE = re.compile(
    r"(and|conforms? to|certified to) (the )?california reg|50 states certified|california certified"
    r"|(certified|approved) for (sale|use) in ((the )?california|(all )?(the )?50 states)"
)
LOOSE_NO = re.compile(
    r"conforms? to (the )?(u\.? ?s\.? ?)?epa regulations|not ((certified|approved) )?for (sale|use) in (the )?california"
    r"|49 states certified"
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=16).map(" ".join) | st.text(max_size=80))
def test_nothing_passes_without_the_words(text: str) -> None:
    """Without the passing words no text is ever a yes; without the federal sentence or a denial none is ever a no."""
    said = labels.read(text).california
    plain = " ".join(text.casefold().split())
    if said:
        assert LOOSE.search(plain) and " not " not in f" {plain} " and "except" not in plain and "49" not in plain.split()
    if said is False:
        assert LOOSE_NO.search(plain) and not LOOSE.search(
            plain.replace("not certified", "not").replace("not approved", "not")
        )


@settings(deadline=None)
@given(
    st.sampled_from([*ON_LABELS, *ON_CERTIFICATES_OF_ORIGIN]),
    st.integers(0, 200),
    st.sampled_from(["not ", "No ", "except ", "cannot "]),
)
def test_a_negation_anywhere_stops_a_yes(sentence: str, place: int, word: str) -> None:
    """A denying word before any word of a passing sentence leaves no yes."""
    words = sentence.split()
    place %= len(words) + 1
    assert not labels.read(" ".join([*words[:place], word.strip(), *words[place:]])).california
