"""The printed forms of a certificate: a page for a screen or a printer, and a PDF, of the same content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .fill import sheet


def html(determination: Mapping[str, Any]) -> str:
    """A determination (as the contract tells it) as one self-contained page that prints on US Letter."""
    from .certificate_html import page

    return page(sheet(determination))


def pdf(determination: Mapping[str, Any]) -> bytes:
    """A determination (as the contract tells it) as a PDF on US Letter; the same determination gives the same bytes."""
    from .certificate_pdf import document

    return document(sheet(determination))
