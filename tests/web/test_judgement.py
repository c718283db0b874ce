"""The judgement by itself: what paper, record and vehicle come to, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from levcheck.records import certificates
from levcheck.records.records import Records
from levcheck.web import judgement
from levcheck.web.judgement import Record, judge
from levcheck.web.signed import Signed
from web.papers import VIN

SIGNED = Signed(
    id="019f2da6-9a28-7484-ad45-3d772f09ac02",
    issuer="levcheck",
    verdict="permitted",
    vin=VIN,
    recorded_at="2026-07-04T15:02:01.000000Z",
    basis="exempt",
    reading="as_written",
    assurance="",
    facts=(),
    provisions=(),
)
OTHER = "2HGFE4F86SH011469"
LINES = f"Record {SIGNED.id}\r\nPERMITTED\r\nVIN {VIN} stated\r\nRecorded 2026-07-04 15:02:01 UTC\r\n"
FORGED = LINES.replace(VIN, OTHER)
NAMELESS = replace(SIGNED, vin="")


@pytest.mark.parametrize(
    ("signed", "status", "vin", "text", "banner", "states", "asks"),
    [
        (SIGNED, "current", VIN, "", "accept", "agrees agrees agrees", ()),
        (SIGNED, "current", VIN, LINES, "accept", "agrees agrees agrees", ()),
        (SIGNED, "current", "", "", "look", "agrees agrees unchecked", ("not_given",)),
        (SIGNED, "current", VIN[:16], "", "look", "agrees agrees unchecked", ("no_vin_given",)),
        (SIGNED, "current", f"{VIN[:16]}é", "", "look", "agrees agrees unchecked", ("no_vin_given",)),
        (SIGNED, "current", OTHER, "", "refuse", "agrees agrees differs", ("another",)),
        (SIGNED, "current", VIN, FORGED, "refuse", "differs agrees agrees", ("text_differs",)),
        (SIGNED, "voided", VIN, "", "refuse", "agrees differs agrees", ("voided",)),
        (SIGNED, "superseded", VIN, "", "refuse", "agrees differs agrees", ("superseded",)),
        (SIGNED, "unknown", VIN, "", "refuse", "agrees differs agrees", ("unknown",)),
        (SIGNED, "voided", OTHER, FORGED, "refuse", "differs differs differs", ("text_differs", "voided", "another")),
        (NAMELESS, "current", VIN, "", "look", "agrees agrees unchecked", ("none_named",)),
        (NAMELESS, "current", "", "", "look", "agrees agrees unchecked", ("none_named",)),
        (NAMELESS, "current", "", LINES, "refuse", "differs agrees unchecked", ("text_differs",)),
        (replace(SIGNED, verdict="prohibited"), "current", VIN, "", "refuse", "agrees agrees agrees", ("prohibited",)),
        (replace(SIGNED, verdict="undetermined"), "current", "", "", "refuse", "agrees agrees unchecked", ("undetermined",)),
        (
            replace(SIGNED, verdict="prohibited"),
            "voided",
            VIN,
            "",
            "refuse",
            "agrees differs agrees",
            ("voided", "prohibited"),
        ),
    ],
)
def test_paper_record_and_vehicle(
    signed: Signed, status: str, vin: str, text: str, banner: str, states: str, asks: tuple[str, ...]
) -> None:
    """Only what agrees throughout is accepted; what differs is refused; what was not compared is to be checked first."""
    told = judge(signed, Record(status), vin, [text])
    assert told.banner == banner
    assert " ".join(finding.state for finding in (told.paper, told.record, told.vehicle)) == states
    assert told.asks == asks


def test_another_reading_is_to_be_checked_first() -> None:
    """What is permitted only by the reading that its dealer chose is never accepted at a glance."""
    chosen = replace(SIGNED, reading="federal_since_2025")
    told = judge(chosen, Record("current"), VIN)
    assert (told.banner, told.asks) == ("look", ("another_reading",))
    assert judge(chosen, Record("current")).asks == ("another_reading", "not_given")
    assert judge(chosen, Record("voided"), VIN).asks == ("voided",)
    assert judge(replace(chosen, verdict="prohibited"), Record("current"), VIN).asks == ("prohibited",)
    assert judge(chosen, Record("current"), VIN, reading="federal_since_2025").banner == "accept"


@pytest.mark.parametrize("code", judgement.REFUSALS)
def test_what_is_no_certificate_is_refused(code: str) -> None:
    """Paper that is not this service's is refused, and neither its record nor its vehicle is looked at."""
    told = judgement.refused(code)
    assert (told.banner, told.asks) == ("refuse", (code,))
    assert [told.paper.state, told.record.state, told.vehicle.state] == ["differs", "unchecked", "unchecked"]


def test_differing_characters_are_named() -> None:
    """Two VINs stand side by side, and the characters in which they differ are counted from one."""
    told = judge(SIGNED, Record("current"), "1FTEW3LP9SKE98196")
    assert told.places == (16, 17)
    assert "".join(other for _, other, _ in told.side_by_side) == "1FTEW3LP9SKE98196"


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        (VIN.lower(), "agrees"),
        (f" {VIN[:3]} {VIN[3:9]}-{VIN[9:]}\n", "agrees"),
        (f"I{VIN}", "agrees"),
        (f"i{VIN}", "agrees"),
        (f"X{VIN}", "unchecked"),
        ("IFTEW3LP9SKE98I69", "agrees"),
        ("1FTEW3LP9SKE98l69", "differs"),
        ("\x00", "unchecked"),
    ],
)
def test_a_vin_is_read_as_it_is_meant(typed: str, state: str) -> None:
    """Spaces, hyphens, small letters, an old label's leading I, and an I, O or Q for a digit do not make a VIN another."""
    assert judge(SIGNED, Record("current"), typed).vehicle.state == state


def test_a_signed_o_is_an_o() -> None:
    """Where the certificate itself holds an O, the vehicle's VIN must too."""
    signed = replace(SIGNED, vin="1FTEW3LPOSKE98169")
    assert judge(signed, Record("current"), "1FTEW3LPOSKE98169").vehicle.state == "agrees"
    assert judge(signed, Record("current"), "1FTEW3LP0SKE98169").vehicle.state == "differs"


@pytest.mark.parametrize(
    ("given", "certificate"),
    [
        ("a.b.c", "a.b.c"),
        (" a.\nb.\r\nc\t", "a.b.c"),
        ("https://levcheck.example/verify#a.b.c", "a.b.c"),
        ("http://10.0.0.1:8095/any#where#a.b.c", "a.b.c"),
        ("#a.b.c", "a.b.c"),
        ("", ""),
    ],
)
def test_a_certificate_is_found_behind_an_address(given: str, certificate: str) -> None:
    """A certificate is taken by itself or from behind the # of any address, in one line or several."""
    assert judgement.certificate_in(given) == certificate


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("a.b.c", True), ("a.b", False), ("a.b.c.d", False), ("a.é.c", False), ("..", False), ("a.b.c=", False), ("", False)],
)
def test_the_form_of_a_certificate(text: str, is_one: bool) -> None:
    """Three parts of base64url are the form of a certificate; nothing else is."""
    assert judgement.is_compact(text) is is_one


def test_the_length_of_a_certificate() -> None:
    """A text of 20,000 characters can be a certificate, one of 20,001 cannot."""
    assert judgement.is_compact(f"a.{'b' * 19_996}.c")
    assert not judgement.is_compact(f"a.{'b' * 19_997}.c")


def test_every_refusal_of_the_records_has_its_code(kept: Records, papers: dict[str, dict[str, object]]) -> None:
    """An unknown key, another kind of signed text and an altered one are told apart."""
    genuine = str(papers["exempt"]["certificate"])
    checkpoint = certificates.sign({"jti": "x"}, kept.keys, kind="another+jws")
    strange = "eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoieCIsInR5cCI6ImxldmNoZWNrLWNlcnRpZmljYXRlK2p3cyJ9"
    told = []
    for text in (f"{strange}.{genuine.split('.', 1)[1]}", checkpoint, f"{genuine[:-3]}AAA", genuine[:-1]):
        with pytest.raises(certificates.NotACertificate) as refused:
            certificates.verify(text, kept.keys)
        told.append(judgement.refusal(str(refused.value)))
    assert told == ["no_known_key", "another_kind", "altered", "altered"]


def test_the_reason_of_an_ending_is_left_out() -> None:
    """Where a record stands is told with the time and the other record, never with the dealer's reason."""
    history = [{"event": "void", "at": "2026-07-04T15:02:01.000000Z", "reason": "secret", "by": None}]
    told = judgement.standing("voided", history)
    assert told == Record("voided", "2026-07-04T15:02:01.000000Z", "")
    assert told.at_in_virginia == "July 4, 2026, 11:02 AM Eastern time"
