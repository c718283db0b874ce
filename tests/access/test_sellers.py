"""The account as a source: who sells, where the request leaves it out."""

from __future__ import annotations

from typing import Any

import pytest
from access.house import House
from levcheck.access.permissions import SELLERS
from levcheck.law.vocabulary import ACTS
from levcheck.records.audit import audit
from levcheck.records.certificates import verify

OF_A_SELLER = ("delivery", "offer", "sale", "lease", "rental")
OF_ANOTHER = ("import", "acquisition", "receipt", "purchase")
CAR = {"vehicle_type": "passenger_car", "model_year": 2025, "gvwr_lb": 4000, "mileage": 12}
FEDERAL: dict[str, Any] = {**CAR, "certification": {"california": False, "federal": True}}


def asked(house: House, organization: str, **request: Any) -> dict[str, Any]:
    """What a check answers to an organization."""
    answer = house.ask("POST", "/v1/checks", house.keys[organization], json=request)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json
    return result


def seller(result: dict[str, Any]) -> tuple[str, list[str]]:
    """The source and the values of the seller's kind."""
    (fact,) = [fact for fact in result["facts"] if fact["fact"] == "seller.type"]
    return fact["source"], fact["values"]


def test_the_acts_are_told_apart() -> None:
    """Every act is either one that a seller does or one of which the asking organization may be the other side."""
    assert sorted(ACTS) == sorted(OF_A_SELLER + OF_ANOTHER)
    assert SELLERS == ("dealer", "rental_agency")


@pytest.mark.parametrize("left_out", [{}, {"seller": {}}])
@pytest.mark.parametrize("act", OF_A_SELLER)
@pytest.mark.parametrize(("organization", "kind"), [("dealer", "dealer"), ("agency", "rental_agency")])
def test_the_account_supplies_a_seller_that_is_left_out(
    house: House, organization: str, kind: str, act: str, left_out: dict[str, Any]
) -> None:
    """A dealer or rental agency that sells, lends, offers or delivers and names no seller is the seller."""
    result = asked(house, organization, transaction={"type": act}, vehicle=CAR, **left_out)
    assert seller(result) == ("account", [kind])


@pytest.mark.parametrize("organization", ["dealer", "agency"])
@pytest.mark.parametrize("act", OF_ANOTHER)
def test_the_account_is_silent_about_what_others_sell(house: House, organization: str, act: str) -> None:
    """Of a purchase, an import, an acquisition or a receipt the account says nothing of the seller."""
    assert seller(asked(house, organization, transaction={"type": act}, vehicle=CAR)) == ("unknown", [])


@pytest.mark.parametrize("transaction", [None, {}, {"type": None}, {"contract": "sale"}, {"type": None, "contract": "sale"}])
def test_the_account_is_silent_where_no_act_is_named(house: House, transaction: Any) -> None:
    """An act that is left out or unknown may be a purchase: the account says nothing of the seller."""
    result = asked(house, "dealer", transaction=transaction, vehicle=CAR)
    assert seller(result) == ("unknown", [])
    assert seller(asked(house, "dealer", vehicle=CAR)) == ("unknown", [])


@pytest.mark.parametrize("stated", [None, {"type": None}])
@pytest.mark.parametrize("organization", ["dealer", "agency"])
def test_an_unknown_seller_stays_unknown(house: House, organization: str, stated: Any) -> None:
    """A seller that is stated as unknown (null) is never supplied."""
    result = asked(house, organization, transaction={"type": "sale"}, vehicle=CAR, seller=stated)
    assert seller(result) == ("unknown", [])


@pytest.mark.parametrize("kind", ["manufacturer", "dealer", "individual", "government"])
def test_a_stated_seller_stands(house: House, kind: str) -> None:
    """What the request says of the seller is what counts, and the account does not contradict it."""
    result = asked(house, "agency", transaction={"type": "sale"}, vehicle=CAR, seller={"type": kind})
    assert (seller(result), result["conflicts"]) == (("stated", [kind]), [])


@pytest.mark.parametrize("organization", ["dmv", "board", "admin"])
@pytest.mark.parametrize("act", ACTS)
def test_who_sells_nothing_supplies_no_seller(house: House, organization: str, act: str) -> None:
    """A DMV, the board and the operator are no sellers, whatever the act."""
    assert seller(asked(house, organization, transaction={"type": act}, vehicle=CAR)) == ("unknown", [])


@pytest.mark.parametrize(
    "transaction", [{"type": "purchase"}, {"contract": "sale"}, {"type": "receipt"}, {"type": "acquisition"}, {}]
)
def test_a_dealer_who_buys_is_no_dealer_who_sells(house: House, transaction: dict[str, Any]) -> None:
    """A dealer that buys an uncertified new car, of whomever, is never told that a sale between dealers permits it."""
    result = asked(house, "dealer", transaction=transaction, vehicle=FEDERAL, buyer={"type": "dealer"})
    assert result["verdict"] != "permitted"
    of_an_individual = {"seller": {"type": "individual"}, "buyer": {"type": "dealer"}, "destination": {"state": "VA"}}
    result = asked(house, "dealer", transaction={"type": "purchase"}, vehicle=FEDERAL, **of_an_individual)
    assert (result["verdict"], result["basis"]) == ("prohibited", "no_exception")


def test_a_supplied_seller_can_decide(house: House) -> None:
    """A dealer's sale to a dealer is exempt without naming the seller; asked by a DMV it is open."""
    sale = {"transaction": {"type": "sale"}, "vehicle": FEDERAL, "buyer": {"type": "dealer"}, "destination": {"state": "VA"}}
    by_dealer, by_dmv = asked(house, "dealer", **sale), asked(house, "dmv", **sale)
    assert (by_dealer["verdict"], by_dealer["basis"]) == ("permitted", "exempt")
    assert by_dmv["verdict"] == "undetermined"
    assert "seller.type" in {question["fact"] for question in by_dmv["questions"]}


def test_a_record_and_its_paper_name_the_account(new_house: House) -> None:
    """The record, the signed claims and the printed page hold the supplied seller, the page says where it is from,
    and the record is judged the same by whoever reads it again."""
    house = new_house
    sale = {"transaction": {"type": "sale"}, "vehicle": FEDERAL, "buyer": {"type": "dealer"}, "destination": {"state": "VA"}}
    made = house.ask("POST", "/v1/determinations", house.keys["dealer"], json=sale).json
    assert (made["result"]["verdict"], seller(made["result"])) == ("permitted", ("account", ["dealer"]))
    assert made["request"] == sale, "the request is kept as it was received"
    for reader in ("dealer", "board"):
        told = house.ask("GET", f"/v1/determinations/{made['id']}", house.keys[reader]).json
        assert told["result"] == made["result"]
    claims = verify(made["certificate"], house.records.keys).claims
    assert claims["facts"]["seller.type"] == "dealer"
    page = house.ask("GET", f"/v1/determinations/{made['id']}/certificate", house.keys["dealer"]).text
    assert "account" in page
    assert audit(house.records.store, house.records.keys).faults == []


def test_the_same_request_of_two_organizations_is_two(house: House) -> None:
    """One Idempotency-Key and body of a dealer and of an agency makes two records, each with its own seller."""
    sale = {"transaction": {"type": "sale"}, "vehicle": FEDERAL}
    headers = {"Idempotency-Key": "one-key"}
    made = {
        organization: house.ask("POST", "/v1/determinations", house.keys[organization], json=sale, headers=headers)
        for organization in ("dealer", "agency", "dmv")
    }
    assert {answer.status_code for answer in made.values()} == {201}
    assert "Idempotency-Replayed" not in {name for answer in made.values() for name, _ in answer.headers}
    assert [seller(answer.json["result"])[1] for answer in made.values()] == [["dealer"], ["rental_agency"], []]


def test_a_replay_tells_what_was_recorded(house: House) -> None:
    """The same request with the same Idempotency-Key gets the record as it was made, the supplied seller in it."""
    sale = {"transaction": {"type": "sale"}, "vehicle": FEDERAL}
    headers = {"Idempotency-Key": "replayed"}
    for key in (house.keys["dealer"], house.key("dealer")):
        answer = house.ask("POST", "/v1/determinations", key, json=sale, headers=headers)
        assert (answer.status_code, seller(answer.json["result"])) == (201, ("account", ["dealer"]))
    assert answer.headers["Idempotency-Replayed"] == "true"
    spelt_out = {**sale, "seller": {"type": "dealer"}}
    answer = house.ask("POST", "/v1/determinations", house.keys["dealer"], json=spelt_out, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reused")


def test_a_correction_has_its_seller_too(house: House) -> None:
    """What supersedes a record is read with the account as its source as well."""
    sale = {"transaction": {"type": "sale"}, "vehicle": FEDERAL}
    id = house.record("agency")
    answer = house.ask("POST", f"/v1/determinations/{id}/supersede", house.keys["agency"], json={"request": sale})
    assert (answer.status_code, seller(answer.json["result"])) == (201, ("account", ["rental_agency"]))
