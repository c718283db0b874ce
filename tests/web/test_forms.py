"""Forms as requests: what people type and choose becomes what the contract takes, and nothing else passes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from levcheck.law import vocabulary as v
from levcheck.web import asking, forms
from levcheck.web.barcodes import vins
from werkzeug.datastructures import MultiDict

VIN = "1FTEW3LP9SKE98169"
ANYTHING = st.text(max_size=40) | st.sampled_from(["yes", "no", "unknown", "open", "VA", "dealer", "12", "-1", "1e9", "NaN"])


@pytest.mark.parametrize(
    "typed",
    [VIN, VIN.lower(), f"I{VIN}", f" {VIN}\r\n", "1FTEW 3LP9 SKE9 8169", "1ftew3lp9-ske98169", f"i{VIN.lower()} "],
)
def test_a_vin_is_read_as_it_is_scanned(typed: str) -> None:
    """Spaces, dashes, lower case and the I before an old label's code leave the same 17 characters."""
    assert forms.answers(MultiDict({forms.VIN: typed})) == {forms.VIN: VIN}


def test_an_i_that_belongs_there_stays() -> None:
    """Of 17 characters none is taken away, also not an I."""
    assert forms.scanned("I" + "1" * 16) == "I" + "1" * 16


@pytest.mark.parametrize(
    ("typed", "read"),
    [("12", 12), ("7,499.5", Decimal("7499.5")), (" 12 000 ", 12000), ("0", 0), ("007", 7), ("10000000", 10_000_000)],
)
def test_miles_are_read_as_people_write_them(typed: str, read: int | Decimal) -> None:
    """Commas and spaces between thousands are taken, and a fraction is kept digit by digit."""
    assert forms.request_of(forms.answers(MultiDict({v.mileage.name: typed})))[1] == {"vehicle": {"mileage": read}}


@pytest.mark.parametrize("typed", ["twelve", "-1", "1e3", "12 mi", "٣", "1.2.3", "10000001", "NaN", "9" * 5_000, "½"])
def test_what_is_no_number_of_miles_is_refused(typed: str) -> None:
    """Anything else than a number of miles is refused, with what to write instead."""
    with pytest.raises(forms.Unreadable) as caught:
        forms.request_of(forms.answers(MultiDict({v.mileage.name: typed})))
    assert "miles" in caught.value.faults[v.mileage.name]


def test_not_knowing_is_said() -> None:
    """'Don't know' and what is still to be asked become an explicit null, which presumes nothing."""
    told = forms.answers(MultiDict({v.california.name: "unknown", v.relocation.name: "open", v.buyer.name: "unknown"}))
    sent = forms.request_of(told)[0]
    assert sent == {"vehicle": {"certification": {"california": None}}, "buyer": {"type": None}, "relocation": None}


def test_an_empty_field_is_no_answer() -> None:
    """Fields left empty, and fields that the contract does not have, are not sent."""
    assert forms.answers(MultiDict({v.mileage.name: " ", forms.VIN: "", "form_token": "x", "else": "y"})) == {}


def test_two_answers_are_none() -> None:
    """Two different answers to one question are refused; the same one twice is one."""
    with pytest.raises(forms.Unreadable) as caught:
        forms.request_of(forms.answers(MultiDict([("destination.state", "VA"), ("destination.state", "NC")])))
    assert list(caught.value.faults) == ["destination.state"]
    twice = MultiDict([("destination.state", "NC"), ("destination.state", "NC"), ("destination.state", "")])
    assert forms.answers(twice) == {"destination.state": "NC"}


@given(
    st.dictionaries(st.sampled_from(forms.FIELDS), st.lists(ANYTHING, max_size=3), max_size=8), ANYTHING, ANYTHING, ANYTHING
)
def test_whatever_is_sent_is_read_or_refused(sent: dict[str, list[str]], activity: str, chosen: str, unknown: str) -> None:
    """Any form becomes a request of the contract or names the fields at fault; nothing else happens."""
    form = MultiDict([(name, text) for name, texts in sent.items() for text in texts])
    form.update({"activity": activity, "chosen": chosen, "unknown": unknown})
    told, known = asking.told_of(form)
    assert known in asking.ACTIVITIES
    try:
        forms.request_of(told)
    except forms.Unreadable as error:
        assert error.faults
        assert all(text.endswith(".") for text in error.faults.values())


def test_an_activity_says_what_it_says_once() -> None:
    """Choosing an activity states its facts; choosing another takes them back and keeps what a person answered."""
    sale, activity = asking.told_of(MultiDict({"activity": "trade", v.mileage.name: "12"}))
    assert (sale[v.buyer.name], sale[v.seller.name], activity) == ("dealer", "dealer", "trade")
    rental, _ = asking.told_of(MultiDict({**sale, "activity": "rental", "chosen": "trade"}))
    assert rental == {v.mileage.name: "12", v.act.name: "rental", v.seller.name: "rental_agency"}
    again, _ = asking.told_of(MultiDict({v.mileage.name: "12", "activity": "rental", "chosen": "rental"}))
    assert again == {v.mileage.name: "12"}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (VIN, {VIN}),
        (f"I{VIN}", {VIN}),
        (f" {VIN.lower()} ", {VIN}),
        (f"VIN:{VIN} GVWR 6800LB", {VIN}),
        (f"https://label.example/v?vin={VIN}&x=1", {VIN}),
        (f"{VIN[:-1]}8", set()),
        ("12345678901234567", set()),
        ("hello", set()),
        (f"{VIN}A", set()),
    ],
)
def test_a_vin_is_found_in_a_codes_text(code: str, found: set[str]) -> None:
    """A code's text is a VIN, or holds one whose check digit is right; any other text holds none."""
    assert vins([code]) == found
