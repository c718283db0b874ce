"""A registration clerk's day: dealers' certificates, and a family that has moved to Virginia.

    python registration_clerk.py http://127.0.0.1:8095

A dealer's certificate is a signed text (behind the QR code of the printed page). The clerk's system asks the service
whether it is whole and still stands, and compares its VIN with the one on the application. Who moves to Virginia with a car
brings no certificate: 9VAC5-95-30 B 11 asks where the car was bought and registered, and by a resident of which state.
"""

import sys
from dataclasses import dataclass

from levcheck_client import Client, Determination, LevcheckError, ProvisionalDetermination, TransactionRequest

TRUCK, CAR = "1FTEW3LP9SKE98169", "2HGFE4F86SH011469"
SENTENCE = "This vehicle conforms to U.S. EPA and California regulations applicable to 2025 model-year new motor vehicles."
SALE: TransactionRequest = {
    "reference": "deal 48213",
    "transaction": {"type": "sale"},
    "vehicle": {"vin": TRUCK, "mileage": 12, "certification": {"label": SENTENCE}},
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "VA"},
}
NEWCOMER: TransactionRequest = {
    "reference": "new resident",
    "transaction": {"type": "import", "contract": "none"},
    "vehicle": {"vin": CAR, "mileage": 3_000},
    "buyer": {"type": "individual"},
    "destination": {"state": "VA"},
}


@dataclass(frozen=True)
class Counter:
    """What the clerk is told: whether to register the vehicle, and why."""

    accepted: bool
    text: str


def judged(client: Client, certificate: str, vin: str) -> Counter:
    """A dealer's certificate against the VIN on the application."""
    told = client.verify(certificate)
    if not told.valid or told.claims is None:
        return Counter(False, f"No valid certificate: {told.reason}")
    if told.claims["vin"] != vin:
        return Counter(False, f"It is for {told.claims['vin']}, the application is for {vin}.")
    if told.status != "current":
        event = told.history[-1] if told.history else None
        why = f" on {event.at[:10]}: {event.reason or 'no reason given'}" if event else ""
        newer = f". Ask for the certificate of {event.by}" if event and event.by else ""
        return Counter(False, f"Its determination is {told.status}{why}{newer}.")
    if told.claims["verdict"] != "permitted":
        return Counter(False, f"It certifies that the sale was {told.claims['verdict']}.")
    return Counter(True, f"The sale was permitted ({told.claims['basis']}); it was recorded {told.claims['recorded_at']}.")


def newcomer(client: Client, purchased_in: str, registered_in: str, resident_of: str) -> Counter:
    """Somebody who has become a resident of Virginia, by the papers that were shown."""
    papers: TransactionRequest = {
        **NEWCOMER,
        "relocation": {
            "purchased_in": purchased_in,
            "registered_in": registered_in,
            "resident_of": resident_of,
            "became_virginia_resident": True,
        },
    }
    result = client.check(papers)
    more = [f"Keep: {document.text}" for document in result.documents if document.standing == "required"]
    more += [f"Still needed: {question.ask}" for question in result.questions]
    return Counter(result.permitted, "\n    ".join([result.summary, *more]))


def certificates(client: Client) -> list[tuple[str, str, str]]:
    """The dealers' side, so that there is something to verify: what it is, the certificate, the VIN applied for."""
    standing, other, unwound = (_recorded(client.determine({**SALE, "reference": f"deal {n}"})) for n in (1, 2, 3))
    corrected = client.supersede(other.id, {**SALE, "reference": "deal 2, corrected"}, reason="odometer misread")
    client.void(unwound.id, "the deal was unwound")
    payload = standing.certificate.split(".")[1]
    altered = standing.certificate.replace(payload, payload[:-4] + ("AAAA" if payload[-4:] != "AAAA" else "BBBB"))
    return [
        ("a sale that stands", standing.certificate, TRUCK),
        ("the same certificate, another car", standing.certificate, CAR),
        ("a deal that was unwound", unwound.certificate, TRUCK),
        ("a deal that was corrected", other.certificate, TRUCK),
        ("its correction", corrected.certificate, TRUCK),
        ("a certificate that was altered", altered, TRUCK),
    ]


def _recorded(made: Determination | ProvisionalDetermination) -> Determination:
    # This client has no outbox, so that nothing is ever queued.
    assert isinstance(made, Determination)
    return made


def main(address: str) -> None:
    """Every case that comes to the counter, once."""
    with Client(address) as client:
        for what, certificate, vin in certificates(client):
            _show(what, judged(client, certificate, vin))
        _show("bought and registered in North Carolina by a resident of it", newcomer(client, "NC", "NC", "NC"))
        _show("bought in North Carolina, registered nowhere yet", newcomer(client, "NC", "VA", "NC"))


def _show(what: str, counter: Counter) -> None:
    print(f"{'REGISTER' if counter.accepted else 'HOLD    '}  {what}\n    {counter.text}")


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8095")
    except LevcheckError as error:
        sys.exit(f"The service gave no answer: {error}")
