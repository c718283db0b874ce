"""Whatever a caller writes in a reference, a label or a reason is printed as text, and printing never fails."""

from __future__ import annotations

import re

import pytest
from levcheck.printed import certificate
from printed.reading import Elements, pdf_pages
from printed.transactions import SALE, Make, changed, vehicle

TEXTS = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": '" onmouseover=\'x\' style="x"',
    "entity": "&lt;b&gt; &amp;#x3c; {{ 7*7 }} {% raw %}",
    "style": "</style></title><b>",
    "right to left": "\u202e\u2066abc\u2069 שלום مرحبا",
    "emoji": "😀👩‍👩‍👧‍👦🏳️‍🌈",
    "wide": "W" * 64,
    "widest": "﷽" * 64,
    "combining": "a" + "\u0301" * 63,
    "unseen": "\u00ad\u200b\u2028\u2029\ufeff\u0085\u00a0",
    "PDF": "(\\) Tj ET << >> %EOF \\200",
    "typographic": "“Deal” – l’été… §",
    "newlines": "a\nb\tc",
    "lone surrogate": "\ud800x",
}
EACH = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@EACH
def test_a_reference_is_text(text: str, make: Make) -> None:
    """A hostile reference stands in the HTML as text, letter by letter, and brings no element or attribute of its own."""
    plain, hostile = make(SALE), make(SALE)
    hostile["reference"] = text
    hostile["id"], hostile["certificate"] = plain["id"], plain["certificate"]
    page = Elements(certificate.html(hostile))
    plain["reference"] = "x"
    assert page.tags == Elements(certificate.html(plain)).tags
    assert text.replace("\ud800", "?") in page.texts


@EACH
def test_a_pdf_survives_any_text(text: str, make: Make) -> None:
    """A PDF with a hostile reference and reason is still made, and the verdict and the time of the voiding are on it."""
    one = make(SALE, void="x")
    one["reference"] = text
    one["history"][0]["reason"] = (text * 500)[:500]
    pages = pdf_pages(certificate.pdf(one))
    assert "PROHIBITED (voided)" in pages[0]
    assert "Voided on 2026-07-04 15:02:01 UTC" in pages[0]
    certificate.html(one).encode()


def test_what_the_fonts_lack_is_shown_as_lacking(make: Make) -> None:
    """In the PDF a question mark stands for each character that its fonts lack, and for no other."""
    (page,) = pdf_pages(certificate.pdf(make(changed(reference="“Élan” 漢字 §7 😀"))))
    assert '"Élan" ?? §7 ?' in page


def test_evidence_is_text(make: Make) -> None:
    """A label's sentence, a test group and an order number are text too, and a long sentence is cut, not spread out."""
    certification = {"label": "<b>" + "x" * 1_990, "test_group": "<i>", "executive_order": "<u>"}
    one = make(vehicle(certification=certification))
    page = Elements(certificate.html(one))
    assert not {"i", "u"} & set(Elements(certificate.html(one)).tags) - set(Elements(certificate.html(make(SALE))).tags)
    assert re.search(r"<b>x{100,160}…", page.text)
    assert len(pdf_pages(certificate.pdf(one))) == 1
