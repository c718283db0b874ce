"""The SDK's determinations against the real service."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from levcheck_client import Client, ProblemError, TransactionRequest


def sale(**vehicle: object) -> TransactionRequest:
    """A federal-only car sold for registration in North Carolina."""
    return {
        "reference": uuid4().hex,
        "transaction": {"type": "sale", "date": "2025-06-01"},
        "vehicle": {"vin": "2HGFE4F86SH011469", "mileage": 12, "certification": {"california": False}, **vehicle},  # type: ignore[typeddict-item]
        "seller": {"type": "dealer"},
        "buyer": {"type": "individual"},
        "destination": {"state": "NC"},
    }


@pytest.fixture
def sdk(server: str, tmp_path: Path) -> Iterator[Client]:
    """A client of the real service, with a place for its keys."""
    with Client(server, jwks_path=tmp_path / "jwks.json") as client:
        yield client


def test_a_determination_is_kept(sdk: Client) -> None:
    """What is recorded is the check's own result, and is read back as it was answered."""
    request = sale()
    made = sdk.determine(request)
    assert made.status == "current" and made.reference == request["reference"] and not made.replayed
    assert made.result.verdict == "permitted" and made.result.basis == "exempt"
    assert sdk.get(made.id).certificate == made.certificate


def test_a_key_records_once(sdk: Client) -> None:
    """The same key with the same sale is the same determination; with another sale it is refused."""
    key, request = uuid4().hex, sale()
    first, again = sdk.determine(request, idempotency_key=key), sdk.determine(request, idempotency_key=key)
    assert again.id == first.id and again.replayed
    with pytest.raises(ProblemError) as refused:
        sdk.determine(sale(), idempotency_key=key)
    assert refused.value.code == "idempotency_key_reused"


def test_a_correction_supersedes(sdk: Client) -> None:
    """A corrected sale takes the place of the first, which stays and says by what it was superseded."""
    first = sdk.determine(sale())
    second = sdk.supersede(first.id, sale(mileage=15), reason="the odometer was misread")
    before = sdk.get(first.id)
    assert before.status == "superseded" and second.supersedes == first.id
    assert [(event.event, event.by) for event in before.history] == [("supersede", second.id)]
    with pytest.raises(ProblemError) as refused:
        sdk.void(first.id, "again")
    assert refused.value.code == "already_ended"


def test_pages_hold_everything_once(sdk: Client) -> None:
    """Listing by small pages yields every determination of a reference once, the newest first."""
    request = sale()
    made = [sdk.determine(request).id for _ in range(5)]
    listed = [found.id for found in itertools.islice(sdk.list(reference=request["reference"], page_size=2), 20)]
    assert listed == made[::-1]


def test_a_certificate_is_verified_both_ways(sdk: Client) -> None:
    """A certificate verifies online with its status, and offline by the keys alone; an altered one by neither."""
    made = sdk.determine(sale())
    sdk.keys()
    assert sdk.verify(made.certificate).status == "current"
    assert sdk.verify(made.certificate, online=False).valid
    sdk.void(made.id, "the deal was unwound")
    assert sdk.verify(made.certificate).status == "voided"
    altered = made.certificate[:-5] + ("A" if made.certificate[-5] != "A" else "B") + made.certificate[-4:]
    assert not sdk.verify(altered).valid and not sdk.verify(altered, online=False).valid


@pytest.mark.parametrize(("form", "begins"), [("html", b"<!doctype html>"), ("pdf", b"%PDF-"), ("jws", b"eyJ")])
def test_certificates_in_every_form(sdk: Client, form: str, begins: bytes) -> None:
    """A certificate is to be had as a page, as a PDF and as the JWS."""
    made = sdk.determine(sale())
    assert sdk.certificate(made.id, form).lower().startswith(begins.lower())  # type: ignore[arg-type]
