"""What holds for every adapter: what is never mapped, what is refused, what the page says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.law.places import COUNTRIES, STATES
from levcheck_client import LevcheckError
from levcheck_client.adapters import Adapted, Adapter, AdapterError, adf, csv, members, opentrack, opentravel, places, star
from levcheck_client.adapters.tree import Path as MessagePath
from marshmallow import fields

PAGE = Path(__file__).parent.parent.parent.parent / "client_sdk" / "docs" / "adapters.md"
FORMATS: dict[str, Adapter] = {
    "STAR Retail Delivery Report": star.RetailDeliveryReport(),
    "Dealertrack OpenTrack": opentrack.OpenTrack(),
    "ADF 1.0": adf.Lead(),
    "OpenTravel OTA_VehCheckOutRS": opentravel.CheckOut(),
}
LAZY = """
import json, sys
import levcheck_client
print(json.dumps([name for name in sys.modules if name.startswith(("xml", "csv", "levcheck_client.adapters"))]))
"""


def _star(**vehicle: object) -> Adapted:
    return star.RetailDeliveryReport().read({"purchase_type": "RETAIL", "vehicle": {"vin": "1FTEW3LP9SKE98169", **vehicle}})


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ("vehicle.mileage", "New/Used"),
        ("vehicle.new_engine", "TypeNU"),
        ("transaction.type", "condition_type"),
        ("transaction.purpose", "product_state_type"),
        ("transaction.type", "saleType"),
        ("transaction.contract", "Sale Type"),
        ("destination.state", "State"),
        ("destination.state", "Buyer State"),
        ("destination.state", "state_province"),
        ("destination.branch", "regioncode"),
        ("destination.state", "Cust State"),
        ("destination.state", "Co-Buyer State"),
        ("destination.state", "Mailing St"),
        ("destination.state", "StateOrProvinceCountrySub-DivisionID"),
        ("destination.country", "Buyer Country"),
        ("transaction.type", "NewUsedFlag"),
        ("transaction.type", "Sale Type Code"),
        ("vehicle.gvwr_lb", "GVW"),
        ("vehicle.gvwr_lb", "GrossWeight"),
        ("vehicle.gvwr_lb", "Gross Vehicle Weight"),
        ("vehicle.gvwr_lb", "RegisteredGrossVehicleWeight"),
        ("vehicle.gvwr_lb", "ConveyanceRegistrationGrossWeightMeasure"),
        ("vehicle.gvwr_lb", "Unladen Weight"),
    ],
)
def test_never_maps(member: str, name: str) -> None:
    """What looks like a fact of the law and is another is refused in every integrator's table."""
    with pytest.raises(ValueError, match="is never"):
        csv.Columns({name: member})
    with pytest.raises(ValueError, match="is never"):
        star.RetailDeliveryReport(fields={member: f"deal/{name.replace('/', '')}"})


@pytest.mark.parametrize(
    ("member", "path"),
    [
        ("destination.state", "//CustomerState/Code"),
        ("destination.state", "buyer/postalAddress/state"),
        ("vehicle.gvwr_lb", "//ConveyanceRegistrationGrossWeightMeasure/MeasureDecimalValue"),
    ],
)
def test_never_maps_from_what_stands_in_it(member: str, path: str) -> None:
    """A path is refused as well where it leads through what must never be mapped."""
    with pytest.raises(ValueError, match="is never"):
        opentrack.OpenTrack(fields={member: path})


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ("destination.state", "Registration State"),
        ("destination.state", "Title State"),
        ("destination.state", "registration/state"),
        ("destination.country", "Destination Country"),
        ("transaction.type", "Deal Type"),
        ("vehicle.gvwr_lb", "GVWR"),
        ("vehicle.gvwr_lb", "Gross Vehicle Weight Rating"),
        ("vehicle.new_engine", "New Engine"),
    ],
)
def test_maps_what_is_meant(member: str, name: str) -> None:
    """A field that an integrator keeps for a fact of the law is taken, whatever words it shares with others."""
    assert member not in star.RetailDeliveryReport(fields={member: name}).loss


@pytest.mark.parametrize("word", ["NEW", "USED", "DEMO", "RENTAL"])
def test_the_word_for_new_or_used_changes_nothing(word: str) -> None:
    """The system's flag for new or used leaves the transaction as it was."""
    assert _star(product_state_type=word, condition_type=word).transaction == _star().transaction
    flagged = f"<Vehicle><VIN>1FTEW3LP9SKE98169</VIN><TypeNU>{word[0]}</TypeNU></Vehicle>"
    plain = "<Vehicle><VIN>1FTEW3LP9SKE98169</VIN></Vehicle>"
    assert opentrack.OpenTrack().read(flagged).transaction == opentrack.OpenTrack().read(plain).transaction


@pytest.mark.parametrize("adapter", FORMATS.values(), ids=FORMATS)
def test_certification_and_registration_are_always_lost(adapter: Adapter) -> None:
    """No format carries certification, and no dealer's carries the state of registration."""
    assert {"vehicle.certification.california", "vehicle.certification.federal"} <= set(adapter.loss)
    assert ("destination.state" in adapter.loss) == (not isinstance(adapter, opentravel.CheckOut))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"fields": {"vehicle.vim": "a"}}, "no member of the contract"),
        ({"fields": {"vehicle.vin": "a//b"}}, "no path"),
        ({"fields": {"vehicle.vin": ""}}, "no path"),
        ({"fields": {"vehicle.vin": "@a/b"}}, "no path"),
        ({"fixed": {"seller": "dealer"}}, "no member of the contract"),
        ({"fixed": {"seller.type": "broker"}}, "seller.type takes manufacturer, dealer"),
        ({"words": {"transaction.type": {"R": "retail"}}}, "transaction.type takes delivery, offer"),
        ({"branches": {"DCA": "Virginia"}}, "takes the code of a state"),
        ({"words": {"vehicle.mileage": {"U": "8000"}}}, "no word stands for one"),
    ],
)
def test_a_table_that_cannot_work_is_refused(options: dict[str, dict[str, str]], text: str) -> None:
    """What the contract does not have, a path that is none, and a word for a number are refused at once."""
    with pytest.raises(ValueError, match=text):
        star.RetailDeliveryReport(**options)  # type: ignore[arg-type]


def test_columns_that_cannot_work_are_refused() -> None:
    """A column map must name members of the contract, each once."""
    with pytest.raises(ValueError, match="no member"):
        csv.Columns({"VIN": "vin"})
    with pytest.raises(ValueError, match="two columns"):
        csv.Columns({"VIN": "vehicle.vin", "Serial": "vehicle.vin"})


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (b'{"a":' * 100 + b"1" + b"}" * 100, "nested deeper"),
        (b'{"a":' * 100_000, "nested too deep"),
        (b'{"a":[' + b"1," * 100_000 + b"1]}", "more than 100,000"),
        (b" " * 5_000_001, "larger than 5,000,000"),
        (b"\xff{}", "not JSON"),
    ],
)
def test_json_has_limits(message: bytes, text: str) -> None:
    """JSON that is too large, too deep or not UTF-8 is refused with the SDK's own error."""
    with pytest.raises(AdapterError, match=text):
        star.RetailDeliveryReport().read(message)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (b"<Vehicle>" * 100, "nested deeper"),
        (b"<Deal>" + b"<a/>" * 100_000 + b"</Deal>", "more than 100,000"),
        (b" " * 5_000_001, "larger than 5,000,000"),
        (b'<?xml version="1.0" encoding="no-such"?><Vehicle/>', "not XML"),
        (b"", "not XML"),
        ("<Vehicle>\ud800</Vehicle>", "half a character"),
        ({"Vehicle": {}}, "a mapping, not XML"),
        (12, "of type int"),
    ],
)
def test_xml_has_limits(message: object, text: str) -> None:
    """XML that is too large, too deep or of no known encoding is refused with the SDK's own error."""
    with pytest.raises(AdapterError, match=text):
        opentrack.OpenTrack().read(message)  # type: ignore[arg-type]


def test_text_and_bytes_of_other_encodings_are_read() -> None:
    """What the first line says of the encoding holds for bytes, and does not for text, which is decoded already."""
    told = '<?xml version="1.0" encoding="{}"?><Vehicle><VIN>1FTEW3LP9SKE98169</VIN><Model>\u00e9</Model></Vehicle>'
    adapter = opentrack.OpenTrack()
    expected = {"vehicle": {"vin": "1FTEW3LP9SKE98169"}}
    assert adapter.read(told.format("utf-16").encode("utf-16")).transaction == expected
    assert adapter.read(told.format("iso-8859-1").encode("iso-8859-1")).transaction == expected
    assert adapter.read(told.format("utf-16")).transaction == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_of_other_encodings_is_read(encoding: str) -> None:
    """JSON is read in every encoding of Unicode, with and without its mark, and as text that kept the mark."""
    told = '{"vehicle": {"vin": "1FTEW3LP9SKE98169"}, "party_name": "Jos\u00e9"}'
    expected = {"vehicle": {"vin": "1FTEW3LP9SKE98169"}}
    assert star.RetailDeliveryReport().read(told.encode(encoding)).transaction == expected
    assert star.RetailDeliveryReport().read(f"\ufeff{told}").transaction == expected


@pytest.mark.parametrize("message", ["vin,miles\n1,2\n", "VIN;Miles\n1;2\n", {"vin": "1"}, {"VIN;Miles": "1;2"}])
def test_a_table_of_which_no_column_is_known_is_refused(message: Any) -> None:
    """Headers in another spelling, or another mark between the cells, are told and not taken for a row that says nothing."""
    with pytest.raises(AdapterError, match="none of the columns to be read: VIN, Miles"):
        csv.Columns({"VIN": "vehicle.vin", "Miles": "vehicle.mileage"}).read(message)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_cells_may_have_other_marks_between_them(delimiter: str) -> None:
    """Commas, semicolons, tabs and bars between cells are read where the adapter is told so."""
    columns = csv.Columns({"VIN": "vehicle.vin", "Year": "vehicle.model_year"}, delimiter=delimiter)
    told = columns.read(f"VIN{delimiter}Year\n1FTEW3LP9SKE98169{delimiter}2025\n")
    assert told.transaction == {"vehicle": {"vin": "1FTEW3LP9SKE98169", "model_year": 2025}}
    with pytest.raises(ValueError, match="between two cells"):
        csv.Columns({"VIN": "vehicle.vin"}, delimiter=f"{delimiter} ")


def test_numbers_keep_their_digits() -> None:
    """A mileage is exactly what the message says, as JSON, as text in it, and in a mapping."""
    adapter = star.RetailDeliveryReport()
    report = '{"odometer_at_sale": {"value": %s, "uom": "MILES"}}'
    for written in ("7499.999999", '"7499.999999"', '"7,499.999999"'):
        assert adapter.read(report % written).transaction["vehicle"]["mileage"] == Decimal("7499.999999")
    mapping = {"odometer_at_sale": {"value": Decimal("7499.999999"), "uom": "MILES"}}
    assert adapter.read(mapping).transaction["vehicle"]["mileage"] == Decimal("7499.999999")


def test_a_message_of_many_rows() -> None:
    """A file of rows is read row by row, in order."""
    columns = csv.Columns({"VIN": "vehicle.vin", "Miles": "vehicle.mileage"}, unit="km")
    told = [row.transaction for row in columns.rows("VIN,Miles\r\n1FTEW3LP9SKE98169,5\r\n\r\n2HGFE4F86SH011469,\r\n")]
    assert told == [
        {"vehicle": {"vin": "1FTEW3LP9SKE98169", "mileage": 5, "mileage_unit": "km"}},
        {"vehicle": {"vin": "2HGFE4F86SH011469"}},
    ]


def test_one_bad_row_costs_no_other() -> None:
    """A row with a cell too many or too few leaves its facts unknown and says so; those around it are read."""
    columns = csv.Columns(
        {"VIN": "vehicle.vin", "Miles": "vehicle.mileage", "To": "destination.branch"}, branches={"RDU": "NC"}
    )
    vin = "1FTEW3LP9SKE98169"
    good, many, few, last = columns.rows(f"VIN,Miles,To\n{vin},5,RDU\n{vin},12,345,RDU\n{vin}\n{vin},6,RDU\n")
    for bad, told in ((many, "line 3 has 4 values under 3 headers"), (few, "line 4 has 1 values under 3 headers")):
        assert bad.transaction == {"vehicle": {"vin": None, "mileage": None}, "destination": {"state": None}}
        assert [each.text for each in bad.contradictions] == [told]
        assert {each.fact for each in bad.missing if each.text == told} == {
            "vehicle.vin",
            "vehicle.mileage",
            "destination.state",
        }
    assert [row.transaction["vehicle"]["mileage"] for row in (good, last)] == [5, 6]
    with pytest.raises(AdapterError, match="line 2 has 4 values"):
        columns.read(f"VIN,Miles,To\n{vin},12,345,RDU\n")


def test_an_adapter_is_left_as_it_was() -> None:
    """Another table of branches makes another adapter."""
    here = opentravel.CheckOut(branches={"DCA": "VA"})
    there = here.with_branches({"DCA": "MD"})
    place = '<PickUpReturnDetails><ReturnLocation LocationCode="DCA"/></PickUpReturnDetails>'
    message = f"<OTA_VehCheckOutRS>{place}</OTA_VehCheckOutRS>"
    assert here.read(message).transaction["destination"] == {"state": "VA"}
    assert there.read(message).transaction["destination"] == {"state": "MD"}


def test_what_was_adapted_is_neither_true_nor_false() -> None:
    """Whether a message said enough is not a matter of its truth value."""
    with pytest.raises(TypeError, match="missing"):
        bool(_star())


def test_paths() -> None:
    """A path that begins with an attribute is of the root; a step's condition is read literally."""
    root = opentrack.OpenTrack()._parsed('<Deal a="1"><O><N>1.</N><V>x</V></O><O><N>2</N><V>y</V></O></Deal>')
    assert MessagePath.of("Deal/@a").texts(root) == ["1"]
    assert MessagePath.of("@a").texts(root.children[0]) == ["1"]
    assert MessagePath.of("//O[N=1.]/V").texts(root) == ["x"]
    assert MessagePath.of("//O[N=1]/V").texts(root) == []


def test_the_error_is_of_the_library() -> None:
    """An adapter's error stands below the library's own."""
    assert issubclass(AdapterError, LevcheckError)


def test_codes_are_the_services() -> None:
    """The adapters know the states and the countries that the service knows."""
    assert (places.STATES, places.COUNTRIES) == (STATES, COUNTRIES)


def test_members_are_the_contracts() -> None:
    """The members that an adapter may state are the contract's, all of them but the reading."""
    known = {"reference"}
    for name, block in CheckRequestSchema().fields.items():
        known |= _paths(name, block)
    assert set(members.MEMBERS) == known - {"reading"}


def _paths(name: str, field: fields.Field[object]) -> set[str]:
    if not isinstance(field, fields.Nested):
        return {name}
    return {path for below, each in field.schema.fields.items() for path in _paths(f"{name}.{below}", each)}


@pytest.mark.parametrize("name", FORMATS)
def test_the_page_lists_what_is_lost(name: str) -> None:
    """The page's list of what a format cannot carry is the adapter's own."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]
    told = re.findall(r"`([a-z_.]+)`", section.split("Loss:")[1])
    assert told == list(FORMATS[name].loss)


def test_nothing_is_loaded_before_it_is_needed() -> None:
    """Importing the client loads no adapter, and neither XML nor CSV."""
    run = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, check=True, timeout=60)
    before = subprocess.run(
        [sys.executable, "-c", LAZY.replace("levcheck_client\n", "requests\n", 1)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert set(json.loads(run.stdout)) <= set(json.loads(before.stdout))
