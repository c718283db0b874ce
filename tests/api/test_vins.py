"""What a check takes from a VIN."""

from __future__ import annotations

from typing import Any

import pytest
from api.asked import VIN, VIN_OF_2003, check, fact, known, refused
from flask.testing import FlaskClient


def codes(result: Any) -> list[str]:
    return [advisory["code"] for advisory in result["advisories"]]


class TestVin:
    def test_tells_year_class_and_weight(self, client: FlaskClient) -> None:
        """A VIN that reads cleanly gives model year, class and weight, with the source vin."""
        result = check(client, {"vehicle": {"vin": VIN}})
        assert fact(result, "vehicle.model_year") == known(2025, "vin")
        assert fact(result, "vehicle.vehicle_type") == known("light_duty_truck", "vin")
        assert fact(result, "vehicle.gvwr_lb") == ("narrowed", [], [{"min": 6001, "max": 7000}], "vin")
        assert fact(check(client, {"vehicle": {"vin": VIN_OF_2003}}), "vehicle.model_year") == known(2003, "vin")

    def test_case_does_not_matter(self, client: FlaskClient) -> None:
        """A VIN in small letters is the same VIN."""
        assert check(client, {"vehicle": {"vin": VIN.lower()}}) == check(client, {"vehicle": {"vin": VIN}})

    @pytest.mark.parametrize("vin", [VIN[:16], VIN + "0", "", "1", VIN * 2])
    def test_other_length_is_refused(self, client: FlaskClient, vin: str) -> None:
        """A VIN of another length than 17 is refused, and the refusal counts its characters."""
        error = refused(client, {"vehicle": {"vin": vin}}).errors["/vehicle/vin"]
        assert f"(it has {len(vin)} characters)" in error["detail"]

    @pytest.mark.parametrize(
        ("vin", "why"),
        [
            ("1FTEW3LPISKE98169", "the letters I, O or Q"),
            ("1FTEW3LP9SKE9816O", "the letters I, O or Q"),
            ("QFTEW3LP9SKE98169", "the letters I, O or Q"),
            ("1FTEW3LP9SKE98168", "check digit"),
            ("1FTEW3LP0SKE98169", "check digit"),
        ],
    )
    def test_unverified(self, client: FlaskClient, vin: str, why: str) -> None:
        """A VIN with I, O or Q or a wrong check digit is answered: an advisory says why its facts are not used."""
        result = check(client, {"vehicle": {"vin": vin}})
        (advisory,) = [advisory for advisory in result["advisories"] if advisory["code"].startswith("vin_")]
        assert (
            advisory["code"] in ("vin_unverified", "vin_not_assigned")
            and why in advisory["text"]
            and vin in advisory["text"]
        )
        assert advisory["severity"] == "warning"
        assert {entry["source"] for entry in result["facts"]} <= {"default", "derived", "unknown"}
        without = check(client, {"vehicle": {}})
        assert (result["facts"], result["questions"]) == (without["facts"], without["questions"])

    def test_check_digit_is_not_a_placeholder(self, client: FlaskClient) -> None:
        """A slip of the pen is told as a VIN that could not be verified."""
        assert "vin_unverified" in codes(check(client, {"vehicle": {"vin": "1FTEW3LP9SKE98168"}}))

    @pytest.mark.parametrize(
        "vin", ["0" * 17, "1FTEW3LP9SKNOVIN1", "TBDTBDTBDTBDTBDTB", "1FTEW3LP9SK000000", "XXXXXXXXXXXXXXXXX"]
    )
    def test_placeholder(self, client: FlaskClient, vin: str) -> None:
        """A placeholder for a VIN that is not assigned yet is called one, and tells nothing."""
        result = check(client, {"vehicle": {"vin": vin}})
        assert "vin_not_assigned" in codes(result) and "vin_unverified" not in codes(result)
        assert "vin" not in {entry["source"] for entry in result["facts"]}

    def test_disagreement_leaves_both_possible(self, client: FlaskClient) -> None:
        """A stated model year against the VIN's leaves both possible and names the disagreement."""
        result = check(client, {"vehicle": {"vin": VIN, "model_year": 2024}})
        assert fact(result, "vehicle.model_year") == ("narrowed", [2024, 2025], [], "conflict")
        (conflict,) = [conflict for conflict in result["conflicts"] if conflict["fact"] == "vehicle.model_year"]
        assert conflict["claims"] == [{"source": "stated", "value": 2024}, {"source": "vin", "value": 2025}]
