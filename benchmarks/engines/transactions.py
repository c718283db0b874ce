"""Random transactions, drawn so that most of them have to be read to the end.

Facts drawn evenly would nearly all fall at the first hurdle (58 of 59 places are not Virginia), and every engine
would look alike. So the usual deal is made the likeliest: 85 % take place in Virginia, 94 % are of a listed class, 92
% of model year 2025 or later, nine in ten new (below 7,500 miles, a few exactly on the line), four in five not
certified in California, 85 % bound for a Virginia registration. The rarer facts (an engine by itself, an inheritance,
dismantling, an emergency vehicle, a relocation, ...) come up in 1 to 8 % each, so that every exemption is met. Weight
follows class. The act brings its contract with it where it can have only one; a rental is mostly an agency's, and
four in ten end in another state. Between a third and a half come out prohibited, which is the longest way: every
exemption has been looked at and found wanting.

For the tasks with unknown facts, each fact of the law is forgotten with probability 0.3, each by itself.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from levcheck.law import vocabulary

Facts = dict[str, Any]

FORGOTTEN = 0.3

ACTS = {"sale": 50, "purchase": 14, "lease": 10, "rental": 5, "delivery": 8, "offer": 4, "import": 4}
ACTS |= {"acquisition": 3, "receipt": 2}
CONTRACTS = {"sale": 75, "lease": 12, "rental": 5, "none": 8}
TRANSFERS = {"ordinary": 96, "inheritance": 2, "court_decree": 2}
PURPOSES = {"use": 88, "resale": 10, "dismantling": 2}
CLASSES = {
    "passenger_car": 40,
    "light_duty_truck": 36,
    "medium_duty_passenger_vehicle": 6,
    "medium_duty_vehicle": 12,
    "over_14000_lb": 2,
    "motorcycle": 2,
    "other": 2,
}
WEIGHTS = {"light_duty_truck": (3_500, 8_500), "over_14000_lb": (14_001, 33_000), "motorcycle": (400, 1_500)}
MODEL_YEARS = {2022: 2, 2023: 2, 2024: 4, 2025: 42, 2026: 30, 2027: 12, 2028: 4, 2029: 4}
SELLERS = {"dealer": 74, "manufacturer": 8, "rental_agency": 8, "individual": 6, "business": 3, "government": 1}
LESSORS = {"rental_agency": 85, "dealer": 10, "individual": 5}
BUYERS = {"individual": 68, "business": 12, "dealer": 12, "rental_agency": 5, "government": 3}
FLAGS = {
    "vehicle.off_highway_only": 0.01,
    "vehicle.authorized_emergency_vehicle": 0.02,
    "vehicle.military_tactical_vehicle": 0.01,
    "vehicle.certification.california": 0.18,
    "vehicle.certification.federal": 0.93,
    "vehicle.certification.conforms": 0.97,
    "relocation": 0.03,
}
FIRST_DAY, DAYS = date(2024, 2, 1), 900


def drawn(count: int, seed: int) -> list[Facts]:
    """`count` transactions, every fact known: each fact's one value by its path in the request."""
    rng = random.Random(seed)
    return [_transaction(rng) for _ in range(count)]


def forgotten(transactions: Sequence[Facts], seed: int) -> list[Facts]:
    """The same transactions with some facts left out: those are unknown."""
    rng = random.Random(seed + 1)
    return [{name: value for name, value in facts.items() if rng.random() >= FORGOTTEN} for facts in transactions]


def _transaction(rng: random.Random) -> Facts:
    act, vehicle_type = _one_of(rng, ACTS), _one_of(rng, CLASSES)
    contracts = vocabulary.ACT_CONTRACTS.get(act)
    contract = contracts[0] if contracts else _one_of(rng, CONTRACTS)
    rental = contract == "rental"
    engine = rng.random() < 0.04
    values: Facts = {
        "transaction.type": act,
        "transaction.contract": contract,
        "transaction.transfer": _one_of(rng, TRANSFERS),
        "transaction.purpose": _one_of(rng, PURPOSES),
        "transaction.date": FIRST_DAY + timedelta(days=rng.randrange(DAYS)),
        "transaction.state": _home_or(rng, "VA", vocabulary.place.values, 0.85),
        "vehicle.kind": "engine" if engine else "vehicle",
        "vehicle.vehicle_type": vehicle_type,
        "vehicle.model_year": _one_of(rng, MODEL_YEARS),
        "vehicle.gvwr_lb": _weight(rng, vehicle_type),
        "vehicle.mileage": _mileage(rng),
        "vehicle.new_engine": rng.random() < (0.7 if engine else 0.04),
        "seller.type": _one_of(rng, LESSORS if rental else SELLERS),
        "buyer.type": _one_of(rng, BUYERS),
        "destination.state": _home_or(rng, "VA", vocabulary.place.values, 0.6 if rental else 0.85),
        "destination.country": _home_or(rng, "US", vocabulary.destination_country.values, 0.98),
    }
    values |= {name: rng.random() < chance for name, chance in FLAGS.items()}
    return {fact.name: values[fact.name] for fact in vocabulary.FACTS}


def _one_of(rng: random.Random, weighted: Mapping[Any, float]) -> Any:
    return rng.choices(tuple(weighted), tuple(weighted.values()))[0]


def _home_or(rng: random.Random, home: str, anywhere: Sequence[str], chance: float) -> str:
    return home if rng.random() < chance else rng.choice(anywhere)


def _weight(rng: random.Random, vehicle_type: str) -> int:
    """Whole pounds that the class allows; a class of any weight gets a car's."""
    return rng.randint(*WEIGHTS.get(vehicle_type) or vocabulary.CLASS_WEIGHTS.get(vehicle_type) or (2_800, 6_500))


def _mileage(rng: random.Random) -> Decimal:
    """Tenths of a mile: new off the lorry, a demonstrator, used, or within half a mile of the line between."""
    low, high = _one_of(rng, {(0, 300): 80, (300, 7_499): 9, (7_500, 60_000): 9, (7_499.5, 7_500.5): 2})
    return Decimal(rng.randint(int(low * 10), int(high * 10))) / 10
