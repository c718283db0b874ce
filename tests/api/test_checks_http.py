"""What a check means on the wire: what is presumed, what is unknown, what is refused and what is answered."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from api.validation import DOCUMENT, JSON, Reply, reply_of
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SALE: dict[str, Any] = {
    "transaction": {"type": "sale", "date": "2025-06-01"},
    "vehicle": {
        "vehicle_type": "passenger_car",
        "model_year": 2025,
        "gvwr_lb": 4850,
        "mileage": 12,
        "certification": {"california": False, "federal": True},
    },
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "VA"},
}
"""A new car without California certification, sold by a dealer to an individual in Virginia: prohibited."""

VIN, VIN_OF_2003 = "1FTEW3LP9SKE98169", "1HGCM82633A004352"
ACTS = ("delivery", "offer", "sale", "lease", "import", "acquisition", "receipt", "purchase", "rental")
CONTRACTS = ("sale", "lease", "rental", "none")
ONE_CONTRACT = {"sale": "sale", "purchase": "sale", "lease": "lease", "rental": "rental"}
FACTS = (
    "transaction.type", "transaction.contract", "transaction.transfer", "transaction.purpose", "transaction.date",
    "transaction.state", "vehicle.kind", "vehicle.vehicle_type", "vehicle.model_year", "vehicle.gvwr_lb", "vehicle.mileage",
    "vehicle.new_engine", "vehicle.off_highway_only", "vehicle.authorized_emergency_vehicle",
    "vehicle.military_tactical_vehicle", "vehicle.certification.california", "vehicle.certification.federal",
    "vehicle.certification.conforms", "seller.type", "buyer.type", "destination.state", "destination.country", "relocation",
)  # fmt: skip
DEFAULTS = {
    "transaction.transfer": "ordinary",
    "transaction.purpose": "use",
    "transaction.state": "VA",
    "vehicle.kind": "vehicle",
    "vehicle.new_engine": False,
    "vehicle.off_highway_only": False,
    "vehicle.authorized_emergency_vehicle": False,
    "vehicle.military_tactical_vehicle": False,
    "vehicle.certification.conforms": True,
    "destination.country": "US",
}
"""What is presumed of a member that is left out, but for the contract, the date and the relocation."""
NO_DEFAULT = (
    "transaction.type",
    "vehicle.vehicle_type",
    "vehicle.model_year",
    "vehicle.gvwr_lb",
    "vehicle.mileage",
    "vehicle.certification.california",
    "vehicle.certification.federal",
    "seller.type",
    "buyer.type",
    "destination.state",
)
BLOCKS = {
    "transaction": "Transaction",
    "vehicle": "Vehicle",
    "vehicle.certification": "Certification",
    "seller": "Seller",
    "buyer": "Buyer",
    "destination": "Destination",
    "relocation": "Relocation",
}
NEVER_NULL = ("transaction.date", "vehicle.mileage_unit", "reading")
ABSENT = object()


def send(client: FlaskClient, body: Any) -> Reply:
    """Send a request, as it is if it is text, and hold the answer to the document."""
    raw = body if isinstance(body, str) else json.dumps(body)
    return reply_of(client.post("/v1/checks", data=raw.encode(), content_type=JSON))


def check(client: FlaskClient, body: Any) -> Any:
    """The result of a request that is answered."""
    reply = send(client, body)
    assert reply.status == 200, reply.json
    return reply.json


def refused(client: FlaskClient, body: Any) -> Reply:
    """The problem of a request that has members that cannot be taken."""
    reply = send(client, body)
    assert (reply.status, reply.json["code"]) == (422, "invalid_request"), reply.json
    return reply


def changed(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A request with the members at these paths set, or left out."""
    request = deepcopy(base)
    for path, value in changes.items():
        *blocks, name = path.split(".")
        block = request
        for step in blocks:
            block = block.setdefault(step, {})
        if value is ABSENT:
            block.pop(name, None)
        else:
            block[name] = value
    return request


def fact(result: Any, name: str) -> tuple[str, list[Any], list[Any], str]:
    """What a result says of a fact: state, values, ranges, source."""
    entry = next(entry for entry in result["facts"] if entry["fact"] == name)
    return entry["state"], entry["values"], entry["ranges"], entry["source"]


def known(value: Any, source: str) -> tuple[str, list[Any], list[Any], str]:
    return "known", [value], [], source


OPEN = ("open", [], [], "unknown")


def status(result: Any, citation: str) -> str:
    found: str = next(finding["status"] for finding in result["findings"] if finding["provision"] == f"9VAC5-95-{citation}")
    return found


def codes(result: Any) -> list[str]:
    return [advisory["code"] for advisory in result["advisories"]]


class TestAbsentAndNull:
    @pytest.mark.parametrize(("path", "value"), DEFAULTS.items())
    def test_absent_member_takes_its_default(self, client: FlaskClient, path: str, value: Any) -> None:
        """A member that is left out takes its default, which is named among the facts with the source default."""
        assert fact(check(client, SALE), path) == known(value, "default")

    @pytest.mark.parametrize(("path", "value"), DEFAULTS.items())
    def test_default_that_is_stated(self, client: FlaskClient, path: str, value: Any) -> None:
        """A default that is stated gives the same verdict and is a stated fact."""
        left_out, stated = check(client, SALE), check(client, changed(SALE, {path: value}))
        assert fact(stated, path) == known(value, "stated")
        assert (stated["verdict"], stated["findings"]) == (left_out["verdict"], left_out["findings"])

    @pytest.mark.parametrize("path", DEFAULTS)
    def test_null_is_unknown_never_the_default(self, client: FlaskClient, path: str) -> None:
        """Null is an explicit unknown, never the default."""
        assert fact(check(client, changed(SALE, {path: None})), path) == OPEN

    @pytest.mark.parametrize("path", NO_DEFAULT)
    def test_no_default_means_absent_is_unknown(self, client: FlaskClient, path: str) -> None:
        """A member without a default that is left out is unknown, just as when it is null."""
        absent, null = (check(client, changed(SALE, {path: value})) for value in (ABSENT, None))
        assert absent == null
        assert fact(absent, path)[3] in ("unknown", "derived") and fact(absent, path)[0] != "known"

    @pytest.mark.parametrize(("block", "schema"), BLOCKS.items())
    def test_null_block_is_every_member_unknown(self, client: FlaskClient, block: str, schema: str) -> None:
        """A null block says the same as the block with each of its members null."""
        members = DOCUMENT["components"]["schemas"][schema]["properties"]
        nulls = {name: None for name in members if f"{block}.{name}" not in NEVER_NULL}
        null, spelt_out = (check(client, changed(SALE, {block: value})) for value in (None, nulls))
        for result in (null, spelt_out):  # whose relocation it is, is asked of those only who sent the block
            result["advisories"] = [item for item in result["advisories"] if item["code"] != "whose_relocation"]
        assert null == spelt_out

    @pytest.mark.parametrize("block", [block for block in BLOCKS if block != "relocation"])
    def test_absent_block_is_an_empty_one(self, client: FlaskClient, block: str) -> None:
        """A block that is left out says the same as an empty one."""
        assert check(client, changed(SALE, {block: ABSENT})) == check(client, changed(SALE, {block: {}}))

    def test_relocation_that_is_left_out_is_none(self, client: FlaskClient) -> None:
        """No relocation block means that there was none; null, or an empty one, that it is not known."""
        assert fact(check(client, SALE), "relocation") == known(False, "default")
        for block in (None, {}, {"purchased_in": "NC"}):
            assert fact(check(client, SALE | {"relocation": block}), "relocation") == OPEN

    @pytest.mark.parametrize("path", NEVER_NULL)
    def test_never_null(self, client: FlaskClient, path: str) -> None:
        """The date, the mileage's unit and the reading are never null: the refusal says to leave them out."""
        error = refused(client, changed(SALE, {path: None})).errors["/" + path.replace(".", "/")]
        assert error["value"] is None and "Leave the member out" in error["remedy"]

    def test_date_that_is_left_out_is_today(self, client: FlaskClient) -> None:
        """A date that is left out is today's in Virginia, as is that of a null block."""
        for request in (changed(SALE, {"transaction.date": ABSENT}), SALE | {"transaction": None}, {}):
            assert fact(check(client, request), "transaction.date") == known("2025-06-01", "default")

    def test_nothing_known_is_an_answer(self, client: FlaskClient) -> None:
        """A request that says nothing is answered: undetermined, with what is to be asked."""
        result = check(client, {})
        assert (result["verdict"], result["basis"]) == ("undetermined", None)
        assert result["questions"]

    def test_reference_is_the_callers_own(self, client: FlaskClient) -> None:
        """The caller's reference, or its being null, changes nothing in the result."""
        assert (
            check(client, SALE | {"reference": "deal 48213"})
            == check(client, SALE | {"reference": None})
            == check(client, SALE)
        )


class TestContract:
    @pytest.mark.parametrize("contract", CONTRACTS)
    @pytest.mark.parametrize("act", ACTS)
    def test_stated_contract(self, client: FlaskClient, act: str, contract: str) -> None:
        """A sale or purchase happens under a contract of sale, a lease of lease, a rental of rental; another is refused."""
        request = changed(SALE, {"transaction.type": act, "transaction.contract": contract})
        only = ONE_CONTRACT.get(act, contract)
        if contract == only:
            assert fact(check(client, request), "transaction.contract") == known(contract, "stated")
            return
        errors = refused(client, request).errors
        assert list(errors) == ["/transaction/contract"]
        assert errors["/transaction/contract"]["value"] == contract
        assert repr(only) in errors["/transaction/contract"]["remedy"]

    @pytest.mark.parametrize("act", ACTS)
    def test_contract_that_is_left_out(self, client: FlaskClient, act: str) -> None:
        """A contract that is left out follows from the act where only one can be, and is else presumed of sale."""
        result = check(client, changed(SALE, {"transaction.type": act}))
        expected = known(ONE_CONTRACT[act], "derived") if act in ONE_CONTRACT else known("sale", "default")
        assert fact(result, "transaction.contract") == expected

    @pytest.mark.parametrize("act", ACTS)
    def test_null_contract(self, client: FlaskClient, act: str) -> None:
        """A null contract is unknown, but where the act can happen under one only."""
        result = check(client, changed(SALE, {"transaction.type": act, "transaction.contract": None}))
        assert fact(result, "transaction.contract") == (known(ONE_CONTRACT[act], "derived") if act in ONE_CONTRACT else OPEN)

    @pytest.mark.parametrize("contract", CONTRACTS)
    def test_contract_without_an_act(self, client: FlaskClient, contract: str) -> None:
        """A contract without an act leaves the acts possible that happen under it."""
        request = changed(SALE, {"transaction.type": None, "transaction.contract": contract})
        state, values, _, source = fact(check(client, request), "transaction.type")
        assert (state, source) == ("narrowed", "derived")
        assert values == [act for act in ACTS if ONE_CONTRACT.get(act, contract) == contract]


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


class TestResult:
    def test_names_every_fact_once(self, client: FlaskClient) -> None:
        """Every result lists every fact of the vocabulary, in its order, each with its source."""
        for request in ({}, SALE, {"vehicle": {"vin": VIN}}):
            assert [entry["fact"] for entry in check(client, request)["facts"]] == list(FACTS)

    def test_stated_facts(self, client: FlaskClient) -> None:
        """What a caller states comes back with the source stated."""
        result = check(client, SALE)
        stated = {entry["fact"] for entry in result["facts"] if entry["source"] == "stated"}
        assert stated == {"transaction.type", "transaction.date", *NO_DEFAULT}

    @pytest.mark.parametrize(
        ("changes", "verdict", "basis", "holds"),
        [
            ({}, "prohibited", "no_exception", "30 A"),
            ({"destination.state": "NC"}, "permitted", "exempt", "30 B 5"),
            ({"destination.country": "CA", "destination.state": ABSENT}, "permitted", "exempt", "30 B 5"),
            ({"vehicle.mileage": 7500}, "permitted", "exempt", "30 B 1"),
            ({"buyer.type": "dealer"}, "permitted", "exempt", "30 B 2"),
            ({"transaction.purpose": "dismantling"}, "permitted", "exempt", "30 B 3"),
            ({"vehicle.certification.california": True}, "permitted", "certified", "30 A 1"),
            ({"vehicle.model_year": 2024}, "permitted", "not_covered", None),
            ({"transaction.date": "2024-03-12"}, "permitted", "not_covered", None),
            ({"transaction.state": "MD"}, "permitted", "not_covered", None),
            ({"reading": "federal_since_2025"}, "permitted", "not_covered", None),
            ({"destination.state": None}, "undetermined", None, None),
            ({"destination.state": None, "vehicle.certification.california": True}, "permitted", "certified", None),
        ],
    )
    def test_verdicts(
        self, client: FlaskClient, changes: dict[str, Any], verdict: str, basis: str | None, holds: str | None
    ) -> None:
        """The verdict and its basis come over the wire as the chapter has them, an undetermined one as an answer too."""
        result = check(client, changed(SALE, changes))
        assert (result["verdict"], result["basis"]) == (verdict, basis)
        assert holds is None or status(result, holds) == "holds"
        assert bool(result["questions"]) == (verdict == "undetermined")
        assert bool(result["remedies"]) == (verdict == "prohibited")

    @pytest.mark.parametrize("reading", ["as_written", "incorporated_years", "federal_since_2025"])
    def test_reading_is_named(self, client: FlaskClient, reading: str) -> None:
        """The reading that was asked for is used and named beside the verdict under every other one."""
        result = check(client, SALE | {"reading": reading})
        assert result["regulation"]["reading"] == reading
        assert result["readings"][reading] == result["verdict"]
        assert result["readings"] == check(client, SALE)["readings"]

    def test_findings_rest_on_facts(self, client: FlaskClient) -> None:
        """Each finding names the facts because of which it came out so, all of them facts of the result."""
        for request in ({}, SALE, changed(SALE, {"destination.state": "NC"})):
            for finding in check(client, request)["findings"]:
                assert finding["text"] and set(finding["because"]) <= set(FACTS)

    def test_same_request_same_bytes(self, client: FlaskClient) -> None:
        """The same request gets the same bytes, whatever the order of its members."""
        turned = {name: dict(reversed(block.items())) for name, block in reversed(SALE.items())}
        assert send(client, SALE).body == send(client, SALE).body == send(client, turned).body

    def test_question_offers_what_is_still_possible(self, client: FlaskClient) -> None:
        """A question offers only the answers that are still possible."""
        request = changed(SALE, {"vehicle.vehicle_type": ABSENT, "vehicle.gvwr_lb": 9_000})
        (question,) = check(client, request)["questions"]
        assert question["fact"] == "vehicle.vehicle_type" and question["answer"]["type"] == "string"
        assert "light_duty_truck" not in question["answer"]["choices"]
        assert "medium_duty_passenger_vehicle" in question["answer"]["choices"]

    def test_relocation_is_asked_as_an_object(self, client: FlaskClient) -> None:
        """The question of a relocation asks for its four members, each with its choices."""
        questions = {question["fact"]: question for question in check(client, SALE | {"relocation": None})["questions"]}
        members = {member["name"]: member for member in questions["relocation"]["answer"]["members"]}
        assert set(members) == set(DOCUMENT["components"]["schemas"]["Relocation"]["properties"])
        assert members["became_virginia_resident"]["choices"] == [True, False]


def _everything_unknown() -> dict[str, Any]:
    """A request in which every member is null that can be."""
    schemas = DOCUMENT["components"]["schemas"]
    paths = [f"{block}.{name}" for block, schema in BLOCKS.items() for name in schemas[schema]["properties"]]
    members = [path for path in paths if path not in (*NEVER_NULL, *BLOCKS)]
    return changed({}, dict.fromkeys(members))


def _answers(question: dict[str, Any], known_as: tuple[str, list[Any], list[Any], str]) -> st.SearchStrategy[Any]:
    """The answers that a question can be given: one of its choices, or a number that is still possible."""
    form = question["answer"]
    if form["type"] == "object":
        return st.fixed_dictionaries({member["name"]: st.sampled_from(member["choices"]) for member in form["members"]})
    if form["choices"]:
        return st.sampled_from(form["choices"])
    bounds = DOCUMENT["components"]["schemas"]["Vehicle"]["properties"][question["fact"].removeprefix("vehicle.")]
    ranges = known_as[2] or [{"min": bounds["minimum"], "max": bounds["maximum"]}]
    turning: list[Any] = [0, 1, 2024, 2025, 2026, 7499, 7500, 8500, 8501, 9999, 10_000, 14_000, 14_001]
    turning += [7499.5, 7500.5] if form["type"] == "number" else []
    edges = [n for n in turning if any(part["min"] <= n <= part["max"] for part in ranges)]
    edges += [end for part in ranges for end in part.values()]
    inside = st.one_of([st.integers(part["min"], part["max"]) for part in ranges])
    return st.one_of(st.sampled_from(edges), inside)


@pytest.mark.parametrize(
    "start", [{}, _everything_unknown(), {"vehicle": {"vin": VIN}}], ids=["nothing", "all unknown", "a VIN"]
)
@given(data=st.data())
@settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_answering_the_questions_decides(client: FlaskClient, start: dict[str, Any], data: st.DataObject) -> None:
    """Whoever answers what is asked, with any answer offered, is never refused nor asked twice, and gets a verdict."""
    request, asked = deepcopy(start), set()
    for _ in range(25):
        result = check(client, request)
        assert bool(result["questions"]) == (result["verdict"] == "undetermined")
        if result["verdict"] != "undetermined":
            break
        question = data.draw(st.sampled_from(result["questions"]))
        name = question["fact"]
        assert name not in asked
        asked.add(name)
        request = changed(request, {name: data.draw(_answers(question, fact(result, name)))})
    assert result["verdict"] in ("permitted", "prohibited")
    assert {fact(result, name)[3] for name in asked} <= {"stated", "derived", "vin"}
