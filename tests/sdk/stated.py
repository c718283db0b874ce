"""Random partial transactions of stated facts: the service's answer to each beside the client's own."""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from conftest import TODAY, initialized
from flask.testing import FlaskClient
from levcheck.app import Settings, create_app
from levcheck.law import readings
from levcheck.law import vocabulary as v
from levcheck.law.logic.facts import Choice
from levcheck_client import InvalidTransaction, Result, jwks
from levcheck_client.decoding import Node, parse
from levcheck_client.encoding import encode
from levcheck_client.provisional import evaluated
from levcheck_client.result_json import result_of
from levcheck_client.ruleset import Usable, verified

LEFT_OUT: Any = object()
NUMBERS: dict[str, list[Any]] = {
    "transaction.date": ["2024-03-12", "2024-03-13", "2024-12-31", "2025-01-01", "2026-07-04", "1900-01-01", "2199-12-31"],
    "vehicle.model_year": [1900, 2024, 2025, 2026, 2028, 2029, 2100, Decimal("2025.0")],
    "vehicle.gvwr_lb": [1, 4_850, 8_500, 8_501, 9_999, 10_000, 14_000, 14_001, 1_000_000],
    "vehicle.mileage": [0, 12, 7_499, Decimal("7499.999999999"), 7_500, 12_070, Decimal("12070.08"), Decimal("0.1"), 1.5],
}
# States that matter, and one that does not.
STATES = ["VA", "NC", "MD"]
# Values that keep a transaction within the chapter's reach and out of its exemptions.
DEEP: dict[str, list[Any]] = {
    "transaction.contract": [LEFT_OUT],
    "transaction.state": ["VA", LEFT_OUT],
    "transaction.date": NUMBERS["transaction.date"][1:5],
    "transaction.transfer": ["ordinary", LEFT_OUT],
    "transaction.purpose": ["use", "resale", LEFT_OUT],
    "vehicle.kind": ["vehicle", LEFT_OUT],
    "vehicle.model_year": [2025, 2026, 2028],
    "vehicle.vehicle_type": list(v.VEHICLE_TYPES[:4]),
    "vehicle.gvwr_lb": [4_850, 8_500, 8_501, 14_000, LEFT_OUT],
    "vehicle.mileage": [0, 12, 7_499, Decimal("7499.999999999")],
    "vehicle.off_highway_only": [False, LEFT_OUT],
    "vehicle.authorized_emergency_vehicle": [False, LEFT_OUT],
    "vehicle.military_tactical_vehicle": [False, LEFT_OUT],
    "vehicle.certification.california": [False],
    "seller.type": ["dealer", LEFT_OUT],
    "buyer.type": ["individual"],
    "destination.state": ["VA"],
    "destination.country": ["US", LEFT_OUT],
}
RELOCATION: dict[str, list[Any]] = {
    "purchased_in": STATES,
    "registered_in": STATES,
    "resident_of": STATES,
    "became_virginia_resident": [True, False],
}
WRONG = ["sail", "", "va", 1, -1, True, "2025-02-30", "20250601", 2025.5, [], {}, {"type": "sale"}, 10**12]


def random_transaction(rng: random.Random) -> dict[str, Any]:
    """A transaction with members stated, null and left out at random; one in twenty has something that is refused."""
    left_out, unknown = rng.random() ** 2, rng.random() ** 2 * 0.5
    deep = rng.random() < 0.6
    transaction: dict[str, Any] = {}
    for name, fact in v.BY_NAME.items():
        if fact is not v.relocation:
            values = DEEP[name] if deep and name in DEEP and rng.random() < 0.97 else _values(fact)
            _put(transaction, name, _drawn(rng, values, left_out, unknown))
    if rng.random() < 0.2:
        transaction["relocation"] = {
            member: value
            for member, values in RELOCATION.items()
            if (value := _drawn(rng, values, 0.2, unknown)) is not LEFT_OUT
        }
    for block in ("transaction", "vehicle", "seller", "buyer", "destination", "relocation"):
        if rng.random() < 0.02:
            transaction[block] = None
    if rng.random() < 0.3 and isinstance(transaction.get("vehicle"), dict):
        transaction["vehicle"]["mileage_unit"] = rng.choice(["mi", "mi", "km"])
    if rng.random() < 0.5:
        transaction["reading"] = rng.choice(list(readings.BY_NAME))
    return _spoilt(rng, transaction) if rng.random() < 0.05 else transaction


def _values(fact: Any) -> list[Any]:
    if fact in (v.place, v.destination_state):
        return STATES
    if fact is v.destination_country:
        return ["US", "CA"]
    return list(fact.values) if isinstance(fact, Choice) else NUMBERS[fact.name]


def _drawn(rng: random.Random, values: list[Any], left_out: float, unknown: float) -> Any:
    if rng.random() < left_out:
        return LEFT_OUT
    return None if rng.random() < unknown else rng.choice(values)


def _put(transaction: dict[str, Any], name: str, value: Any) -> None:
    *blocks, last = name.split(".")
    if value is LEFT_OUT or (value is None and name == v.day.name):
        return
    at = transaction
    for block in blocks:
        at = at.setdefault(block, {})
    at[last] = value


def _spoilt(rng: random.Random, transaction: dict[str, Any]) -> dict[str, Any]:
    """The same with one member replaced by something else, or with one too many."""
    at: Any = transaction
    while isinstance(at, dict):
        name = rng.choice([*at, "unheard_of", "date", "reading"])
        if not isinstance(at.get(name), dict) or rng.random() < 0.2:
            at[name] = rng.choice(WRONG)
            return transaction
        at = at[name]
    return transaction


def of_the_service(client: FlaskClient, transaction: dict[str, Any]) -> Result | None:
    """The service's answer without what only it can say; None if it refuses the transaction."""
    answer = client.post("/v1/checks", data=encode(transaction), content_type="application/json")
    if answer.status_code == 422:
        return None
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return without_texts(result_of(Node.of(answer.data, "")))


def without_texts(result: Result) -> Result:
    """The same without what only the service can say."""
    return replace(result, summary="", duties=(), documents=(), advisories=(), remedies=(), provisional=True)


def of_the_client(kept: Usable, transaction: dict[str, Any]) -> Result | None:
    """The client's answer by the ruleset alone; None if it refuses the transaction."""
    try:
        return evaluated(kept, parse(encode(transaction)), today=TODAY.isoformat(), request_id="")
    except InvalidTransaction:
        return None


def handed_out(client: FlaskClient) -> Usable:
    """The ruleset that the service hands out, verified by its keys."""
    keys = jwks.public_keys(Node.of(client.get("/.well-known/jwks.json").data, ""))
    return verified(client.get("/v1/ruleset").data, lambda: keys)


def differences(client: FlaskClient, count: int, seed: int = 1) -> tuple[list[str], dict[str, int]]:
    """The transactions on which the two answers differ, and how often each verdict was given."""
    rng, kept = random.Random(seed), handed_out(client)
    wrong, verdicts = [], {}
    for _ in range(count):
        transaction = random_transaction(rng)
        theirs, ours = of_the_service(client, transaction), of_the_client(kept, transaction)
        told = theirs.verdict if theirs is not None else "refused"
        verdicts[told] = verdicts.get(told, 0) + 1
        if theirs != ours:
            wrong.append(f"{transaction}: {ours}, but the service says {theirs}")
    return wrong, verdicts


def offline_campaign(count: int) -> dict[str, Any]:
    """As many transactions as wanted; `faults` must come out empty."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(dev=True, data=initialized(Path(folder))), today=lambda: TODAY)
        wrong, verdicts = differences(app.test_client(), count)
    return {"transactions": count, **verdicts, "faults": wrong}
