"""The inventory: a whole list is judged as each of its vehicles would be, seen at one glance, and given back."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from access.house import House, furnished
from conftest import TODAY
from flask import Flask
from flask.testing import FlaskClient
from levcheck.api import texts
from levcheck.check import evaluate
from levcheck.evidence.registry import Registry
from levcheck.law import readings
from levcheck.law import vocabulary as v
from levcheck.web import columns, inventory, outcomes, rows, stock, uploads
from levcheck.web.rows import of_text
from levcheck.web.stock import Stock
from levcheck.web.views import ON_A_PAGE, View
from web import lists
from web.workbooks import sheet, sheets

VIN = "2HGFE4F86SH011469"
FORM = "multipart/form-data"


def sent(browser: FlaskClient, path: str = "/inventory", **fields: Any) -> Any:
    answer = browser.post(path, data=fields, content_type=FORM)
    answer.get_data()
    answer.request.input_stream.close()  # the client's own: a file, where much is sent
    return answer


def exported(browser: FlaskClient, **fields: Any) -> list[dict[str, str]]:
    answer = sent(browser, "/inventory/export", **fields)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def figures(html: str) -> dict[str, int]:
    """The number on each tile, by its words."""
    found = re.findall(r'class="figure">([\d,]+)</strong><(?:span|a)[^>]*>([^<]+)<', html)
    return {words: int(number.replace(",", "")) for number, words in found}


def judged(text: str, **assumed: str) -> Stock:
    table = of_text(text)
    told = {v.act.name: "sale", v.seller.name: "dealer", v.buyer.name: "individual", v.destination_state.name: "VA"}
    listed = Stock(table, columns.recognized(table.header, table.rows), {**told, **assumed})
    registry = Registry()
    for _ in listed.judge(lambda read: evaluate(read, today=TODAY, registry=registry, reading=readings.DEFAULT)):
        pass
    return listed


def test_every_row_comes_to_what_its_sale_would(browser: FlaskClient) -> None:
    """The verdict, basis, needs and readings of each row are those that the API gives of the same sale."""
    listed = lists.rows(120)
    sale = {"transaction": {"type": "sale"}, "seller": {"type": "dealer"}, "buyer": {"type": "individual"}}
    for row, came in zip(listed, exported(browser, pasted=lists.as_csv(listed)), strict=True):
        certified = {"50-state": True, "Federal": False, "no": False}.get(row["CA Cert"])
        vehicle = {"vin": row["VIN"], "model_year": int(row["Year"])}
        vehicle |= {"mileage": int(row["Miles"].replace(",", ""))} if row["Miles"] else {}
        vehicle |= {} if certified is None else {"certification": {"california": certified}}
        result = browser.post("/v1/checks", json=sale | {"destination": {"state": "VA"}, "vehicle": vehicle}).json
        told = {name: came[f"levcheck {name}"] for name in ("verdict", "basis", "needs", *readings.BY_NAME)}
        needs = " ".join(question["fact"] for question in result["questions"])
        expected = {"verdict": result["verdict"], "basis": result["basis"] or "", "needs": needs, **result["readings"]}
        assert told == expected, row


def test_rows_that_are_judged_together_come_to_the_same() -> None:
    """A row comes to the same, whether it is judged with others that are like it or by itself."""
    listed = lists.rows(90, seed=2)
    together = judged(lists.as_csv(listed)).units
    for row, unit in zip(listed, together, strict=True):
        assert judged(lists.as_csv([row])).units[0].outcome == unit.outcome


def test_the_glance_counts_every_row(browser: FlaskClient) -> None:
    """The numbers on the page are those of the rows: of each verdict, of those not read, of each model line."""
    listed = lists.rows(300, bad=range(0, 90, 10))
    text = lists.as_csv(listed)
    page, came = sent(browser, pasted=text).text, exported(browser, pasted=text)
    counted = [row["levcheck verdict"] for row in came]
    assert figures(page) == {
        "Permitted": counted.count("permitted"),
        "Prohibited": counted.count("prohibited"),
        "Not known yet": counted.count("undetermined"),
        "Rows that cannot be read": 9,
    }
    assert counted.count("") == 9
    stocked = judged(text)
    assert sum(sum(each.values()) for _, each in stocked.models) == sum(stocked.verdicts.values()) == 291
    assert stocked.longest == max(sum(each.values()) for _, each in stocked.models)
    reached = [unit for unit in stocked.units if unit.outcome.basis != "not_covered"]
    assert sum(stocked.certifications.values()) == len(reached)


def test_bad_rows_are_told_and_the_others_judged(browser: FlaskClient) -> None:
    """Each cell that cannot be read is listed with its line, column, value and remedy, on the page and in the file."""
    text = lists.as_csv(lists.rows(6, bad=[1, 3, 5]))
    page = sent(browser, pasted=text).text
    row = (
        r'<tr><td>(\d+)</td><td translate="no">([^<]+)</td><td class="code" translate="no">([^<]+)</td><td>([^<]+)</td></tr>'
    )
    rows_of = re.findall(row, page)
    assert [(line, column, value) for line, column, value, _ in rows_of] == [
        ("3", "VIN", "2HGFE4F86SH01146"),
        ("5", "Miles", "about 10"),
        ("7", "Year", "&#39;25"),
    ]
    assert [remedy for *_, remedy in rows_of] == [
        "Not 17 letters and digits (it has 16 characters). A VIN has 17 letters and digits; leave it empty if it cannot "
        "be read.",
        "This cannot be read. Write the miles in digits, such as 12 or 7499.5.",
        "This cannot be read. Write four digits, such as 2025.",
    ]
    faults = [row["levcheck note"] for row in exported(browser, pasted=text)]
    assert faults[1::2] == [f"{column}: {remedy}" for _, column, _, remedy in rows_of]
    assert faults[::2] == ["", "", ""]


def test_torn_rows_are_told(browser: FlaskClient) -> None:
    """A row that is torn by a quotation mark or a comma is listed with what to do, in words."""
    text = f'VIN,Note\n{VIN},"a" b\n{VIN},a,b\n{VIN},a\n'
    page = sent(browser, pasted=text).text
    assert figures(page) == {"Permitted": 0, "Prohibited": 0, "Not known yet": 1, "Rows that cannot be read": 2}
    assert "Text stands behind a closing quotation mark." in page
    assert "more cells than there are headers" in page
    assert "closing quotation mark" in exported(browser, pasted=text)[0]["levcheck note"]


def test_the_file_gives_the_list_back(browser: FlaskClient) -> None:
    """Every row comes back in its place with all its cells, those in columns that are not read too."""
    listed = lists.rows(40, bad=[7])
    for given, came in zip(listed, exported(browser, pasted=lists.as_csv(listed)), strict=True):
        assert {name: came[name] for name in lists.HEADER} == given


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)"])
def test_no_cell_becomes_a_formula(cell: str, browser: FlaskClient) -> None:
    """A cell that a spreadsheet program would run is given back as text; numbers with a sign stay numbers."""
    (row,) = exported(browser, pasted=f'VIN,Note,Change\n{VIN},"{cell}",-12.5\n')
    assert (row["Note"], row["Change"]) == (f"'{cell}", "-12.5")


def test_a_workbook_is_judged(browser: FlaskClient) -> None:
    """An Excel workbook is judged as the same list pasted, and its sheet's own line numbers are told."""
    content = sheet(("Report",), (), ("VIN", "Miles"), (VIN, 12), (VIN, "x"))
    page = sent(browser, file=(io.BytesIO(content), "stock.xlsx")).text
    assert figures(page) == {"Permitted": 0, "Prohibited": 0, "Not known yet": 1, "Rows that cannot be read": 1}
    assert '<tr><td>5</td><td translate="no">Miles</td>' in page


def again(page: str) -> dict[str, str]:
    """The fields of the page's form as they would be sent again."""
    fields = dict(re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', page))
    for select, options in re.findall(r'<select[^>]* name="([\w.]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        fields[select] = (re.findall(r'value="([^"]*)" selected', options) or [""])[0]
    return {name: html.unescape(value) for name, value in fields.items()}


def test_sheets_that_were_not_read_are_told(browser: FlaskClient) -> None:
    """The page names the sheets of a workbook that were not read: no row is lost in silence."""
    book = sheets(New=[["VIN", "Miles"], [VIN, 12]], Used=[["VIN", "Miles"], [VIN, 9000]])
    assert "These were not: Used." in sent(browser, file=(io.BytesIO(book), "lots.xlsx")).text


def test_what_was_read_can_be_changed(browser: FlaskClient) -> None:
    """The page shows what each column was read as; changing one, or what is assumed, judges the same list anew."""
    page = sent(browser, pasted=f"VIN,Miles,Cert\n{VIN},12,no\n").text
    fields = again(page)
    assert [fields[f"column.{n}"] for n in (1, 2, 3)] == ["vehicle.vin", "vehicle.mileage", ""]
    assert figures(page)["Not known yet"] == 1
    fields["column.3"] = v.california.name
    changed = sent(browser, **fields).text
    assert figures(changed) == {"Permitted": 0, "Prohibited": 1, "Not known yet": 0}
    elsewhere = sent(browser, **(again(changed) | {"destination.state": "NC"})).text
    assert figures(elsewhere) == {"Permitted": 1, "Prohibited": 0, "Not known yet": 0}
    traded = sent(browser, **(again(changed) | {"activity": "trade"})).text
    assert figures(traded)["Permitted"] == 1


def test_a_rows_own_word_comes_first(browser: FlaskClient) -> None:
    """What a row says of its sale stands before what is assumed of all; an empty cell leaves what is assumed."""
    text = f"VIN,Miles,CA Cert,Destination\n{VIN},12,no,North Carolina\n{VIN},12,no,\n"
    assert [row["levcheck verdict"] for row in exported(browser, pasted=text)] == ["permitted", "prohibited"]


def test_headers_that_mislead_are_not_recognized() -> None:
    """What dealers call certified, new or a date is not what the law asks: such a column is carried along."""
    assert columns.recognized(("Certified", "New/Used", "Type", "Date", "Gross Weight", "GVW")) == ("",) * 6
    assert columns.recognized(("VIN", "vin", "Odometer (mi)", "GVWR lbs")) == (
        texts.VIN, "", v.mileage.name, v.gvwr.name,
    )  # fmt: skip


def test_headers_of_programs_are_recognized() -> None:
    """A header that a program wrote as one word with capitals within is read as its words are."""
    assert columns.recognized(("StockNumber", "VehicleVIN", "ModelYear", "VehicleMileage", "SaleDate", "NewUsed")) == (
        texts.REFERENCE, texts.VIN, v.model_year.name, v.mileage.name, v.day.name, "",
    )  # fmt: skip


def test_a_column_of_vins_needs_no_header() -> None:
    """Where no header names the VIN, the column that holds VINs is read as it."""
    unit = judged(f"Stock,ID (17),Miles\nA1,{VIN},8000\n").units[0]
    assert (unit.vin, unit.reference, unit.outcome.verdict) == (VIN, "A1", "permitted")


@pytest.mark.parametrize(("unit", "verdict"), [("km", "undetermined"), ("Kilometers", "undetermined"), ("MI", "permitted")])
def test_a_column_of_units_is_the_odometers(unit: str, verdict: str) -> None:
    """A column of nothing but units of mileage is read as the odometer's, though "Unit" means a vehicle elsewhere."""
    assert judged(f"VIN,Mileage,Unit\n{VIN},12000,{unit}\n").units[0].outcome.verdict == verdict
    assert judged(f"VIN,Mileage,Unit\n{VIN},12000,K7\n").units[0].reference == "K7"


def test_a_column_that_is_passed_over_is_told(browser: FlaskClient) -> None:
    """Of two columns that mean the same one is read; where they differ, the page says which, and where to choose."""
    warning = "The column “Mileage” was not read: “Miles” is read as the same, and they differ."
    assert warning in sent(browser, pasted=f"VIN,Miles,Mileage\n{VIN},7500,10\n").text
    assert warning not in sent(browser, pasted=f"VIN,Miles,Mileage\n{VIN},7500,7500\n").text


def test_every_header_is_of_a_member() -> None:
    """Each header that is recognized stands for something that a column can be read as, and so does each path itself."""
    for path in columns.READ:
        assert columns.recognized((path,)) == (path,)
    for path, names in columns._HEADERS.items():
        assert path in columns.READ
        assert all(columns.recognized((name.upper(),)) == (path,) for name in names.split("|"))


@pytest.mark.parametrize(
    ("path", "cell", "text"),
    [
        (v.mileage.name, "8,500 mi", "8,500"),
        (v.gvwr.name, "8500 lbs.", "8500"),
        (v.california.name, "50-State", "yes"),
        (v.california.name, "FED", "no"),
        (v.california.name, "50 State Emissions", "yes"),
        (texts.VIN, f"'{VIN}", VIN),
        (texts.VIN, f'="{VIN}"', VIN),
        (texts.VIN, f"*{VIN}*", VIN),
        (v.california.name, "Federal emissions", "no"),
        (v.california.name, "maybe", "maybe"),
        (v.federal.name, "Y", "yes"),
        (v.day.name, "6/1/2025", "2025-06-01"),
        (v.destination_state.name, "north carolina", "NC"),
        (v.mileage.name, "N/A", texts.UNKNOWN),
        (v.conforms.name, "?", texts.UNKNOWN),
    ],
)
def test_dealers_words_are_read(path: str, cell: str, text: str) -> None:
    """Units, dealers' words for certification, American days, names of states, no answer and texts kept as such are read."""
    assert columns.spelled(path, cell) == text


def test_kilometres_are_read_by_their_header() -> None:
    """An odometer whose header names kilometres is read in kilometres: 12,070 km is less than 7,500 miles."""
    for header, verdict in (("Odometer (km)", "undetermined"), ("Odometer", "permitted")):
        assert judged(f"VIN,{header}\n{VIN},12070\n").units[0].outcome.verdict == verdict


def test_an_unknown_cell_is_not_presumed() -> None:
    """A cell that says that nothing is known leaves the fact open, where an empty one leaves the law's presumption."""
    text = "vehicle.vin,vehicle.mileage,vehicle.certification.california,vehicle.certification.conforms\n{},12,yes,{}\n"
    assert judged(text.format(VIN, "?")).units[0].outcome.verdict == "undetermined"
    assert judged(text.format(VIN, "")).units[0].outcome.verdict == "permitted"


def test_what_settles_the_most_comes_first() -> None:
    """The fact that settles the most vehicles leads, and each is counted that some answer settles, or any."""
    stocked = judged(f"VIN,Miles\n{VIN},12\n{VIN},15\n{VIN},\n")
    first, second = stocked.settling
    assert (first.fact, first.surely, first.perhaps) == (v.california.name, 2, 3)
    assert (second.fact, second.surely, second.perhaps) == (v.mileage.name, 0, 1)
    page_of_all = judged(f"VIN,Miles,CA Cert\n{VIN},12,yes\n")
    assert page_of_all.settling == []


def test_a_vin_that_cannot_be_verified_is_told(browser: FlaskClient) -> None:
    """A row whose VIN is wrong by its check digit is judged without it, and says so."""
    page = sent(browser, pasted="2HGFE4F80SH011469").text
    assert "1 VIN could not be verified" in page
    assert "The VIN 2HGFE4F80SH011469 could not be verified" in page
    assert figures(page)["Not known yet"] == 1


def test_views() -> None:
    """The list can be cut down to a verdict or a text, ordered by any column either way, and paged."""
    stocked = judged(lists.as_csv(lists.rows(250)))
    units = stocked.units
    first, last = View().page_of(units), View(number=9).page_of(units)
    assert [len(first.units), first.found, first.pages, last.number, len(last.units)] == [ON_A_PAGE, 250, 3, 3, 50]
    prohibited = View("prohibited").page_of(units)
    assert prohibited.found == stocked.verdicts["prohibited"] > 0
    assert all(unit.outcome.verdict == "prohibited" for unit in prohibited.units)
    assert [unit.reference for unit in View(search="s00042").page_of(units).units] == ["S00042"]
    for sort in ("mileage", "-mileage"):
        miles = [int(u.mileage.replace(",", "") or -1) for u in View(sort=sort).page_of(units).units]
        assert miles == sorted(miles, reverse=sort.startswith("-"))
    assert View(sort="model").next_sort("model") == "-model"
    assert View.of({"sort": "price", "page": "x", "verdict": "y"}) == View()


def test_every_word_is_there(site: Flask) -> None:
    """Each verdict, certification, column, fault and member that the pages name has words."""
    words: Any = site.jinja_env.get_template("inventory_words.html").module
    assert set(words.VERDICTS) == set(words.TONES) == set(stock.VERDICTS)
    assert set(words.CERTIFICATIONS) == set(outcomes.CERTIFICATIONS)
    assert set(words.ACTIVITIES) == set(inventory.ACTIVITIES)
    assert set(words.COLUMNS) == set(inventory.SORTS)
    assert set(words.FAULTS) == set(rows.FAULTS)
    assert set(words.ROW_FAULTS) == set(rows.ROW_FAULTS)
    assert set(words.DEEDS) <= set(v.BY_NAME)
    assert set(columns.READ) - set(v.BY_NAME) == set(words.MEMBERS)


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({}, 422, "Nothing was chosen or pasted."),
        ({"pasted": "  \n "}, 422, "Nothing was chosen or pasted."),
        ({"pasted": "VIN\n"}, 422, "There is nothing below the header."),
        ({"pasted": f'VIN,Note\n{VIN},"x\n'}, 422, "Line 2: A quotation mark is opened and never closed."),
        ({"pasted": "Color,Price\nred,1\n"}, 422, "None of the headers is one that is recognized."),
        ({"pasted": VIN, "destination.state": "Mars"}, 422, "Destination:</strong> This cannot be read."),
        ({"pasted": VIN, "transaction.date": "2025-02-30"}, 422, "Date of the act:</strong> This cannot be read."),
        ({"pasted": VIN, "activity": "theft", "page": "-1", "sort": "\0", "column.1": "x"}, 422, "None of the headers"),
        ({"file": (io.BytesIO(b"%PDF-1.7\x00"), "a.pdf")}, 422, "This is no list that can be read."),
        ({"file": (io.BytesIO(b"x" * 10_000_001), "a.csv")}, 413, "larger than 10 MB"),
    ],
)
def test_what_cannot_be_judged_is_told(fields: dict[str, Any], status: int, words: str, browser: FlaskClient) -> None:
    """A form without a list that can be read is answered with what is wrong and what to do, and keeps what was pasted."""
    answer = sent(browser, **fields)
    assert answer.status_code == status
    assert words in re.sub(r"\s+", " ", answer.text)
    if isinstance(fields.get("pasted"), str) and fields["pasted"].strip():
        assert fields["pasted"].splitlines()[0] in answer.text


def test_few_lists_are_judged_at_once(browser: FlaskClient) -> None:
    """While as many lists are being judged as may be, the next is asked to come back, with its list kept; then it may."""
    turns = [inventory._Turn() for _ in range(inventory.AT_ONCE)]
    for path in ("/inventory", "/inventory/export"):
        busy = sent(browser, path, pasted=VIN)
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, str(uploads.RETRY_AFTER_S))
        assert VIN in busy.text
    for turn in turns:
        turn.end()
    long = f"{VIN}\n" * 600
    for _ in range(inventory.AT_ONCE + 1):
        browser.post("/inventory", data={"pasted": long}, content_type=FORM).close()  # a reader who leaves at once
        assert sent(browser, pasted=VIN).status_code == 200


def test_an_answer_begins_before_it_is_done(site: Flask) -> None:
    """The page comes piece by piece: its head first, then how far it is, then the whole; no proxy is to hold it back."""
    text = lists.as_csv(lists.rows(600))
    answer = site.test_client().post("/inventory", data={"pasted": text}, content_type=FORM)
    pieces = [piece.decode() for piece in answer.response]
    assert "<h1>" in pieces[0]
    assert ["250 of 600" in pieces[1], "500 of 600" in pieces[2], 'id="report"' in pieces[3]] == [True, True, True]
    assert pieces[-1].rstrip().endswith("</html>")
    assert answer.headers["X-Accel-Buffering"] == "no"


def test_the_largest_list_comes_back_by_its_page(browser: FlaskClient) -> None:
    """A list of nearly 10 MB can be sent again from the page that shows it, with everything that the page adds."""
    text = "VIN,Note\n" + (f"{VIN}," + "x" * 99_000 + "\n") * 100
    fields = again(sent(browser, pasted=text).text)
    assert (fields["pasted"], sent(browser, **fields).status_code) == (text, 200)


def test_hostile_cells_stay_text(browser: FlaskClient) -> None:
    """Markup in headers and cells is shown as the text that it is."""
    page = sent(browser, pasted=f'"<script>a</script>",VIN,Make\n"<img src=x onerror=y>",{VIN},<b>\n"",x,"<i>"\n').text
    assert "<script>a" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;a&lt;/script&gt;" in page


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service that asks for keys."""
    with furnished(tmp_path_factory.mktemp("signed-in")) as made:
        yield made


def test_it_is_closed_to_strangers_and_other_sites(house: House) -> None:
    """Without a session the page leads to the sign-in; a form without the session's token is refused, with it judged."""
    wanted = {"Accept": "text/html"}
    assert house.ask("GET", "/inventory", headers=wanted).status_code == 303
    assert house.ask("POST", "/inventory", headers=wanted, data={"pasted": VIN}).status_code == 303
    session = house.session("dealer")
    headers = {**wanted, "Cookie": session["Cookie"]}
    refused = house.ask("POST", "/inventory", headers=headers, data={"pasted": VIN})
    assert refused.status_code == 403
    page = house.ask("GET", "/inventory", headers=headers).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    files = {"data": {"pasted": VIN, "form_token": token[1]}, "content_type": FORM}
    assert house.ask("POST", "/inventory", headers=headers, **files).status_code == 200


def test_nothing_of_a_list_is_kept(browser: FlaskClient) -> None:
    """Judging and saving a list leaves no record behind."""
    vin = lists.vin(VIN, 987_654)
    assert vin in sent(browser, pasted=vin).text
    assert exported(browser, pasted=vin)[0]["VIN"] == vin
    assert browser.get(f"/v1/determinations?vin={vin}").json["items"] == []


def test_the_empty_page_is_light(browser: FlaskClient, site: Flask) -> None:
    """The page that takes a list weighs under 150 kB with all that it fetches, and needs nothing from elsewhere."""
    page = browser.get("/inventory").text
    fetched = sum(len(site.test_client().get(path).data) for path in set(re.findall(r'"(/assets/[^"]+)"', page)))
    assert len(page.encode()) + fetched < 150_000
    assert not re.search(r"<style|style=|<script(?![^>]*src=)| on[a-z]+=", page)
    assert not re.search(r"<style|style=|<script(?![^>]*src=)| on[a-z]+=", sent(browser, pasted=VIN).text)
