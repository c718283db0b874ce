"""One real sale, asked of a running service: what `make run` shows.

    python first_sale.py http://127.0.0.1:8095

A dealer sells a Ford F-150 of model year 2025 with 12 miles to a resident of Virginia. The model year, the weight class and
the body come from the VIN; nobody has said yet whether the truck is California-certified.
"""

import sys

from levcheck_client import Client, LevcheckError, Result, TransactionRequest
from levcheck_client.transactions import Vehicle

TRUCK: Vehicle = {"vin": "1FTEW3LP9SKE98169", "mileage": 12}
SALE: TransactionRequest = {
    "reference": "first sale",
    "transaction": {"type": "sale"},
    "vehicle": TRUCK,
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "VA"},
}
SENTENCE = "This vehicle conforms to U.S. EPA and California regulations applicable to 2025 model-year new motor vehicles."


def told(result: Result) -> str:
    """The answer in words."""
    lines = [f"  {result.verdict.upper()}", f"  {result.summary}"]
    lines += [f"  Still needed: {question.ask}" for question in result.questions]
    return "\n".join(lines)


def main(address: str) -> None:
    """Ask twice: before and after the clerk has read the label under the hood."""
    with Client(address) as client:
        print("Ford F-150, model year 2025 by its VIN, 12 miles, dealer to a resident, to be registered in Virginia:")
        print(told(client.check(SALE)))
        print(f'\nThe clerk reads the label under the hood: "{SENTENCE}"')
        labelled: TransactionRequest = {**SALE, "vehicle": {**TRUCK, "certification": {"label": SENTENCE}}}
        print(told(client.check(labelled)))
    print(f"\nThe service keeps running at {address}; its contract is at {address}/docs. `make stop` ends it.")


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8095")
    except LevcheckError as error:
        sys.exit(f"The service gave no answer: {error}")
