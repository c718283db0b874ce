"""What every printed certificate says, on the page and in the PDF."""

from __future__ import annotations

from typing import Any

import pytest
from levcheck.printed import certificate
from levcheck.records import certificates
from levcheck.records.records import Records
from printed.reading import Elements, html_code, pdf_code, pdf_pages
from printed.transactions import NOTHING_KNOWN, REQUESTS, SALE, VIN, Make, changed, vehicle

Determinations = dict[str, dict[str, Any]]
EACH = pytest.mark.parametrize("name", REQUESTS)


def html_text(determination: dict[str, Any]) -> str:
    return Elements(certificate.html(determination)).text


def pdf_text(determination: dict[str, Any]) -> str:
    return " ".join(pdf_pages(certificate.pdf(determination)))


FORMS = pytest.mark.parametrize("text_of", [html_text, pdf_text], ids=["html", "pdf"])


def squeezed(text: str) -> str:
    """The text without white space, which differs where lines are broken."""
    return "".join(text.split()).casefold()


@EACH
@FORMS
def test_it_says_what_was_determined(name: str, text_of: Any, determinations: Determinations, records: Records) -> None:
    """Each verdict and basis is printed with its summary, the law's words, the record and the verdict of each reading."""
    one = determinations[name]
    result, text = one["result"], squeezed(text_of(one))
    assert (result["basis"] or result["verdict"]) in (name, "no_exception")
    told = [result["verdict"], result["summary"], one["id"], one["reference"], result["regulation"]["ruleset"]]
    told += [
        "2026-07-04 15:02:01 UTC",
        "2031-07-04 15:02:01 UTC",
        "in force from March 13, 2024",
        "levcheck",
        "Not legal advice",
    ]
    told += [f"{reading.replace('_', ' ')} {verdict}" for reading, verdict in result["readings"].items()]
    told += [a["text"] for a in result["advisories"]] + [q["ask"] for q in result["questions"]]
    told += [item["text"] for member in ("duties", "documents", "remedies", "conflicts") for item in result[member]]
    deciding = certificates.verify(one["certificate"], records.keys).claims["provisions"]
    told += [f["text"] for f in result["findings"] if f["provision"] in deciding] + deciding
    typographic = str.maketrans("’“”–", '\'""-')
    assert [t for t in told if squeezed(t.translate(typographic)) not in text.translate(typographic)] == []


@EACH
def test_its_codes_are_the_certificate(name: str, determinations: Determinations, records: Records) -> None:
    """The QR codes of both forms hold the certificate exactly, and its signature verifies with the service's keys."""
    one = determinations[name]
    assert pdf_code(certificate.pdf(one)) == html_code(certificate.html(one)) == one["certificate"]
    assert certificates.verify(one["certificate"], records.keys).claims["jti"] == one["id"]


@EACH
def test_it_fits_one_page(name: str, determinations: Determinations) -> None:
    """An ordinary result's PDF is one page."""
    assert len(pdf_pages(certificate.pdf(determinations[name]))) == 1


@FORMS
def test_presumed_facts_are_marked(text_of: Any, determinations: Determinations) -> None:
    """Every fact that was presumed stands under a heading of its own, marked as presumed; no other fact is."""
    result = determinations["prohibited"]["result"]
    text = text_of(determinations["prohibited"])
    presumed = [fact for fact in result["facts"] if fact["source"] == "default"]
    assert text.count("(presumed)") == len(presumed) > 5
    assert "Presumed facts" in text
    assert text.count("PRESUMED") == 1  # beside the place of the act, the one of them among the vehicle's and the act's own


@FORMS
def test_paper_without_a_permission_says_so(text_of: Any, determinations: Determinations, make: Make) -> None:
    """Prohibited, undetermined and voided paper says that it permits nothing, and permitted paper does not."""
    said = {name: "This paper permits nothing." in text_of(one) for name, one in determinations.items()}
    assert {name for name, it_does in said.items() if it_does} == {"prohibited", "undetermined"}
    assert "This paper permits nothing." in text_of(make(REQUESTS["exempt"], void="Unwound."))


@FORMS
def test_a_voided_record_is_marked(text_of: Any, make: Make) -> None:
    """Voided paper says so across the page, in a banner with the time and the reason, and as its status."""
    text = text_of(make(REQUESTS["exempt"], void="The buyer’s financing failed."))
    assert text.casefold().count("voided") >= 4
    assert "Voided on 2026-07-04 15:02:01 UTC." in text
    assert "financing failed." in text


@FORMS
def test_a_superseded_record_is_marked(text_of: Any, superseded: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """A superseded determination's paper names the one in its place and the reason; that one's names what it supersedes."""
    before, after = superseded
    text = squeezed(text_of(before))
    assert squeezed(f"Superseded on 2026-07-04 15:02:01 UTC by determination {after['id']}.") in text
    assert squeezed("The buyer lives in NC.") in text
    assert squeezed(f"Supersedes {before['id']}") in squeezed(text_of(after))


@FORMS
def test_mileage_keeps_its_unit(text_of: Any, make: Make) -> None:
    """An odometer in kilometres is printed as it was stated, and in miles beside."""
    assert "9,000 km (= 5,592.34073 mi)" in text_of(make(vehicle(mileage=9000, mileage_unit="km")))


@FORMS
def test_disagreement_is_printed(text_of: Any, make: Make) -> None:
    """Sources that disagree are named, with the values that each leaves possible."""
    text = squeezed(text_of(make(vehicle(model_year=2024))))
    assert squeezed("Sources that disagree") in text
    assert squeezed("2024 or 2025") in text


def test_a_long_result_keeps_the_essential_on_page_one(make: Make) -> None:
    """Where nothing is known the PDF goes on to a second page; the code, the verdict and the vehicle stay on the first."""
    one = make({**NOTHING_KNOWN, "vehicle": dict.fromkeys(("kind", "new_engine", "certification"), None) | {"vin": VIN}})
    one["result"]["advisories"] *= 4
    content = certificate.pdf(one)
    first, *others = pdf_pages(content)
    assert others
    assert "UNDETERMINED" in first
    assert VIN in first
    assert pdf_code(content) == one["certificate"]


def test_the_same_determination_gives_the_same_bytes(determinations: Determinations, make: Make) -> None:
    """Printed twice, a determination gives the same bytes, dated when it was recorded; another gives others."""
    one = determinations["exempt"]
    again = certificate.pdf(one)
    assert certificate.pdf(one) == again
    assert b"D:20260704150201Z" in again
    assert certificate.html(one) == certificate.html(one)
    assert certificate.pdf(make(SALE)) != certificate.pdf(make(changed(reference="deal 48214")))
