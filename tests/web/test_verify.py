"""The clerk's page: what is shown for everything that can be presented."""

from __future__ import annotations

import io
from threading import Barrier, Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from levcheck.printed import certificate
from levcheck.records import certificates
from levcheck.records.records import Records
from levcheck.records.store import StoreUnavailable
from levcheck.web.reading import MOST_BYTES
from PIL import Image
from printed.reading import Elements
from printed.transactions import REQUESTS, Make
from web.conftest import REASON
from web.papers import VIN, Show, bound, encoded, rendered

Papers = dict[str, dict[str, Any]]
OTHER = "2HGFE4F86SH011469"
AGREES, DIFFERS, UNCHECKED = "agrees", "does not agree", "not checked"


@pytest.mark.parametrize(
    ("name", "vin", "banner", "states", "told"),
    [
        ("exempt", VIN, "Accept", [AGREES, AGREES, AGREES], "agree, and the verdict is permitted"),
        ("certified", VIN, "Accept", [AGREES, AGREES, AGREES], "a claim, not verified"),
        ("exempt", "", "Check first", [AGREES, AGREES, UNCHECKED], "Type the VIN of the vehicle that stands there"),
        ("exempt", "123", "Check first", [AGREES, AGREES, UNCHECKED], "it has 3 characters where a VIN has 17"),
        ("exempt", OTHER, "Do not accept", [AGREES, AGREES, DIFFERS], "ask the dealer for this vehicle's own certificate"),
        ("not_covered", VIN, "Check first", [AGREES, AGREES, UNCHECKED], "The certificate names no VIN."),
        ("voided", VIN, "Do not accept", [AGREES, DIFFERS, AGREES], "ask the dealer for its new certificate"),
        ("superseded", VIN, "Do not accept", [AGREES, DIFFERS, AGREES], "Another took its place on"),
        ("prohibited", VIN, "Do not accept", [AGREES, AGREES, AGREES], "prohibited : it permits nothing"),
        ("undetermined", VIN, "Do not accept", [AGREES, AGREES, AGREES], "undetermined : it permits nothing"),
    ],
)
def test_a_certificate_on_record(
    name: str, vin: str, banner: str, states: list[str], told: str, papers: Papers, show: Show
) -> None:
    """Each certificate of this service gets its banner, its three findings, and what to do."""
    page = show(papers[name]["certificate"], vin)
    assert (page.status, page.banner, page.states) == (200, banner, states)
    assert told in page.text
    assert page.html.index('id="result"') < page.html.index('class="row ')


def test_what_is_signed_is_shown(papers: Papers, show: Show) -> None:
    """The page shows what the signature covers: verdict, VIN, record, time, the facts that settled it, the law's words."""
    text = show(papers["exempt"]["certificate"]).text
    for told in (
        "Verdict Permitted",
        f"VIN {VIN}",
        f"Record {papers['exempt']['id']}",
        "Eastern time (on the paper: ",
        "Destination NC",
        "Mileage 12 mi",
        "9VAC5-95-30 B 5 B. This chapter does not apply to: [...] 5. A new motor vehicle sold for registration",
    ):
        assert told in text


def test_a_reading_that_the_dealer_chose_is_named(make: Make, show: Show) -> None:
    """A prohibited sale, certified under another reading than the service's, is not accepted: both readings are named."""
    page = show(make({**REQUESTS["prohibited"], "reading": "federal_since_2025"})["certificate"], VIN)
    assert (page.status, page.banner, page.states) == (200, "Check first", [AGREES, AGREES, AGREES])
    assert "the reading federal since 2025 , which is not this service's own" in page.text
    assert "one under the reading as written ." in page.text


def test_both_vins_are_shown(papers: Papers, show: Show) -> None:
    """Where the VINs differ both are shown, and the characters that differ are marked and counted."""
    page = show(papers["exempt"]["certificate"], "1ftew3lp9ske98196")
    assert "1FTEW3LP9SKE981<mark>6</mark><mark>9</mark>" in page.html
    assert "1FTEW3LP9SKE981<mark>9</mark><mark>6</mark>" in page.html
    assert "They differ in characters 16, 17." in page.text


def test_the_successor_is_named(papers: Papers, show: Show) -> None:
    """Superseded paper names the record that took its place."""
    by = papers["superseded"]["history"][0]["by"]
    assert show(papers["superseded"]["certificate"]).text.count(by) == 2


@pytest.mark.parametrize("name", ["voided", "superseded"])
def test_the_dealers_reason_is_not_shown(name: str, papers: Papers, show: Show) -> None:
    """Why a dealer withdrew or replaced a certificate is nobody else's to read."""
    assert papers[name]["history"][0]["reason"] == REASON
    assert "financing" not in show(papers[name]["certificate"], VIN).html


def test_what_is_not_this_services(papers: Papers, kept: Records, show: Show) -> None:
    """An unknown key, an altered text, another kind of text, another shape of claims and a lost record are told apart."""
    genuine = papers["exempt"]["certificate"]
    claims = certificates.verify(genuine, kept.keys).claims
    strange = "eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoieCIsInR5cCI6ImxldmNoZWNrLWNlcnRpZmljYXRlK2p3cyJ9"
    cases = {
        f"{strange}.{genuine.split('.', 1)[1]}": "Ask the dealer which service issued it",
        genuine[:-1]: "If it was pasted, copy it again, whole",
        f"{genuine[:-3]}AAA": "If it was pasted, copy it again, whole",
        certificates.sign({"size": 5}, kept.keys, kind="other+jws"): "Ask the dealer for the certificate of determination",
        certificates.sign({"jti": "x"}, kept.keys): "Ask the dealer for the certificate of determination",
        certificates.sign({**claims, "jti": "\x00elsewhere"}, kept.keys): "Ask the dealer to have the issuer, levcheck",
        certificates.sign({**claims, "verdict": "undetermined"}, kept.keys): "Ask the dealer to have the issuer, levcheck",
    }
    for text, told in cases.items():
        page = show(text, VIN)
        assert (page.status, page.banner) == (200, "Do not accept")
        assert told in page.text


def test_claims_are_shown_as_text(papers: Papers, kept: Records, show: Show) -> None:
    """Nothing in a certificate becomes a part of the page but text."""
    claims = certificates.verify(papers["exempt"]["certificate"], kept.keys).claims
    hostile = "<script>alert(1)</script>\"'{{ 7*7 }}\u202e"
    signed = certificates.sign({**claims, "iss": hostile, "facts": {hostile: hostile}}, kept.keys)
    assert Elements(show(signed, hostile).html).tags.count("script") == 1
    assert "{{ 7*7 }}" in show(signed).text


@pytest.mark.parametrize("address", ["https://levcheck.example/verify#", "http://other.example/x#y#", "#", "\n"])
def test_the_codes_address_is_taken_along(address: str, papers: Papers, show: Show) -> None:
    """A certificate is read behind the address of any service's page, and in broken lines."""
    text = papers["exempt"]["certificate"]
    assert show(f"{address}{text[:100]}\r\n{text[100:]} ", VIN).banner == "Accept"


@pytest.mark.slow
def test_an_uploaded_picture_and_pdf(papers: Papers, show: Show) -> None:
    """A picture and a PDF are judged as the text is, from either field, and go before a text that was left in the form."""
    pdf = certificate.pdf(papers["voided"], "https://levcheck.example")
    for content in (pdf, encoded(rendered(pdf, 200), "JPEG")):
        for field in ("file", "photo"):
            page = show(papers["exempt"]["certificate"], VIN, content, field)
            assert (page.status, page.banner, page.states) == (200, "Do not accept", [AGREES, DIFFERS, AGREES])


def test_a_vin_can_be_added(papers: Papers, show: Show) -> None:
    """Where no VIN was typed the answer asks for one and keeps the certificate; not so for a forged PDF."""
    one = papers["exempt"]
    page = show(one["certificate"])
    assert f'type="hidden" name="certificate" value="{one["certificate"]}"' in page.html
    forged = certificate.pdf({**one, "id": papers["voided"]["id"]})
    page = show(file=forged)
    assert page.banner == "Do not accept"
    assert 'name="certificate"' not in page.html


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Nothing was entered."),
        (" \n", "Nothing was entered."),
        ("hello", "The pasted text is not a certificate."),
        ("a.b", "The pasted text is not a certificate."),
        ("\x00.\x00.\x00", "The pasted text is not a certificate."),
        (f"a.{'b' * 19_997}.c", "The pasted text is not a certificate."),
    ],
)
def test_a_text_that_is_none(text: str, told: str, show: Show) -> None:
    """What is no certificate at all is answered with the form again, with the VIN that was typed."""
    page = show(text, VIN)
    assert (page.status, page.banner) == (422, "Nothing was checked")
    assert told in page.text
    assert f'value="{VIN}"' in page.html


def test_the_longest_text_is_read(show: Show) -> None:
    """A text as long as a certificate can be is verified, and refused for its signature."""
    assert show(f"a.{'b' * 19_996}.c").banner == "Do not accept"


def coded(text: str) -> bytes:
    """A picture of a QR code."""
    import segno

    content = io.BytesIO()
    segno.make_qr(text).save(content, kind="png", scale=6, border=4)
    return content.getvalue()


@pytest.mark.slow
def test_a_file_that_shows_nothing(papers: Papers, show: Show) -> None:
    """A picture without a code, with another code, a PDF without one, and one with two certificates are each explained."""
    both = bound(certificate.pdf(papers["exempt"]), certificate.pdf(papers["certified"]))
    cases = {
        encoded(Image.new("L", (400, 400), 255)): "No code could be read in this picture.",
        coded("https://levcheck.example/"): "The code in this picture is not one of a certificate.",
        bound(blank_before=1): "No code could be read on the first five pages of this PDF.",
        both: "Check one at a time.",
        b"hello": "neither a picture nor a PDF",
        b"%PDF-1.7 hello": "damaged or not whole",
        b"": "The file is empty.",
    }
    for content, told in cases.items():
        page = show(file=content, vin=VIN)
        assert (page.status, page.banner) == (422, "Nothing was checked")
        assert told in page.text
    assert "about 4 pixels" in show(file=next(iter(cases))).text


@pytest.mark.slow
def test_uploads_are_bounded(papers: Papers, show: Show) -> None:
    """A file of ten million bytes is read, one of a byte more is refused with the bound."""
    picture = encoded(rendered(certificate.pdf(papers["exempt"]), 200))
    page = show(vin=VIN, file=picture.ljust(MOST_BYTES, b"\x00"))
    assert (page.status, page.banner) == (200, "Accept")
    page = show(vin=VIN, file=picture.ljust(MOST_BYTES + 1, b"\x00"))
    assert (page.status, page.banner) == (413, "Nothing was checked")
    assert "10 MB" in page.text
    assert show(vin=VIN, file=bytes(2 * MOST_BYTES)).status == 413


@pytest.mark.slow
def test_more_uploads_than_are_read_at_once(site: Any) -> None:
    """While two files are being read, others are answered at once with a page that says to wait, and how long."""
    noise, start, told = encoded(Image.effect_noise((4_000, 4_000), 90), "JPEG", quality=30), Barrier(6), []

    def send() -> None:
        start.wait()
        told.append(Show(site.test_client())(file=noise))

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    busy = [page for page in told if page.status == 503]
    assert {page.status for page in told} == {422, 503}
    assert len(busy) >= 2
    assert all("Retry-After" in page.headers and "being read at this moment" in page.text for page in busy)


def parts(count: int, file_too: bool = False) -> bytes:
    """A form of so many parts."""
    part = b'--x\r\nContent-Disposition: form-data; name="n"\r\n\r\nv\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nv\r\n' if file_too else b""
    return part * count + file + b"--x--\r\n"


MULTIPART = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (MULTIPART, parts(8), 422),
        (MULTIPART, parts(9), 413),
        (MULTIPART, parts(300, file_too=True), 413),
        (MULTIPART, b"", 422),
        (MULTIPART, b"--x", 422),
        (MULTIPART, b"--x\r\nContent-Disposition: form-data; name=\r\n\r\n", 422),
        (MULTIPART, b"--x\r\n" + b"A" * 300_000, 413),
        (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="vin"\r\n\r\n' + b"A" * 300_000 + b"\r\n--x--\r\n", 413),
        (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="vin"\r\n\r\n\xff\xfe\x00\r\n--x--\r\n', 422),
        (MULTIPART, b"--x\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\xff\r\n--x--\r\n", 422),
        ("multipart/form-data", b"x", 422),
        ("multipart/form-data; boundary=" + "x" * 5_000, b"x", 422),
        ("multipart/mixed; boundary=x", parts(1), 422),
        ("application/x-www-form-urlencoded", b"certificate=a.b.c", 200),
        ("application/x-www-form-urlencoded; charset=utf-16", b"vin=%ff%fe%00", 422),
        ("application/x-www-form-urlencoded", b"a&" * 40_000, 413),
        ("application/json", b'{"certificate": 5}', 422),
        ("text/plain", b"x" * 70_000, 413),
        ("", b"\x00", 422),
    ],
)
def test_hostile_forms_are_answered(kind: str, body: bytes, status: int, browser: FlaskClient) -> None:
    """A form of too many parts, too long fields, wrong bytes or another kind gets a page and a status, never a failure."""
    answer = browser.post("/verify", data=body, content_type=kind)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert answer.text.startswith("<!doctype html>")


def test_the_page_of_another_site_is_refused(browser: FlaskClient) -> None:
    """What goes wrong before the page is asked is a page too, with the reason."""
    answer = browser.post("/verify", data={"certificate": "a.b.c"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert "another site" in answer.text


def test_records_that_cannot_be_reached(papers: Papers, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the records cannot be reached nothing is accepted or refused: the page says so, and when to try again."""

    def unavailable(*_: Any) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(site.extensions["levcheck"].records, "standing", unavailable)
    page = Show(site.test_client())(papers["exempt"]["certificate"], VIN)
    assert (page.status, page.banner) == (503, "Nothing was checked")
    assert page.headers["Retry-After"]
    assert "The records cannot be reached" in page.text
