"""What a check refuses, and which member, value and remedy it names."""

from __future__ import annotations

import re
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from api.asked import ABSENT, BLOCKS, SALE, VIN, changed, check, fact, refused, send, status
from flask.testing import FlaskClient

REFUSED: tuple[tuple[str, Any, str], ...] = (
    ("transaction.type", "Sale", "delivery, offer, sale"),
    ("transaction.contract", "gift", "sale, lease, rental, none"),
    ("transaction.transfer", True, "inheritance"),
    ("transaction.purpose", 1, "dismantling"),
    ("transaction.date", "2025-02-30", "YYYY-MM-DD"),
    ("transaction.date", "June 1", "YYYY-MM-DD"),
    ("transaction.date", "1899-12-31", "1900-01-01 to 2199-12-31"),
    ("transaction.state", "Virginia", "VA or NC"),
    ("vehicle.vin", "1FTEW3LP9SKE9816", "17 letters and digits"),
    ("vehicle.vin", 17, "17 letters and digits"),
    ("vehicle.kind", "", "vehicle, engine"),
    ("vehicle.vehicle_type", "suv", "passenger_car"),
    ("vehicle.model_year", 2025.5, "without a fraction"),
    ("vehicle.model_year", "2025", "without a fraction"),
    ("vehicle.model_year", 1899, "1,900 to 2,100"),
    ("vehicle.model_year", True, "without a fraction"),
    ("vehicle.gvwr_lb", 0, "1 to 1,000,000"),
    ("vehicle.mileage", "12", "a JSON number"),
    ("vehicle.mileage", -0.1, "0 to 10,000,000"),
    ("vehicle.mileage", 10_000_001, "0 to 10,000,000"),
    ("vehicle.mileage_unit", "miles", "mi, km"),
    ("vehicle.new_engine", "no", "true, false, or null"),
    ("vehicle.off_highway_only", 0, "true, false, or null"),
    ("vehicle.certification.california", "true", "true, false, or null"),
    ("vehicle.certification.federal", 1, "true, false, or null"),
    ("vehicle.certification.label", 5, "2,000 characters"),
    ("vehicle.certification.executive_order", False, "64 characters"),
    ("vehicle.certification.test_group", "x" * 65, "64 characters"),
    ("seller.type", "Dealer", "manufacturer, dealer"),
    ("buyer.type", None.__class__.__name__, "manufacturer, dealer"),
    ("destination.state", "XX", "VA or NC"),
    ("destination.country", "USA", "ISO 3166"),
    ("relocation.purchased_in", "nc", "VA or NC"),
    ("relocation.became_virginia_resident", "yes", "true, false, or null"),
    ("reading", "strict", "as_written"),
    ("reference", "x" * 65, "64 characters"),
    ("vehicle.colour", "red", "Leave it out"),
    ("notes", None, "Leave it out"),
)


class TestRefusals:
    @pytest.mark.parametrize(("path", "value", "remedy"), REFUSED)
    def test_names_pointer_value_and_remedy(self, client: FlaskClient, path: str, value: Any, remedy: str) -> None:
        """A refusal names the member by its JSON pointer, the value that was sent, its fault and what to send instead."""
        reply = refused(client, changed(SALE, {path: value}))
        pointer = "/" + path.replace(".", "/")
        assert list(reply.errors) == [pointer]
        error = reply.errors[pointer]
        assert error["value"] == (Decimal(str(value)) if isinstance(value, float) else value)
        assert type(error["value"]) is not bool or isinstance(value, bool)
        assert remedy in error["remedy"]
        assert error["detail"] and not error["detail"].endswith(".") and "|" not in error["detail"] + error["remedy"]
        assert reply.json["detail"].startswith(f"{error['detail']} at {pointer}")

    @pytest.mark.parametrize("block", BLOCKS)
    @pytest.mark.parametrize(("value", "shown"), [([], "an array"), ("dealer", "dealer"), (1, 1), (True, True)])
    def test_block_that_is_no_object(self, client: FlaskClient, block: str, value: Any, shown: Any) -> None:
        """A block that is not an object is refused at the block."""
        error = refused(client, changed(SALE, {block: value})).errors["/" + block.replace(".", "/")]
        assert (error["value"], error["remedy"]) == (shown, "Send a JSON object.")

    def test_names_every_error(self, client: FlaskClient) -> None:
        """A request with many faults is told all of them at once."""
        wrong = {path: value for path, value, _ in REFUSED if not path.startswith("transaction.date")}
        reply = refused(client, changed(SALE, wrong | {"transaction.date": "2025-02-30"}))
        assert set(reply.errors) == {"/" + path.replace(".", "/") for path in (*wrong, "transaction.date")}
        assert re.search(rf" and {len(reply.errors) - 1} more: see errors\.$", reply.json["detail"])

    @pytest.mark.parametrize(
        ("name", "pointer"),
        [
            ("a/b~c", "/a~1b~0c"),
            ("_schema", "/_schema"),
            ("", "/"),
            ("ü 🚗", "/ü 🚗"),
            ("a.b", "/a.b"),
            ("0", "/0"),
            ("json", "/json"),
        ],
    )
    @pytest.mark.parametrize("block", ["", "vehicle", "vehicle.certification"])
    def test_pointer_to_an_unknown_member(self, client: FlaskClient, block: str, name: str, pointer: str) -> None:
        """The pointer to a member follows RFC 6901, whatever the member's name."""
        request = deepcopy(SALE)
        place = request
        for step in filter(None, block.split(".")):
            place = place[step]
        place[name] = 1
        where = "".join(f"/{step}" for step in filter(None, block.split("."))) + pointer
        assert {where: 1} == {found: error["value"] for found, error in refused(client, request).errors.items()}

    @pytest.mark.parametrize("name", ["a" * 60_000, "~/" * 30_000])
    def test_long_member_name_is_cut(self, client: FlaskClient, name: str) -> None:
        """A member name of thousands of characters is cut in the answer, between its characters."""
        (pointer,) = refused(client, {name: 1}).errors
        assert len(pointer) <= 1 + 2 * 120 and not re.search(r"~(?![01])", pointer)

    @pytest.mark.parametrize(
        ("sent", "shown"),
        [
            ("x" * 121, "x" * 120 + "…"),
            ({"a": 1}, "an object"),
            ([1, 2], "an array"),
            (10**59, 10**59),
            (-(10**58), -(10**58)),
            (2**63, 2**63),
            (2**64, 2**64),
        ],
        ids=["text", "object", "array", "60 digits", "59 digits below 0", "2^63", "2^64"],
    )
    def test_value_is_shown_as_it_was_sent(self, client: FlaskClient, sent: Any, shown: Any) -> None:
        """The value in a refusal is the one that was sent, digit by digit, only cut where it is long."""
        assert refused(client, changed(SALE, {"vehicle.model_year": sent})).errors["/vehicle/model_year"]["value"] == shown

    def test_fraction_is_shown_as_it_was_sent(self, client: FlaskClient) -> None:
        """A number with a fraction is shown digit by digit."""
        reply = refused(client, '{"vehicle": {"model_year": 2025.10000000000000000000000000001}}')
        assert b'"value":2025.10000000000000000000000000001,' in reply.body

    @pytest.mark.parametrize("body", ["null", "[]", "42", '"text"', "true"])
    def test_body_that_is_no_object(self, client: FlaskClient, body: str) -> None:
        """A body that is JSON but not an object is refused as a whole, at the empty pointer."""
        assert list(refused(client, body).errors) == [""]


class TestNumbers:
    @pytest.mark.parametrize(
        ("mileage", "unit", "new"),
        [
            ("7499.9999999999999", "mi", True),
            ("7499." + "9" * 54, "mi", True),
            ("7500", "mi", False),
            ("7500.0", "mi", False),
            ("7.5e3", "mi", False),
            ("7500.0000000000001", "mi", False),
            ("12070.07", "km", True),
            ("12070.079999999999999999999", "km", True),
            ("12070.08", "km", False),
            ("12070.080", "km", False),
            ("12070.080000000000000000001", "km", False),
            ("0", "mi", True),
            ("-0.0", "km", True),
            ("1e-60", "mi", True),
            ("5e-324", "mi", True),
            ("2.2250738585072014e-308", "km", True),
        ],
    )
    def test_mileage_is_exact(self, client: FlaskClient, mileage: str, unit: str, new: bool) -> None:
        """New is below 7,500 miles exactly, and 12,070.08 km are 7,500 miles."""
        result = check(
            client,
            f'{{"vehicle": {{"model_year": 2025, "mileage": {mileage}, "mileage_unit": "{unit}"}}, "transaction": {{}}}}',
        )
        expected = ("holds", "fails") if new else ("fails", "holds")
        assert (status(result, "20 B New motor vehicle"), status(result, "20 B Used motor vehicle")) == expected
        (miles,) = fact(result, "vehicle.mileage")[1]
        assert (miles < 7_500) is new

    @pytest.mark.parametrize("mileage", ["12", "12.4", "0.1", "7499.9999999999999", "0." + "1" * 58, "9999999.99"])
    def test_mileage_comes_back_digit_by_digit(self, client: FlaskClient, mileage: str) -> None:
        """A mileage in miles comes back as the JSON number that was sent, digit by digit."""
        reply = send(client, f'{{"vehicle": {{"mileage": {mileage}}}}}')
        assert f'"fact":"vehicle.mileage","state":"known","values":[{mileage}],'.encode() in reply.body

    @pytest.mark.parametrize("year", ["2025", "2025.0", "2.025e3", "202500e-2"])
    def test_whole_number_however_written(self, client: FlaskClient, year: str) -> None:
        """A whole number is one however JSON writes it, and comes back as an integer."""
        reply = send(client, f'{{"vehicle": {{"model_year": {year}}}}}')
        assert b'"fact":"vehicle.model_year","state":"known","values":[2025],' in reply.body

    def test_numbers_in_answers_are_numbers(self, client: FlaskClient) -> None:
        """Model year, weight and mileage are JSON numbers in facts, ranges and questions, never text."""
        result = check(client, changed(SALE, {"vehicle.vin": VIN, "vehicle.gvwr_lb": ABSENT, "vehicle.mileage": 12.5}))
        numbers = [
            entry
            for entry in result["facts"]
            if entry["fact"] in ("vehicle.model_year", "vehicle.gvwr_lb", "vehicle.mileage")
        ]
        values = [value for entry in numbers for value in entry["values"]]
        values += [end for entry in numbers for bounds in entry["ranges"] for end in bounds.values()]
        assert {2025, Decimal("12.5"), 6001, 7000} <= set(values)
        assert all(isinstance(value, int | Decimal) and not isinstance(value, bool) for value in values)
        kinds = {question["fact"]: question["answer"]["type"] for question in check(client, {})["questions"]}
        assert (kinds["vehicle.model_year"], kinds["vehicle.gvwr_lb"]) == ("integer", "integer")
        assert kinds["vehicle.mileage"] == "number"
