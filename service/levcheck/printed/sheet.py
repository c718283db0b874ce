"""What a printed certificate says: everything that both of its forms show, and nothing of how."""

from __future__ import annotations

from dataclasses import dataclass

CHAPTER = "Virginia low emission vehicle regulation, 9VAC5-95"
TITLE = "Certificate of determination"
PAGE = "/verify"
"""The path of the page that verifies; the certificate goes behind a `#`, which browsers do not send."""
WHAT_THE_CODE_IS = (
    "This code is the certificate itself, signed (compact JWS, Ed25519). Have the issuer verify it, or check it offline "
    "with the issuer's published keys. Where the paper differs, the code is right."
)
WHAT_THE_CODE_OPENS = (
    "Point a phone's camera at this code: it opens the issuer's page, which tells whether this paper is genuine and still "
    "stands. What follows the # is the certificate itself, signed (compact JWS, Ed25519); it can be checked offline with "
    "the issuer's published keys. Where the paper differs, the code is right."
)
NO_CODE = "The signed certificate is too long for a QR code. Ask the issuer for it by the record's number."
FOOT = (
    "Not legal advice. Issued by a private service, not by the Commonwealth of Virginia. Paper whose verdict is prohibited "
    "or undetermined permits nothing. A record can be voided or superseded after it was printed: verify the code."
)
PERMITS_NOTHING = "This paper permits nothing."
TURNS_ON = "*"
TURNS_ON_MEANS = f"{TURNS_ON} The verdict turns on this fact."
PRESUMED_MEANS = "Nothing was said of these. If one is wrong, this certificate is of another transaction."
USED = "used here"
NOT_KNOWN = "Not known"


@dataclass(frozen=True)
class Row:
    """One fact on paper: what it is called, its value, where that comes from."""

    label: str
    value: str
    source: str = ""
    presumed: bool = False
    turns: bool = False

    @property
    def known(self) -> bool:
        """Whether anything is known of it."""
        return self.value != NOT_KNOWN

    @property
    def name(self) -> str:
        """The label, with the sign that the verdict turns on this fact."""
        return f"{self.label} {TURNS_ON}" if self.turns else self.label


@dataclass(frozen=True)
class Item:
    """One paragraph of a list: what leads it in bold, its text, and where it comes from."""

    lead: str
    text: str
    source: str = ""


@dataclass(frozen=True)
class Ended:
    """That a determination no longer stands: how (`voided`, `superseded`), when, why, and which took its place."""

    word: str
    when: str
    why: str
    by: str

    @property
    def sentence(self) -> str:
        """All of it in a line or two."""
        at = f" on {self.when}" if self.when else ""
        by = f" by determination {self.by}" if self.by else ""
        why = f" Reason: {self.why}" if self.why else ""
        return f"{self.word.capitalize()}{at}{by}. {PERMITS_NOTHING}{why}"


@dataclass(frozen=True)
class Sheet:
    """A certificate as it is printed."""

    issuer: str
    verdict: str
    summary: str
    ended: Ended | None
    recorded_at: str
    identity: tuple[Row, ...]
    facts: tuple[Row, ...]
    unknown: tuple[Row, ...]
    presumed: tuple[Row, ...]
    record: tuple[Row, ...]
    readings: tuple[tuple[str, str, str, bool], ...]
    provisions: tuple[Item, ...]
    questions: tuple[Item, ...]
    remedies: tuple[Item, ...]
    conflicts: tuple[Item, ...]
    warnings: tuple[Item, ...]
    documents: tuple[Item, ...]
    duties: tuple[Item, ...]
    notes: tuple[Item, ...]
    id: str
    certificate: str
    address: str = ""

    @property
    def coded(self) -> str:
        """What the QR code holds: the certificate, behind the address of the page that verifies it if there is one."""
        return f"{self.address}{PAGE}#{self.certificate}" if self.address else self.certificate

    @property
    def about_code(self) -> str:
        """What the code is and does, in words."""
        return WHAT_THE_CODE_OPENS if self.address else WHAT_THE_CODE_IS

    @property
    def permits(self) -> bool:
        """Whether this paper permits anything."""
        return self.verdict == "permitted" and not self.ended

    @property
    def turns(self) -> bool:
        """Whether a fact is marked as one that the verdict turns on."""
        return any(row.turns for row in (*self.identity, *self.facts, *self.unknown, *self.presumed))
