"""The text of a PDF held against its code, on real PDFs."""

from __future__ import annotations

from typing import Any

import pytest
from levcheck.printed import certificate
from levcheck.web.uploads import Uploads
from printed.transactions import Make, vehicle
from web.papers import VIN, Show, encoded, rendered

pytestmark = pytest.mark.slow
Papers = dict[str, dict[str, Any]]
OTHER = "2HGFE4F86SH011469"


@pytest.mark.parametrize("address", ["", "https://levcheck.example"])
@pytest.mark.parametrize("name", ["exempt", "not_covered", "prohibited", "undetermined", "voided", "superseded"])
def test_a_genuine_pdf_agrees(name: str, address: str, papers: Papers, show: Show) -> None:
    """Every PDF that the service makes agrees with its code: of any verdict, without a VIN, voided, with an address."""
    page = show(file=certificate.pdf(papers[name], address))
    assert page.status == 200
    assert page.states[0] == "agrees"
    assert "the text of the PDF says what is signed" in page.text


def forged(one: dict[str, Any], **changes: Any) -> bytes:
    """A PDF that has the code of one determination, and another text."""
    return certificate.pdf({**one, **changes})


def test_a_forged_pdf_is_refused(papers: Papers, show: Show) -> None:
    """A PDF whose text names another record, vehicle, verdict or time than its code is refused, and told where."""
    one = papers["exempt"]
    cases = {
        "the number of the record": forged(one, id="019f2da6-9a28-7484-ad45-3d772f09ac02"),
        "the VIN": forged(one, request={**one["request"], "vehicle": {**one["request"]["vehicle"], "vin": OTHER}}),
        "the verdict": forged(one, result={**one["result"], "verdict": "prohibited"}),
        "the time of the record": forged(one, recorded_at="2026-11-23T08:00:00.000000Z"),
    }
    for named, content in cases.items():
        page = show(file=content, vin=VIN)
        assert (page.banner, page.states) == ("Do not accept", ["does not agree", "agrees", "agrees"]), named
        assert f"Not as signed: {named}." in page.text


def test_a_borrowed_code_is_refused(papers: Papers, show: Show) -> None:
    """The text of a prohibited sale around the code of a permitted one is refused."""
    page = show(file=forged(papers["prohibited"], certificate=papers["exempt"]["certificate"]), vin=VIN)
    assert page.banner == "Do not accept"
    assert "the number of the record, the verdict" in page.text


def test_a_reference_is_not_taken_for_the_paper(make: Make, show: Show) -> None:
    """What a dealer writes as a reference or a label does not make genuine paper a forgery."""
    for text in (f"VIN {OTHER}", "PROHIBITED", "Record 019f2da6-9a28-7484-ad45-3d772f09ac02"):
        one = make({**vehicle(certification={"label": text}), "reference": text})
        assert show(file=certificate.pdf(one)).states[0] == "agrees", text


def test_a_scan_is_left_to_the_eye(papers: Papers, show: Show) -> None:
    """A scanned page has no text of its own: its signature is verified, and the clerk is asked to compare the words."""
    scan = encoded(rendered(certificate.pdf(papers["exempt"]), 200), "PDF", resolution=200)
    upload = Uploads().read(scan)
    assert (len(upload.codes), upload.pages) == (1, ("",))
    page = show(file=scan, vin=VIN)
    assert (page.banner, page.states[0]) == ("Accept", "agrees")
    assert "Compare the paper with what is signed" in page.text
