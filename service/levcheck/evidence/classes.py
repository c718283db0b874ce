"""Vehicle classes (13 CCR § 1900): what a body tells of the class, and how class and weight narrow each other."""

from __future__ import annotations

from functools import lru_cache

from ..law.logic.facts import Possible
from ..law.vocabulary import CLASS_WEIGHTS, VEHICLE_TYPES, gvwr, vehicle_type
from .claims import Conflict, FactState, in_words, plain
from .vpic import Vehicle

_PERSONS = (
    "passenger_car",
    "light_duty_truck",
    "medium_duty_passenger_vehicle",
    "medium_duty_vehicle",
    "over_14000_lb",
)
_PROPERTY = ("light_duty_truck", "medium_duty_passenger_vehicle", "medium_duty_vehicle", "over_14000_lb")
_BODIES = {
    "PASSENGER CAR": ("passenger_car",),
    "MULTIPURPOSE PASSENGER VEHICLE (MPV)": _PERSONS,
    "TRUCK": _PROPERTY,
    "BUS": tuple(name for name in _PERSONS if name != "light_duty_truck"),
    # A chassis may become a car's body, a truck's or a bus's; without a load-carrying device it is no medium-duty
    # passenger vehicle.
    "INCOMPLETE VEHICLE": tuple(name for name in _PERSONS if name != "medium_duty_passenger_vehicle"),
    "MOTORCYCLE": ("motorcycle",),
    "TRAILER": ("other",),
    # A low-speed vehicle is designed for persons or property too: its type alone does not put it outside the classes.
    "LOW SPEED VEHICLE (LSV)": ("passenger_car", "light_duty_truck", "other"),
    # vPIC files go-anywhere wagons with all-terrain vehicles: its type alone does not put one outside the classes either.
    "OFF-ROAD VEHICLE": (*_PROPERTY, "other"),
}


@lru_cache(maxsize=1_024)
def of_vehicle(vehicle: Vehicle) -> Possible | None:
    """The classes that a decoded vehicle's type and weight class leave; None if its type tells nothing."""
    names = _BODIES.get(vehicle.vehicle_type or "")
    if names is None:
        return None
    classes = Possible(choices=frozenset(names))
    if vehicle.gvwr_lb:
        classes = (classes & classes_of(Possible(intervals=(vehicle.gvwr_lb,)))) or classes
    return classes


@lru_cache(maxsize=1_024)
def classes_of(weight: Possible) -> Possible:
    """The classes that some of these weights allow."""
    return Possible(choices=frozenset(name for name in VEHICLE_TYPES if weights_of_one(name) & weight))


def weights_of_one(name: str) -> Possible:
    """The weights that a class allows."""
    low, high = CLASS_WEIGHTS.get(name, (gvwr.least, gvwr.most))
    return Possible(intervals=((low, high),))


@lru_cache(maxsize=1_024)
def weights_of(classes: Possible) -> Possible:
    """The weights that some of these classes allow."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(weights_of_one(str(name)).intervals[0] for name in classes.choices):
        if joined and low <= joined[-1][1] + 1:  # whole pounds: 8,500 and 8,501 adjoin
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return Possible(intervals=tuple(joined))


def narrowed(type_state: FactState, weight_state: FactState) -> tuple[FactState, FactState, list[Conflict]]:
    """Class and weight, each without what the other excludes.

    Where nothing would be left, each keeps its values and gains those that the other allows, and the clash is named.
    """
    if type_state.source == weight_state.source == "unknown":
        return type_state, weight_state, []
    allowed_classes, allowed_weights = classes_of(weight_state.possible), weights_of(type_state.possible)
    classes, weights = type_state.possible & allowed_classes, weight_state.possible & allowed_weights
    if classes and weights:
        return _derived(type_state, classes), _derived(weight_state, weights), []
    clash = f"A {_named(type_state)} and a gross vehicle weight rating of {_weight(weight_state)} do not go together."
    return (
        FactState(vehicle_type, type_state.possible | allowed_classes, "conflict"),
        FactState(gvwr, weight_state.possible | allowed_weights, "conflict"),
        [
            Conflict(vehicle_type.name, _claims(type_state, allowed_classes), clash),
            Conflict(gvwr.name, _claims(weight_state, allowed_weights), clash),
        ],
    )


def _derived(state: FactState, possible: Possible) -> FactState:
    return state if possible == state.possible else FactState(state.fact, possible, "derived")


def _claims(state: FactState, allowed: Possible) -> tuple[tuple[str, object], ...]:
    return (state.source, plain(state.possible)), ("derived", plain(allowed))


def _named(state: FactState) -> str:
    return " or ".join(sorted(in_words(name) for name in state.possible.choices))


def _weight(state: FactState) -> str:
    return " or ".join(f"{low:,} lb" if low == high else f"{low:,} to {high:,} lb" for low, high in state.possible.intervals)
