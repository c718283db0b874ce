"""A rental agency screens tonight's one-way trips: which vehicles may leave, and which wait for a look under the hood.

    python rental_returns.py http://127.0.0.1:8095 [rental_returns.csv]

A new vehicle that is not California-certified may be rented only to end outside Virginia (9VAC5-95-30 B 6), and then it must
be federally certified. Where a trip ends is a branch's code: the table below says which state each is in.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from levcheck_client import Client, LevcheckError, Result
from levcheck_client.adapters import Adapted, csv
from levcheck_client.adapters.opentravel import VIRGINIA_AIRPORTS

TRIPS = csv.Columns(
    {
        "Agreement": "reference",
        "VIN": "vehicle.vin",
        "Odometer": "vehicle.mileage",
        "Pick-up": "transaction.branch",
        "Return": "destination.branch",
        "Label": "vehicle.certification.label",
    },
    fixed={"transaction.type": "rental", "seller.type": "rental_agency"},
    branches={**VIRGINIA_AIRPORTS, "RDU": "NC", "CLT": "NC", "BWI": "MD", "CRW": "WV"},
)


def screened(client: Client, trips: list[Adapted]) -> Iterator[tuple[str, str, str]]:
    """Each trip's agreement, the answer, and what to do."""
    for trip, came in zip(trips, client.screen(trip.transaction for trip in trips), strict=True):
        agreement = trip.reference or "?"
        if isinstance(came, Result):
            yield agreement, came.verdict, "; ".join(_to_do(trip, came))
        else:
            yield agreement, "not read", str(came)


def _to_do(trip: Adapted, result: Result) -> list[str]:
    # A row that is no row at all is unreadable for one reason, however many facts it should tell.
    unreadable = list(dict.fromkeys(f"look again: {each.text}" for each in trip.missing if each.why == "not_usable"))
    if result.permitted:
        return ["may leave", *unreadable]
    if result.prohibited:
        return [result.summary, *unreadable]
    return [*unreadable, *(question.ask for question in result.questions)]


def main(address: str, path: Path) -> None:
    """Print the table."""
    trips = list(TRIPS.rows(path.read_bytes()))
    with Client(address) as client:
        print(f"{'agreement':10} {'verdict':13} what to do")
        for agreement, verdict, to_do in screened(client, trips):
            print(f"{agreement:10} {verdict:13} {to_do}")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    try:
        main(
            arguments[0] if arguments else "http://127.0.0.1:8095",
            Path(arguments[1]) if len(arguments) > 1 else Path(__file__).with_suffix(".csv"),
        )
    except (LevcheckError, OSError) as error:
        sys.exit(f"The trips could not be screened: {error}")
