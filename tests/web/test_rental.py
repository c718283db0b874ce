"""The rental desk: one car or tonight's list, wherever the trip ends in whatever words, and nothing kept of it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from levcheck.api.headers import PAGE
from levcheck.api.texts import Unreadable
from levcheck.law.places import STATE_NAMES
from levcheck.web import places, rental, rows, trips
from printed.reading import Elements
from web import owed
from web.workbooks import sheets
from werkzeug.test import TestResponse

TRUCK, CIVIC = "1FTEW3LP9SKE98169", "2HGFE4F86SH011469"
EPA = "This vehicle conforms to U.S. EPA regulations applicable to 2025 model-year new motor vehicles."
LIST = f"""Agreement,VIN,Odometer,Pick-up,Return,Label
R-501,{TRUCK},2200,IAD,RDU,{EPA}
R-502,{TRUCK},2210,IAD,RIC,{EPA}
R-503,{CIVIC},900,DCA,ORF,
R-504,{CIVIC},9020,DCA,ORF,
"""


def told(answer: TestResponse) -> str:
    return Elements(answer.text).text


def ask(browser: FlaskClient, to: str, **fields: str) -> TestResponse:
    """Ask for one truck; `california`, `federal` or nothing of its label."""
    names = {"vin": "vehicle.vin", "miles": "vehicle.mileage", "label": "label_says", "branches": "branches"}
    sent = {"vehicle.vin": TRUCK} | {names[name]: value for name, value in fields.items()}
    return browser.post("/rental", data={"return": to, **sent})


def listed(browser: FlaskClient, pasted: str, **fields: Any) -> TestResponse:
    return browser.post("/rental/list", data={"pasted": pasted, **fields})


def saved(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("NC", "NC"),
        ("nc", "NC"),
        ("North Carolina", "NC"),
        ("RDU", "NC"),
        ("rdu", "NC"),
        ("Raleigh, NC", "NC"),
        ("Raleigh, nc 27601", "NC"),
        ("Raleigh NC", "NC"),
        ("Charlotte,  North Carolina", "NC"),
        ("Washington, DC", "DC"),
        ("DCA", "VA"),
        ("IAD", "VA"),
        ("CVG", "KY"),
        ("Los Angeles, CA", "CA"),
        ("Richmond, Va.", "VA"),
        ("Va.", "VA"),
        ("Washington, D.C.", "DC"),
        ("N.C.", "NC"),
        ("Raleigh, NC 27601, USA", "NC"),
        ("Richmond, VA, United States", "VA"),
        ("RDU Raleigh/Durham, NC", "NC"),
        ("Washington Dulles Airport, VA", "VA"),
        ("Richmond West, VA", "VA"),
        ("LA PLATA MD", "MD"),
        ("Virginia, MN", "MN"),
    ],
)
def test_a_place_in_a_state(written: str, state: str) -> None:
    """A state, an airport and a city with its state are read, however they are spelled."""
    assert places.place_of(written, {}) == {"destination.state": state}


@pytest.mark.parametrize(
    "written",
    ["Washington", "Bristol", "K9X", "the beach", "Paris, France", "go to", "ZZ", "Fort or", "W VA", "SALEM WEST VA"],
)
def test_a_place_that_nothing_places(written: str) -> None:
    """A bare city, an unknown code and words that end like a state's code are never guessed."""
    assert places.place_of(written, {}) is None


@pytest.mark.parametrize(
    "written",
    [
        *("IAD, DC", "dca, dc", "DCA Washington, DC", "IAD - Washington, DC", "Washington Dulles, DC"),
        *("Ronald Reagan Washington National Airport, Washington, DC", "WASHINGTON-NATIONAL DC", "Reagan National, D.C."),
        *(
            "RDU, VA",
            "BWI Airport, VA",
            "ROA, WV",
            "Richmond VA or Raleigh NC",
            "VA OR MD",
        ),
    ],
)
def test_a_place_in_two_states(written: str) -> None:
    """A text that names places in two states is refused: Dulles and Reagan are in Virginia, whatever their post says."""
    with pytest.raises(Unreadable) as error:
        places.place_of(written, {})
    assert "Write only the state where the trip ends." in error.value.faults["return"]


def test_another_country() -> None:
    """Canada and Mexico are read as countries, by themselves or behind a city."""
    assert places.place_of("Toronto, Canada", {}) == {"destination.country": "CA"}
    assert places.place_of("mexico", {}) == {"destination.country": "MX"}


def test_every_airport_is_in_a_state() -> None:
    """Each airport of the table has three letters of its own and stands in one of the states."""
    assert all(re.fullmatch("[A-Z]{3}", code) and state in STATE_NAMES for code, state in places.AIRPORTS.items())
    assert len(places.AIRPORTS) == sum(map(len, (codes.split() for codes in places._AIRPORTS.values())))


def test_branches_come_first() -> None:
    """An agency's own branches are read in any usual form, and stand above states and airports of the same letters."""
    branches = places.branches_in("K9X=NC, HQ = Virginia\nRDU: VA\n\nNORFOLK WEST\tVA; T1 -> tn")
    assert branches == {"k9x": "NC", "hq": "VA", "rdu": "VA", "norfolk west": "VA", "t1": "TN"}
    assert places.place_of("k9x", branches) == {"destination.state": "NC"}
    assert places.place_of("RDU", branches) == {"destination.state": "VA"}
    for wrong in ("K9X", "K9X=Nowhere", "=NC", "K9X NC"):
        with pytest.raises(Unreadable) as error:
            places.branches_in(f"A1=VA\n{wrong}")
        assert "K9X = NC" in error.value.faults["branches"]
    with pytest.raises(Unreadable):
        places.branches_in("\n".join(f"b{n}=VA" for n in range(places.MOST_BRANCHES + 1)))


@pytest.mark.parametrize(("to", "shown"), [("Raleigh, NC", "Raleigh, NC"), ("nc", "nc"), ("RDU", "RDU (NC)")])
def test_a_state_is_told_once(to: str, shown: str, browser: FlaskClient) -> None:
    """Where a trip ends is shown as it was written, with its state beside it only if it does not end with that."""
    assert f"→ {shown} A new motor vehicle" in told(ask(browser, to, miles="900", label="federal"))


def test_one_car(browser: FlaskClient) -> None:
    """The same car may go to North Carolina and not to Richmond; without a look at its label it waits for one."""
    assert "It may go 2025 FORD F-150 1FTEW3LP9SKE98169 → RDU (NC)" in told(
        ask(browser, "RDU", miles="900", label="federal")
    )
    held = told(ask(browser, "RIC", miles="900", label="federal"))
    assert "Hold it" in held
    assert "What else could be done" in held
    assert "It may go" in told(ask(browser, "RIC", miles="900", label="california"))
    assert "It may go" in told(ask(browser, "RIC", miles="8,000 mi"))
    waiting = told(ask(browser, "RIC", miles="900"))
    assert "Look first" in waiting
    assert waiting.count("The emission label under the hood") == 1
    assert "The odometer." in told(ask(browser, "RIC"))


def test_one_car_without_a_vin(browser: FlaskClient) -> None:
    """Nothing known of the car, the page says what to look at: the odometer and two labels, each once."""
    text = told(ask(browser, "NC", vin=""))
    assert "Look first" in text
    for look in ("The odometer.", "The emission label under the hood", "The certification label in the driver's door"):
        assert text.count(look) == 1


def test_what_cannot_be_read_of_one_car(browser: FlaskClient) -> None:
    """A wrong VIN, mileage, place or list of branches is named with its remedy, and what was typed stays in its field."""
    answer = ask(browser, "the beach", vin=TRUCK[:-1])
    assert answer.status_code == 422
    assert "Return: Nothing says in which state this is. Write the state (NC)" in told(answer)
    assert 'value="the beach"' in answer.text
    assert "VIN: Not 17 letters and digits" in told(ask(browser, "NC", vin=TRUCK[:-1]))
    assert "Mileage: This cannot be read. Write the miles in digits" in told(ask(browser, "NC", miles="many"))
    assert "Branches: 'K9X' cannot be read." in told(ask(browser, "NC", branches="K9X"))


def test_a_verdict_can_be_recorded(browser: FlaskClient) -> None:
    """The page's form records what was judged, once, as a rental by an agency; the check by itself kept nothing."""

    def count() -> int:
        return len(browser.get(f"/v1/determinations?vin={TRUCK}&limit=200").json["items"])

    before = count()
    page = ask(browser, "RDU", miles="900", label="federal").text
    assert count() == before
    form = re.search(r'<form method="post" action="/record">(.*?)</form>', page, re.DOTALL)
    assert form
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[1]))
    answer = browser.post("/record", data=sent)
    assert (answer.status_code, browser.post("/record", data=sent).location) == (303, answer.location)
    assert "Recorded: permitted" in told(browser.get(answer.location))
    assert count() == before + 1


def test_an_open_question_goes_on_at_the_counter(browser: FlaskClient) -> None:
    """What one car still needs is answered at the counter, which knows all that was told here."""
    page = ask(browser, "RIC", miles="900").text
    form = re.search(r'<form method="post" action="/">(.*?)</form>', page, re.DOTALL)
    assert form
    answer = told(browser.post("/", data=dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[1]))))
    assert "One question is left. Is it California-certified?" in answer
    assert "900 miles" in answer


def test_a_list(browser: FlaskClient) -> None:
    """Each trip of a list has its answer, its reason or what to look at; the counts add up."""
    answer = listed(browser, LIST)
    text = told(answer)
    assert "4 trips Hold: 1 Look first: 1 Go: 2" in text
    assert (
        "Go R-501 2025 FORD F-150 1FTEW3LP9SKE98169 RDU (NC) Federally certified, and the trip ends outside Virginia" in text
    )
    assert "Hold R-502" in text
    assert "Look first R-503 2025 HONDA Civic 2HGFE4F86SH011469 ORF (VA) The emission label under the hood" in text
    assert "Go R-504 2025 HONDA Civic 2HGFE4F86SH011469 ORF (VA) Used: 7,500 miles or more ( 9VAC5-95-30 B 1 )" in text
    assert LIST.strip().splitlines()[-1] in answer.text


def test_the_example_of_the_sdk(browser: FlaskClient) -> None:
    """The list that the SDK's example screens is read as it stands: five answers, two entries with line and remedy."""
    content = (Path(__file__).parents[2] / "client_sdk/examples/rental_returns.csv").read_text("utf-8")
    text = told(listed(browser, content))
    assert "5 trips Hold: 1 Look first: 1 Go: 3" in text
    assert "Line 7, Return K9X : Nothing says in which state this is." in text
    assert "Line 8, VIN 2HGFE4F86SH0114 : Not 17 letters and digits (it has 15 characters)." in text
    assert "6 trips" in told(listed(browser, content, branches="K9X = NC"))


def test_a_list_in_other_words(browser: FlaskClient) -> None:
    """Tabs, a state's name, kilometres, yes or no, and columns that nobody needs are read as an agency writes them."""
    pasted = f"Unit\tVIN\tOdometer km\tReturn state\tCA certified\tRenter\nT1\t{TRUCK}\t12,070\tVirginia\tN\tsomeone\n"
    assert "Hold T1" in told(listed(browser, pasted))
    assert "Go T1" in told(listed(browser, pasted.replace("12,070", "12,071")))
    both = f"VIN,Miles,California,Return branch,Return state\n{TRUCK},12,no,K9X,VA\n{TRUCK},12,no,RDU,VA\n"
    text = told(listed(browser, both))
    assert "1 trip Hold: 1" in text
    assert "Line 3, Return branch RDU : This is in NC, and the list says VA. Correct the one that is wrong." in text


def test_a_list_without_vins(browser: FlaskClient) -> None:
    """A list that knows no more than where the trips end asks for the rest."""
    assert "2 trips Hold: 0 Look first: 2" in told(listed(browser, "Agreement,Return\nR-1,NC\nR-2,VA\n"))


def test_a_list_as_csv(browser: FlaskClient) -> None:
    """Saved, the list has a row for each trip and for each entry that cannot be read, and no cell runs as a formula."""
    pasted = f"{LIST}=1+1,{TRUCK},10,IAD,RDU,{EPA}\nR-9,{TRUCK},10,IAD,the moon,\n"
    table = saved(listed(browser, pasted, **{"as": "csv"}))
    assert [row["answer"] for row in table] == ["Go", "Hold", "Look first", "Go", "Go", ""]
    assert [row["line"] for row in table] == ["2", "3", "4", "5", "6", "7"]
    assert table[0]["state"] == "NC"
    assert table[2]["look up"].startswith("The emission label")
    assert table[4]["agreement"] == "'=1+1"
    assert table[5]["fault"].startswith("Return 'the moon': Nothing says in which state this is.")


def test_a_file_is_read_and_comes_back(browser: FlaskClient) -> None:
    """An uploaded CSV is judged as a pasted one is, and stands in the box to be checked again or saved."""
    answer = listed(browser, "", file=(io.BytesIO(LIST.encode("utf-16")), "trips.csv"))
    assert "4 trips" in told(answer)
    assert "R-503" in answer.text.partition("<textarea")[2]


@pytest.mark.parametrize(
    ("pasted", "words", "line"),
    [
        ("", "No list came", 0),
        ("Return\nNC", "", 0),
        ("VIN,Miles\nX,1", "No column says where the trips end. Give one the header Return.", 0),
        ("Return", "There is nothing below the header.", 0),
        ('Return,VIN\nNC,"1', "A quotation mark is opened and never closed.", 2),
        ("Return\n" + "NC\n" * (trips.MOST + 1), "The list has more than 2,000 trips. Divide it.", 0),
        ("Return\n" + "NC\n" * (rows.MOST_ROWS + 1), "The list has more than 2,000 trips. Divide it.", 0),
    ],
)
def test_a_list_that_cannot_be_read(browser: FlaskClient, pasted: str, words: str, line: int) -> None:
    """What is no list is answered with the reason and the remedy, and with the line where there is one."""
    answer = listed(browser, pasted)
    assert answer.status_code == (422 if words else 200)
    assert words in told(answer)
    assert (f"Line {line}." in told(answer)) == bool(line)


def test_every_fault_has_words(site: Flask) -> None:
    """Each reason for which a list cannot be read has words on the page, and each fact a look or its own question."""
    own: Any = site.jinja_env.get_template("rental_words.html").module
    shared: Any = site.jinja_env.get_template("inventory_words.html").module
    assert {*rows.FAULTS, "no_return", "too_many_trips"} <= {*own.FAULTS, *shared.FAULTS}
    assert set(own.ACTIONS) == set(own.HEADINGS) == set(own.TONES) == set(trips.ACTIONS.values())
    assert set(own.SAYS) == {"", *trips.SAYS}


def test_nothing_that_is_sent_breaks_it(browser: FlaskClient) -> None:
    """Whatever stands in the fields, the answer is a page or a problem, never a failure."""
    for value in (
        "\0",
        "\ud800".encode("utf-8", "surrogatepass"),
        "9" * 5_000,
        "<script>alert(1)</script>",
        '"' * 7,
        "\x1b[2J",
    ):
        for name in ("return", "vehicle.vin", "vehicle.mileage", "label_says", "branches"):
            answer = browser.post("/rental", data={"return": "NC", "vehicle.vin": TRUCK, name: value})
            assert answer.status_code in (200, 422)
            assert "<script>alert" not in answer.text
        for name in ("pasted", "branches", "as"):
            assert browser.post("/rental/list", data={"pasted": LIST, name: value}).status_code in (200, 422)


def test_a_long_list_is_taken(browser: FlaskClient) -> None:
    """A list as long as the desk takes comes as a form's field; what is larger than any list is refused as too large."""
    trip = f"R-1,{TRUCK},2200,IAD,RDU,{EPA}\n"
    kind = "multipart/form-data; boundary=x"
    for text, status in ((LIST + trip * 300 + " " * 600_000, 200), (LIST + " " * 1_200_000, 413)):
        body = f'--x\r\nContent-Disposition: form-data; name="pasted"\r\n\r\n{text}\r\n--x--\r\n'
        answer = browser.post("/rental/list", data=body.encode(), content_type=kind)
        assert answer.status_code == status
        assert ("304 trips" in told(answer)) == (status == 200)


SHOWN: dict[str, dict[str, str]] = {
    "/rental": {},
    "/rental go": {"return": "RDU", "vehicle.vin": TRUCK, "vehicle.mileage": "9", "label_says": "federal"},
    "/rental hold": {"return": "RIC", "vehicle.vin": TRUCK, "vehicle.mileage": "9", "label_says": "federal"},
    "/rental ask": {"return": "RIC", "vehicle.vin": TRUCK},
    "/rental wrong": {"return": "the moon", "vehicle.vin": "1"},
    "/rental/list": {"pasted": f"{LIST}R-9,{TRUCK},10,IAD,the moon,\n"},
    "/rental/list wrong": {"pasted": ""},
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_pages_owe_nothing(browser: FlaskClient, name: str) -> None:
    """Each page is well made, has words for every field, fetches its own assets only, and weighs under 150 kB with them."""
    path, sent = name.split(maxsplit=1)[0], SHOWN[name]
    answer = browser.post(path, data=sent) if sent else browser.get(path)
    assert answer.headers["Content-Security-Policy"] == PAGE
    owed.needs_nothing_from_elsewhere(answer.text)
    owed.is_well_made(answer.text)
    owed.has_words_for_every_field(answer.text)
    assert owed.weight(browser, answer.text) < owed.HEAVIEST


def test_few_lists_are_judged_at_once(browser: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """While as many lists as a process takes are being judged, another is told to come again, and is kept in its box."""
    monkeypatch.setattr(rental, "_turns", BoundedSemaphore(1))
    with rental._turns:
        answer = listed(browser, LIST)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Other lists are being read. Try again in a moment." in told(answer)
    assert "R-503" in answer.text
    assert listed(browser, LIST).status_code == 200


def test_a_long_nights_list_is_light(browser: FlaskClient) -> None:
    """A list of two hundred trips weighs under 150 kB with all that its page fetches."""
    trip = f"R-501,{TRUCK},2200,IAD,RDU,{EPA}\n"
    answer = listed(browser, LIST + trip * 196)
    assert "200 trips" in told(answer)
    assert owed.weight(browser, answer.text) < owed.HEAVIEST


def test_sheets_that_were_not_read_are_told(browser: FlaskClient) -> None:
    """The page names the sheets of a workbook that were not read: no trip is lost in silence."""
    book = sheets(Tonight=[["VIN", "Return"], [TRUCK, "NC"]], Tomorrow=[["VIN", "Return"], [TRUCK, "VA"]])
    assert "These were not: Tomorrow." in listed(browser, "", file=(io.BytesIO(book), "trips.xlsx")).text
