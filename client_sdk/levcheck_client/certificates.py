"""Certificates as they are fetched: the forms, and the answer that must be of the form asked for."""

from __future__ import annotations

from typing import Literal, TypeAlias

from levcheck_client.errors import ProtocolError
from levcheck_client.exchange import Reply

Form: TypeAlias = Literal["html", "pdf", "jws"]
MEDIA_TYPES = {"html": "text/html", "pdf": "application/pdf", "jws": "application/jose"}


def media_type(form: str) -> str:
    """What to ask for. Raises `ValueError` for a form that certificates do not have."""
    if form not in MEDIA_TYPES:
        raise ValueError(f"a certificate is {', '.join(MEDIA_TYPES)}, not {form!r}")
    return MEDIA_TYPES[form]


def of_type(wanted: str, reply: Reply) -> bytes:
    """The answer's bytes. Raises `ProtocolError` if they are something else, such as a proxy's own page."""
    found = (reply.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if found != wanted:
        raise ProtocolError(f"the answer is {found or 'of no type'}, not {wanted}", request_id=reply.request_id)
    return reply.body


def as_ascii(certificate: str | bytes) -> str:
    """A certificate to verify, without space or a page's address around it; what cannot be in one is sure to be refused."""
    if isinstance(certificate, bytes):
        text = certificate.decode("ascii", "replace").replace("\ufffd", "?")
    else:
        text = certificate.encode("ascii", "replace").decode("ascii")
    return text.strip(" \t\r\n").rpartition("#")[2]
