"""Code and law side by side: every word of the chapter is claimed, verbatim, in print order."""

from __future__ import annotations

from pathlib import Path

import pytest
from levcheck.law.logic.provisions import Duty, Meaning, OutOfReach, Provision, paragraphs
from levcheck.law.va_9vac5_95 import PARAGRAPHS, SECTIONS, editions, incorporated, section_30, section_40
from levcheck.law.va_9vac5_95.chapter import by_citation, heading

PRINTED = [line.strip() for line in (Path(__file__).parent / "9VAC5-95.txt").read_text("utf-8").splitlines() if line.strip()]


def _printed_sections() -> list[list[str]]:
    """The chapter's lines, a list a section, without the publisher's own lines before and after."""
    body = PRINTED[PRINTED.index(editions.TITLE) + 1 : PRINTED.index(incorporated.HEADING)]
    starts = [number for number, line in enumerate(body) if line.startswith(f"{editions.CHAPTER}-")]
    return [body[start:end] for start, end in zip(starts, [*starts[1:], len(body)], strict=True)]


def _coded_section(section: object) -> str:
    words = [heading(section), *(item.text for item in paragraphs(section))]  # type: ignore[arg-type]
    return " ".join([*words, "Statutory Authority", editions.AUTHORITY, "Historical Notes", editions.HISTORY])


def test_five_sections_are_printed_and_coded() -> None:
    """The chapter's five sections are the code's five modules."""
    assert [lines[0] for lines in _printed_sections()] == [heading(section) for section in SECTIONS]


@pytest.mark.parametrize("number", range(5))
def test_every_word_stands_in_the_code_in_order(number: int) -> None:
    """A section's code, read from top to bottom, is the section as printed: verbatim, in order, nothing unclaimed."""
    assert _coded_section(SECTIONS[number]) == " ".join(_printed_sections()[number])


def test_the_incorporated_documents_are_those_printed() -> None:
    """The list of documents below the last section is in the code line by line, with its date and source."""
    start = PRINTED.index(incorporated.HEADING)
    coded = [incorporated.HEADING, incorporated.INTRODUCTION, *incorporated.DOCUMENTS, incorporated.SOURCE]
    assert PRINTED[start : start + len(coded)] == coded


def test_each_paragraph_has_one_role() -> None:
    """Every paragraph is a provision, the meaning of a fact, a duty with who and when, or out of reach with a reason."""
    for item in PARAGRAPHS:
        match item:
            case Provision():
                assert item.parts()
            case Meaning():
                assert item.fact
            case Duty():
                assert item.who and item.due
            case OutOfReach():
                assert item.reason.endswith(".")
            case _:
                pytest.fail(f"{item} has no role")


def test_path_is_citation() -> None:
    """A paragraph's place in the code is its citation: `section_30.b6` is 9VAC5-95-30 B 6."""
    for section in SECTIONS:
        number = section.__name__.rsplit("_", 1)[1]
        for item in paragraphs(section):
            assert item.citation.startswith(f"9VAC5-95-{number}")
            tail = item.citation.removeprefix(f"9VAC5-95-{number}").split()
            if section in (section_30, section_40):
                assert item.name.split("_")[0] == "".join(tail).lower()


@pytest.mark.parametrize("spelling", ["9VAC5-95-30 B 6", "9vac5-95-30 b(6)", "§ 9VAC5-95-30.B.6", " 9VAC5-95-30  B6 "])
def test_citations_are_found_as_people_write_them(spelling: str) -> None:
    """A provision is found by its citation in any usual spelling."""
    (found,) = by_citation(spelling)
    assert found.citation == "9VAC5-95-30 B 6"


def test_two_sentences_share_a_citation() -> None:
    """B 11's exemption and its duty are found under one citation."""
    assert [type(item) for item in by_citation("9VAC5-95-30 B 11")] == [Provision, Duty]
