"""9VAC5-95 as variables of OpenFisca, by hand: the facts as inputs, and what the law makes of them.

A fact is an input that does not change with time (`ETERNITY`); covered, certified, exempt and prohibited are
variables of a day, with formulas over whole populations. A formula with the period `ETERNITY` fails in this version,
so the verdict is asked for one day, the same for all; the date of the act is a fact like another, for it differs from
one transaction to the next in one population. OpenFisca holds numbers in 32 bits: tenths of a mile are told apart
well enough there, finer odometers near 7,500 would not be.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy
from levcheck.law import vocabulary
from levcheck.law.logic.facts import Choice, Fact, Flag, WholeNumber
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import DateUnit
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

TRANSACTION = build_entity(key="transaction", plural="transactions", label="A transaction", is_person=True)
# The verdict does not turn on the act by itself: an input that no formula reads would only slow OpenFisca down.
FACTS = tuple(fact for fact in vocabulary.FACTS if fact is not vocabulary.act)
ENUMS = {
    fact.name: Enum(fact.name.replace(".", "_"), [(value, value) for value in fact.values])
    for fact in FACTS
    if isinstance(fact, Choice) and not isinstance(fact, Flag)
}


def variable_name(fact: Fact) -> str:
    """A fact's path as an identifier."""
    return fact.name.replace(".", "_")


def _input(fact: Fact) -> type[Variable]:
    """The input variable for one fact."""
    members: dict[str, Any] = {"entity": TRANSACTION, "definition_period": DateUnit.ETERNITY, "label": fact.ask}
    if fact.name in ENUMS:
        names = ENUMS[fact.name]
        members |= {"value_type": Enum, "possible_values": names, "default_value": next(iter(names))}
    elif fact is vocabulary.day:
        members["value_type"] = date
    else:
        members["value_type"] = bool if isinstance(fact, Flag) else int if isinstance(fact, WholeNumber) else float
    return type(variable_name(fact), (Variable,), members)


class covered(Variable):
    """The chapter reaches the vehicle and the act."""

    value_type = bool
    entity = TRANSACTION
    definition_period = DateUnit.DAY
    label = "The chapter reaches the vehicle and the act"

    def formula(transaction: Any, period: Any) -> Any:
        classes, kinds = ENUMS["vehicle.vehicle_type"], ENUMS["vehicle.kind"]
        vehicle_type = transaction("vehicle_vehicle_type", period)
        listed = (
            (vehicle_type == classes.passenger_car)
            + (vehicle_type == classes.light_duty_truck)
            + (vehicle_type == classes.medium_duty_passenger_vehicle)
            + (vehicle_type == classes.medium_duty_vehicle)
        )
        vehicle = transaction("vehicle_kind", period) == kinds.vehicle
        return (
            (transaction("vehicle_model_year", period) >= 2025)
            * (transaction("vehicle_gvwr_lb", period) <= 14_000)
            * (transaction("transaction_state", period) == ENUMS["transaction.state"].VA)
            * (transaction("transaction_date", period) >= numpy.datetime64("2024-03-13"))
            * listed
            * (vehicle + transaction("vehicle_new_engine", period))
        )


class certified(Variable):
    """The vehicle is California-certified and conforms."""

    value_type = bool
    entity = TRANSACTION
    definition_period = DateUnit.DAY
    label = "The vehicle is California-certified and conforms"

    def formula(transaction: Any, period: Any) -> Any:
        california = transaction("vehicle_certification_california", period)
        return california * transaction("vehicle_certification_conforms", period)


class exempt(Variable):
    """One of the exemptions of subsection B holds."""

    value_type = bool
    entity = TRANSACTION
    definition_period = DateUnit.DAY
    label = "One of the exemptions of subsection B holds"

    def formula(transaction: Any, period: Any) -> Any:
        contract, contracts = transaction("transaction_contract", period), ENUMS["transaction.contract"]
        seller, sellers = transaction("seller_type", period), ENUMS["seller.type"]
        purpose, purposes = transaction("transaction_purpose", period), ENUMS["transaction.purpose"]
        leaves = (transaction("destination_state", period) != ENUMS["destination.state"].VA) + (
            transaction("destination_country", period) != ENUMS["destination.country"].US
        )
        between_dealers = (seller == sellers.dealer) * (transaction("buyer_type", period) == ENUMS["buyer.type"].dealer)
        sold = (contract == contracts.sale) * (leaves + (purpose == purposes.dismantling) + between_dealers)
        federal = transaction("vehicle_certification_federal", period)
        rented_out = (contract == contracts.rental) * (seller == sellers.rental_agency) * federal * leaves
        any_act = (
            (transaction("vehicle_mileage", period) >= 7_500)
            + transaction("vehicle_off_highway_only", period)
            + transaction("vehicle_authorized_emergency_vehicle", period)
            + transaction("vehicle_military_tactical_vehicle", period)
            + transaction("relocation", period)
            + (transaction("transaction_transfer", period) != ENUMS["transaction.transfer"].ordinary)
        )
        return (transaction("vehicle_kind", period) == ENUMS["vehicle.kind"].vehicle) * (any_act + sold + rented_out)


class prohibited(Variable):
    """Subsection A prohibits the act."""

    value_type = bool
    entity = TRANSACTION
    definition_period = DateUnit.DAY
    label = "Subsection A prohibits the act"

    def formula(transaction: Any, period: Any) -> Any:
        permitted = transaction("exempt", period) + transaction("certified", period)
        return transaction("covered", period) * ~permitted


def system() -> TaxBenefitSystem:
    """The inputs and the law, loaded once."""
    loaded = TaxBenefitSystem([TRANSACTION])
    for variable in (*map(_input, FACTS), covered, certified, exempt, prohibited):
        loaded.add_variable(variable)
    return loaded
