"""A code that opens the page of verification: the certificate behind the service's public address."""

from __future__ import annotations

from typing import Any

import pytest
from levcheck.printed import certificate
from levcheck.printed.qr import LEAST_MODULE_MM, code
from printed.reading import Elements, html_code, pdf_code, pdf_pages
from printed.transactions import REQUESTS

ADDRESS = "https://levcheck.virginia-dealers.example"
Determinations = dict[str, dict[str, Any]]
EACH = pytest.mark.parametrize("name", REQUESTS)


@EACH
def test_the_code_opens_the_page(name: str, determinations: Determinations) -> None:
    """With an address both forms' codes hold the page's address, a # and the certificate; a slash at its end is left out."""
    one = determinations[name]
    held = f"{ADDRESS}/verify#{one['certificate']}"
    assert html_code(certificate.html(one, ADDRESS)) == held
    assert pdf_code(certificate.pdf(one, f"{ADDRESS}/")) == held


@EACH
def test_it_still_fits_one_page(name: str, determinations: Determinations) -> None:
    """The longer code leaves an ordinary result's PDF on one page, with modules that a phone reads."""
    one = determinations[name]
    assert len(pdf_pages(certificate.pdf(one, ADDRESS))) == 1
    made = code(f"{ADDRESS}/verify#{one['certificate']}")
    assert made
    assert made.module_mm >= LEAST_MODULE_MM


def test_the_paper_says_what_the_code_does(determinations: Determinations) -> None:
    """Paper whose code opens a page says so, and paper whose code is the bare certificate does not."""
    one = determinations["exempt"]
    for with_address, without in (
        (Elements(certificate.html(one, ADDRESS)).text, Elements(certificate.html(one)).text),
        (" ".join(pdf_pages(certificate.pdf(one, ADDRESS))), " ".join(pdf_pages(certificate.pdf(one)))),
    ):
        assert "Point a phone's camera at this code" in with_address
        assert "Point a phone's camera at this code" not in without
        assert "This code is the certificate itself" in without


def test_nothing_else_changes(determinations: Determinations) -> None:
    """Without an address a certificate is what it was; an address leaves the page without a link to anywhere."""
    one = determinations["exempt"]
    assert certificate.html(one, "") == certificate.html(one)
    assert certificate.pdf(one, "") == certificate.pdf(one)
    assert not {"a", "link"} & set(Elements(certificate.html(one, ADDRESS)).tags)
