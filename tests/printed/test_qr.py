"""The printed code: large enough for a phone, or honestly left out."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from levcheck.printed import certificate
from levcheck.printed.qr import LEAST_MODULE_MM, QUIET, WIDTH_MM, code
from printed.reading import Elements, pdf_pages


@pytest.mark.parametrize("length", [100, 800, 1_100, 1_500, 1_900, 2_400, 2_953])
def test_modules_are_large_enough(length: int) -> None:
    """Whatever a QR code can hold is printed with modules of 0.33 mm at least, and a quiet zone of four of them."""
    made = code("x" * length)
    assert made
    assert made.module_mm >= LEAST_MODULE_MM
    assert made.side_mm >= WIDTH_MM
    assert made.svg.startswith(f'<svg viewBox="0 0 {len(made.rows) + 2 * QUIET} ')


@pytest.mark.parametrize(("length", "level"), [(1_000, "M"), (1_500, "M"), (2_100, "L"), (2_900, "L")])
def test_correction_is_the_best_that_fits(length: int, level: str) -> None:
    """A code has error correction M where its modules stay large enough at the usual size, else L."""
    made = code("x" * length)
    assert made
    assert made.symbol.error == level


def test_what_no_code_can_hold_is_said(determinations: dict[str, dict[str, Any]]) -> None:
    """A certificate too long for any QR code is still printed, and says how to get it."""
    one = determinations["exempt"]
    head, payload, signature = one["certificate"].split(".")
    claims = {"iss": "levcheck", "facts": {}, "provisions": ["9VAC5-95-30 B 5"], "padding": "x" * 3_000}
    payload = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    long = {**one, "certificate": f"{head}.{payload}.{signature}"}
    assert code(long["certificate"]) is None
    for text in (Elements(certificate.html(long)).text, *pdf_pages(certificate.pdf(long))):
        assert "too long for a QR code" in text
