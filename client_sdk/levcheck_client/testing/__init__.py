"""For the tests of your integration: a real service on your machine, transactions whose answers are known, and a line
that misbehaves.

    with LevcheckServer() as server, server.client() as levcheck:
        assert levcheck.check(PROHIBITED).verdict == "prohibited"

Nothing here is imported by `levcheck_client` itself.
"""

from levcheck_client.testing.contrary import ContraryProxy
from levcheck_client.testing.fates import CONTRARY, Rates
from levcheck_client.testing.fixture import server_fixture
from levcheck_client.testing.processes import NotStarted
from levcheck_client.testing.server import LevcheckServer
from levcheck_client.testing.transactions import (
    CAR_2025,
    CONTRADICTED,
    FIFTY_STATES,
    MISREAD,
    MISREAD_VIN,
    NOT_ASSIGNED,
    NOT_COVERED,
    OUT_OF_STATE,
    PERMITTED,
    PLACEHOLDER,
    PROHIBITED,
    REFUSED,
    RENTED_IN_STATE,
    RENTED_ONE_WAY,
    TOO_SHORT,
    TRUCK_2024,
    TRUCK_2025,
    UNDETERMINED,
    USED,
)

__all__ = [
    "CAR_2025",
    "CONTRADICTED",
    "CONTRARY",
    "FIFTY_STATES",
    "MISREAD",
    "MISREAD_VIN",
    "NOT_ASSIGNED",
    "NOT_COVERED",
    "OUT_OF_STATE",
    "PERMITTED",
    "PLACEHOLDER",
    "PROHIBITED",
    "REFUSED",
    "RENTED_IN_STATE",
    "RENTED_ONE_WAY",
    "TOO_SHORT",
    "TRUCK_2024",
    "TRUCK_2025",
    "UNDETERMINED",
    "USED",
    "ContraryProxy",
    "LevcheckServer",
    "NotStarted",
    "Rates",
    "server_fixture",
]
