"""The printed forms of a certificate: a page for a screen or a printer, and a PDF, of the same content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .fill import sheet
from .qr import Code
from .qr import code as coded


def html(determination: Mapping[str, Any], address: str = "") -> str:
    """A determination (as the contract tells it) as one self-contained page that prints on US Letter.

    With the service's public `address` (`https://levcheck.example`) the QR code opens its page of verification.
    """
    from .certificate_html import page

    return page(sheet(determination, address))


def pdf(determination: Mapping[str, Any], address: str = "") -> bytes:
    """A determination (as the contract tells it) as a PDF on US Letter; the same determination gives the same bytes.

    `address` as for `html`.
    """
    from .certificate_pdf import document

    return document(sheet(determination, address))


def code(determination: Mapping[str, Any], address: str = "") -> Code | None:
    """The QR code of a determination's certificate; None for one too long for any. `address` as for `html`."""
    return coded(sheet(determination, address).coded)


def style() -> str:
    """The page's one style, as it stands between its tags: a browser can be told to apply no other."""
    from .certificate_html import style

    return style()
