"""The law's pages: all of the chapter beside all of its code, every worked case, and any facts that a reader supposes."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from law.cases import CASES, Case, mistakes
from law.cases_file import FILE, content
from levcheck.api.headers import PAGE
from levcheck.law import issues, notes, vocabulary
from levcheck.law.compiler import compiled
from levcheck.law.current import HASH, ORDER
from levcheck.law.logic.conditions import Condition, all_of, any_of, atoms
from levcheck.law.logic.provisions import Duty, OutOfReach
from levcheck.law.va_9vac5_95 import PARAGRAPHS, PROVISIONS, editions, incorporated, section_20, section_30
from levcheck.law.vocabulary import california, gvwr, mileage, model_year, seller
from levcheck.web import cases, chapter, what_if
from printed.reading import Elements
from web import owed

SALE = {
    "transaction.type": "sale",
    "vehicle.vehicle_type": "passenger_car",
    "vehicle.model_year": "2025",
    "vehicle.gvwr_lb": "4850",
    "vehicle.mileage": "12",
    "vehicle.certification.california": "no",
    "seller.type": "dealer",
    "buyer.type": "individual",
    "destination.state": "VA",
}
PAGES = ("/law", "/law/cases", "/law/cases?citation=9VAC5-95-30+B+6", "/law/cases/b06-norm", "/law/what-if")
SHOWN = (*PAGES, f"/law/what-if?{urlencode(SALE)}", "/law/what-if?vehicle.mileage=many")


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def law(site: Flask) -> str:
    """The chapter's page."""
    return site.test_client().get("/law").text


def test_every_paragraph_is_printed(law: str) -> None:
    """The page holds each paragraph of the chapter word by word, in print order, and its duty or why it is out of reach."""
    text = Elements(law).text
    place = 0
    for paragraph in PARAGRAPHS:
        place = text.find(plain(paragraph.text), place)
        assert place >= 0, paragraph.citation
        match paragraph:
            case Duty():
                assert f"{paragraph.who}: {paragraph.due}" in text
            case OutOfReach():
                assert paragraph.reason in text


def test_every_citation_is_an_anchor(law: str) -> None:
    """Each citation names one place on the page, and every link within the page leads to a place that is there."""
    ids = {attributes["id"] for _, attributes in Elements(law).elements if "id" in attributes}
    assert {chapter.anchor(paragraph.citation) for paragraph in PARAGRAPHS} <= ids
    assert {fact.name for fact in vocabulary.FACTS} <= ids
    assert set(re.findall(r'href="#([^"]+)"', law)) <= ids


def test_every_choice_and_source_is_shown(law: str) -> None:
    """Each choice of interpretation, the code of each provision, each fact's question and each release stand on the page."""
    text = Elements(law).text
    for note in notes.notes():
        assert plain(note.text[1:]) in text
    for provision in PROVISIONS:
        assert plain(f"def {provision.name}() -> Condition:") in text
    for clause in ("covered", "certified", "listed_class", "sold", "out_of_state"):
        assert f"def {clause}() -> Condition:" in text
    assert all(fact.ask in text and fact.name in text for fact in vocabulary.FACTS)
    assert all(plain(issue.change) in text and issue.ruleset in text for issue in issues.ISSUES)
    assert HASH in text
    assert editions.FIRST.source in text
    assert plain(" ".join(incorporated.DOCUMENTS)) in text
    assert "Presumed where nothing is said: Ordinary." in text


def _meant(words: dict[str, Any], leaves: dict[tuple[str, str], Condition]) -> Condition:
    """The condition that words tell, read back; `leaves` by fact and value."""
    if "provision" in words:
        (read, *_) = (p for p in PROVISIONS if p.citation == words["provision"])
        return read
    if "fact" in words:
        return leaves[words["fact"], words["value"]]
    if "any_of" in words:
        return any_of(*(_meant(part, leaves) for part in words["any_of"]))
    whole = all_of(*(_meant(part, leaves) for part in words["all_of"]))
    for exception in words.get("unless", ()):
        whole = whole.unless(_meant(exception, leaves))
    return whole


def test_the_words_mean_the_condition() -> None:
    """Read back, the words of each provision compile to the very condition that the code tests; no two tests read alike."""
    tests = {atom for provision in PROVISIONS for atom in atoms(provision)}
    leaves: dict[tuple[str, str], Condition] = {}
    for test in tests:
        told = chapter.words(test)
        assert leaves.setdefault((told["fact"], told["value"]), test) == test
    for provision in PROVISIONS:
        read = _meant(chapter.words(provision.condition), leaves)
        roots = compiled({"code": provision, "words": read}, ORDER).roots
        assert roots["code"] == roots["words"], provision.citation


def test_a_condition_in_words() -> None:
    """Conjunctions read as one sentence with its exceptions; bounds say what is included; a provision is only named."""
    told = chapter.words(section_30.a)
    assert told == {"provision": "9VAC5-95-30 A"}
    told = chapter.words(section_30.a.condition)
    assert [part.get("provision") for part in told["unless"]] == [None, "9VAC5-95-30 B"]
    assert told["unless"][0] == {
        "all_of": [
            {"fact": "vehicle.certification.california", "value": "Yes"},
            {"fact": "vehicle.certification.conforms", "value": "Yes"},
        ]
    }
    assert {"provision": "9VAC5-95-10"} in told["all_of"]
    assert {"fact": "transaction.date", "value": "March 13, 2024 or later"} in told["all_of"]
    assert chapter.words(gvwr.at_most(14_000))["value"] == "14,000 lb or less"
    assert chapter.words(model_year.between(2025, 2025)) == {
        "all_of": [
            {"fact": "vehicle.model_year", "value": "2025 or later"},
            {"fact": "vehicle.model_year", "value": "2025 or earlier"},
        ]
    }
    assert chapter.words(mileage.below(7_500))["value"] == "below 7,500 mi"
    assert chapter.words(mileage.at_least(7_500))["value"] == "7,500 mi or more"
    assert chapter.words(seller.is_one_of("dealer", "business"))["value"] == "Dealer or business"
    assert chapter.words(section_30.destination_state.is_not("VA"))["value"] == "any but VA"
    nested = all_of(california.holds, all_of(seller.is_("dealer"), any_of(section_20.passenger_car))).unless(section_30.b1)
    assert chapter.words(nested) == {
        "all_of": [
            {"fact": "vehicle.certification.california", "value": "Yes"},
            {"fact": "seller.type", "value": "Dealer"},
            {"any_of": [{"provision": "9VAC5-95-20 B Passenger car"}]},
        ],
        "unless": [{"provision": "9VAC5-95-30 B 1"}],
    }


def test_the_cases_file_is_current() -> None:
    """The cases that the installed pages know are those of `tests/cases`, byte by byte (`make docs` writes them)."""
    assert FILE.read_bytes() == content()


def test_every_case_has_its_place() -> None:
    """Each worked case has an address of its own, and is listed under each provision that it names."""
    assert len(cases.by_slug()) == len(CASES)
    requests = [case.request for file in cases.files() for case in file.cases]
    assert requests == [case.request for case in CASES]
    for citation, count in cases.counts().items():
        assert sum(len(file.cases) for file in cases.testing(citation)) == count


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_case_is_the_same_in_the_what_if(site: Flask, case: Case) -> None:
    """The facts with which a case leads to the what-if come there to all that the case expects."""
    with site.app_context():
        assert mistakes(what_if.answered(what_if.told_of(case.request))["result"], case.expect) == []


def test_a_case_is_shown_and_run(browser: FlaskClient) -> None:
    """A case's page shows what sets it apart, why, what was written down and what is found now, and leads to the what-if."""
    page = browser.get("/law/cases/b02-leased-instead-of-sold")
    text = Elements(page.text).text
    assert page.status_code == 200
    assert 'B 2 exempts a vehicle "sold", not leased.' in text
    assert "Act lease set here" in text
    assert "Evaluated just now: as written down by hand, in every point below." in text
    assert "9VAC5-95-30 B 2 fails fails" in text
    (link,) = re.findall(r'href="(/law/what-if\?[^"]+)"', page.text)
    assert '<h2 id="verdict">Prohibited</h2>' in browser.get(link.replace("&amp;", "&")).text
    assert browser.get("/law/cases/none").status_code == 404


def test_a_case_that_fails_says_so() -> None:
    """What is found otherwise than written down is told apart, point by point."""
    case = cases.by_slug()["b02-leased-instead-of-sold"][1]
    result = {
        "verdict": "permitted",
        "basis": "no_exception",
        "questions": [],
        "facts": [],
        "readings": {},
        "findings": [{"provision": "9VAC5-95-30 B 2", "status": "fails"}],
    }
    assert [(row.kind, row.agrees) for row in cases.compared(case, result)] == [
        ("verdict", False),
        ("basis", True),
        ("questions", True),
        ("finding", True),
    ]


def test_cases_by_citation(browser: FlaskClient) -> None:
    """The cases of one provision are found under its citation in any spelling; a citation that is none is answered 404."""
    named = browser.get("/law/cases?citation=9vac5-95-30 b(6)")
    assert named.status_code == 200
    assert f"{cases.counts()['9VAC5-95-30 B 6']} transactions" in named.text
    assert "b05-" in browser.get("/law/cases").text
    assert browser.get("/law/cases?citation=9VAC5-95-30 Z").status_code == 404


def said(browser: FlaskClient, **changes: str) -> str:
    told = SALE | {name.replace("__", "."): text for name, text in changes.items()}
    return Elements(browser.get(f"/law/what-if?{urlencode({k: t for k, t in told.items() if t})}").text).text


def test_a_what_if_is_answered(browser: FlaskClient) -> None:
    """The page tells the verdict, its ground, what settled it, each reading's verdict, and the status of each provision."""
    text = said(browser)
    assert "Prohibited No exemption holds. Decided by 9VAC5-95-30 A Because of" in text
    assert "federal_since_2025 : Permitted" in text
    assert "9VAC5-95-30 B 5 fails" in text
    text = said(browser, destination__state="NC")
    assert "Permitted An exemption holds. Decided by 9VAC5-95-30 B 5" in text
    assert "9VAC5-95-30 B 5 holds Model year, Mileage, Vehicle or engine, Contract, Destination" in text
    text = said(browser, destination__state="")
    assert "Undetermined What is open can still change it. Turns on 9VAC5-95-30 A And on the facts" in text
    assert "9VAC5-95-30 B 5 not known Destination" in text
    assert "Permitted" in said(browser, reading="federal_since_2025").partition("Reading of the chapter's reach")[2]


def test_what_cannot_be_read_is_named(browser: FlaskClient) -> None:
    """A value that cannot be read is kept in its field, with what to write instead; other members are not looked at."""
    answer = browser.get("/law/what-if?vehicle.mileage=many&vehicle.vin=x&nothing=1")
    assert answer.status_code == 422
    text = Elements(answer.text).text
    assert "Mileage: This cannot be read. Write the miles in digits, such as 12 or 7499.5." in text
    assert 'value="many"' in answer.text
    for text in ("\0", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "9" * 3000, "<script>"):
        for name in what_if.MEMBERS:
            assert browser.get(f"/law/what-if?{urlencode({name: text})}").status_code in (200, 422)


def test_the_address_is_short(browser: FlaskClient) -> None:
    """The empty fields that a form sends leave the address, which then stands for the facts alone."""
    answer = browser.get("/law/what-if?transaction.type=sale&buyer.type=&vehicle.mileage=+&seller.type=dealer")
    assert (answer.status_code, answer.location) == (303, "/law/what-if?transaction.type=sale&seller.type=dealer")
    assert browser.get(answer.location).status_code == 200
    assert browser.get("/law/what-if?buyer.type=").location == "/law/what-if"


def test_every_fact_can_be_set(browser: FlaskClient) -> None:
    """The form has a field for each of the law's facts, and what it sets is chosen in it again."""
    html = browser.get("/law/what-if").text
    for fact in vocabulary.FACTS:
        assert html.count(f'name="{fact.name}"') == 1, fact.name
    again = browser.get(f"/law/what-if?{urlencode(SALE)}").text
    assert '<option value="sale" selected>' in again
    assert '<option value="no" selected>' in again


@pytest.mark.parametrize("path", SHOWN)
def test_the_pages_owe_nothing(browser: FlaskClient, path: str) -> None:
    """Each page is well made, has words for every field, fetches its own assets only, and weighs under 150 kB with them."""
    answer = browser.get(path)
    assert answer.headers["Content-Security-Policy"] == PAGE
    owed.needs_nothing_from_elsewhere(answer.text)
    owed.is_well_made(answer.text)
    owed.has_words_for_every_field(answer.text)
    assert owed.weight(browser, answer.text) < owed.HEAVIEST
