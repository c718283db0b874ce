"""Transactions whose answers are known, for tests against a real service.

Their VINs have the form, the check digit and the decoding of real vehicles' and serial numbers of nobody's. Nothing in
the service knows them: the answers follow from the law under the reading `as_written`. Copy before changing one.
"""

from __future__ import annotations

from typing import Final

from levcheck_client.transactions import TransactionRequest

CAR_2025: Final = "2HGFE4F80SH000001"
"""A Honda Civic of model year 2025: a passenger car of 4,001 to 5,000 lb."""
TRUCK_2025: Final = "1FTEW3LP9SKE00001"
"""A Ford F-150 of model year 2025: a light-duty truck of 6,001 to 7,000 lb."""
TRUCK_2024: Final = "1FTEW3LP6RKE00001"
"""A Ford F-150 of model year 2024, which the chapter does not cover."""
MISREAD: Final = "1FTEW3LP8SKE00001"
"""The truck of 2025 with a wrong check digit: nothing in it is used (`vin_unverified`)."""
PLACEHOLDER: Final = "1FTEW3LP4SKEXXXXX"
"""What a dealer's system holds for a truck on order (`vin_not_assigned`)."""
TOO_SHORT: Final = "1FTEW3LP9SKE0001"
"""Sixteen characters: the service refuses it (422 `invalid_request`)."""

FIFTY_STATES: Final = (
    "This vehicle conforms to U.S. EPA and California regulations applicable to 2025 model-year new motor vehicles."
)
"""What the label of a California-certified vehicle says."""

UNDETERMINED: Final[TransactionRequest] = {
    "reference": "levcheck undetermined",
    "transaction": {"type": "sale", "date": "2025-06-01"},
    "vehicle": {"vin": TRUCK_2025, "mileage": 12},
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "VA"},
}
"""A new truck, sold to a resident; nobody has said whether it is California-certified. That is the one question."""
PERMITTED: Final[TransactionRequest] = {
    **UNDETERMINED,
    "reference": "levcheck permitted",
    "vehicle": {"vin": TRUCK_2025, "mileage": 12, "certification": {"label": FIFTY_STATES}},
}
"""The same truck, its label read: certified."""
PROHIBITED: Final[TransactionRequest] = {
    **UNDETERMINED,
    "reference": "levcheck prohibited",
    "vehicle": {"vin": TRUCK_2025, "mileage": 12, "certification": {"california": False}},
}
"""The same truck, known not to be California-certified: no exception applies."""
OUT_OF_STATE: Final[TransactionRequest] = {
    **PROHIBITED,
    "reference": "levcheck out of state",
    "destination": {"state": "NC"},
}
"""The prohibited truck, to be registered in North Carolina: exempt (B 5)."""
USED: Final[TransactionRequest] = {
    **UNDETERMINED,
    "reference": "levcheck used",
    "vehicle": {"vin": CAR_2025, "mileage": 7_500, "certification": {"california": False}},
}
"""An uncertified car with 7,500 miles: used, and so exempt (B 1)."""
NOT_COVERED: Final[TransactionRequest] = {
    **UNDETERMINED,
    "reference": "levcheck not covered",
    "vehicle": {"vin": TRUCK_2024, "mileage": 12, "certification": {"california": False}},
}
"""An uncertified truck of model year 2024."""
MISREAD_VIN: Final[TransactionRequest] = {
    **PERMITTED,
    "reference": "levcheck misread VIN",
    "vehicle": {"vin": MISREAD, "mileage": 12, "certification": {"california": False}},
}
"""An uncertified vehicle whose VIN was misread: year, class and weight are asked."""
NOT_ASSIGNED: Final[TransactionRequest] = {
    **PERMITTED,
    "reference": "levcheck VIN not assigned",
    "vehicle": {"vin": PLACEHOLDER, "mileage": 12, "certification": {"california": False}},
}
"""An uncertified vehicle on order, without a VIN of its own: year, class and weight are asked."""
CONTRADICTED: Final[TransactionRequest] = {
    **PROHIBITED,
    "reference": "levcheck contradicted",
    "vehicle": {"vin": TRUCK_2025, "model_year": 2024, "mileage": 12, "certification": {"california": False}},
}
"""The prohibited truck, said to be of 2024 while its VIN says 2025: a conflict, and the year is asked."""
RENTED_ONE_WAY: Final[TransactionRequest] = {
    "reference": "levcheck rented one way",
    "transaction": {"type": "rental", "contract": "rental", "date": "2025-06-01"},
    "vehicle": {"vin": CAR_2025, "mileage": 12, "certification": {"california": False, "federal": True}},
    "seller": {"type": "rental_agency"},
    "buyer": {"type": "individual"},
    "destination": {"state": "NC"},
}
"""A car that is only federally certified, rented in Virginia and returned in North Carolina: exempt (B 6)."""
RENTED_IN_STATE: Final[TransactionRequest] = {
    **RENTED_ONE_WAY,
    "reference": "levcheck rented in state",
    "destination": {"state": "VA"},
}
"""The same car, returned in Virginia: no exception applies."""
REFUSED: Final[TransactionRequest] = {
    **UNDETERMINED,
    "reference": "levcheck refused",
    "vehicle": {"vin": TOO_SHORT, "mileage": 12},
}
"""A VIN too short to be one: no answer but a `ProblemError`, 422 at `/vehicle/vin`."""
