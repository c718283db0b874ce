"""`levcheck explain`, `notes`, `openapi` and the command's own help."""

from __future__ import annotations

import pytest
import yaml
from cli.running import is_error, levcheck
from conftest import ROOT
from levcheck import __version__
from levcheck.law import notes as law_notes
from levcheck.law.va_9vac5_95 import by_citation


def flat(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("citation", "heading", "words"),
    [
        ("9VAC5-95-30 B 6", "As code", ["Facts it turns on", "vehicle.certification.federal", "Choices of interpretation"]),
        (
            "9VAC5-95-30 H 1",
            "A duty",
            ["Owed by: any person subject to this chapter", "five years", "Owed by: manufacturer"],
        ),
        ("9VAC5-95-20 B Model year", "The meaning of a fact", ["vehicle.model_year:", "chassis"]),
        ("9VAC5-95-10 2", "Out of a transaction's reach", ["Section 40 binds manufacturers' fleets"]),
    ],
)
def test_explain_one_of_each_role(citation: str, heading: str, words: list[str]) -> None:
    """Explaining a provision, a duty, a meaning or a paragraph out of reach prints the law's words and its role."""
    done = levcheck("explain", citation)
    assert (done.returncode, done.stderr) == (0, "")
    page = flat(done.stdout)
    for paragraph in by_citation(citation):
        assert flat(paragraph.text) in page
    for word in (citation, heading, *words):
        assert word in page


def test_explain_takes_what_people_write() -> None:
    """A citation may be written without quotes, in lower case, with parentheses, or without the chapter's number."""
    expected = levcheck("explain", "9VAC5-95-30 B 6").stdout
    for written in (["9VAC5-95-30", "B", "6"], ["9vac5-95-30 b(6)"], ["30 B 6"], ["30", "b6"]):
        assert levcheck("explain", *written).stdout == expected


def test_an_unknown_citation() -> None:
    """A citation that the chapter does not have is answered with near ones, or with what citations look like."""
    is_error(levcheck("explain", "9VAC5-95-30 B 1x"), 65, "has no provision '9VAC5-95-30 B 1x'", "Citations look like")
    is_error(levcheck("explain", "9VAC5-95-3"), 65, "Did you mean", "9VAC5-95-30 A")
    is_error(levcheck("explain"), 64, "CITATION")


def test_notes_are_the_page() -> None:
    """`notes` prints the page of choices of interpretation, whole."""
    done = levcheck("notes")
    assert (done.returncode, done.stdout) == (0, law_notes.markdown())
    assert done.stdout.startswith("# Choices of interpretation")


def test_openapi_is_the_committed_contract() -> None:
    """`openapi` prints the contract as it is committed, byte for byte."""
    done = levcheck("openapi")
    assert done.returncode == 0
    assert done.stdout == (ROOT / "openapi.yaml").read_text("utf-8")
    assert "/v1/checks" in yaml.safe_load(done.stdout)["paths"]


@pytest.mark.parametrize("arguments", [["--help"], ["check", "-h"], ["registry", "import", "--help"]])
def test_help(arguments: list[str]) -> None:
    """Help is printed on standard output and is no error."""
    done = levcheck(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: ")


def test_version() -> None:
    """The version is the package's."""
    done = levcheck("--version")
    assert (done.returncode, done.stdout) == (0, f"levcheck, version {__version__}\n")
