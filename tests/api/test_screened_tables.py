"""Tables through one request."""

from __future__ import annotations

import csv
import io
import json

import pytest
from api.asked import SALE
from api.screened import CSV, NDJSON, lined, rows_of, screen
from flask.testing import FlaskClient
from levcheck.law import readings
from werkzeug.test import TestResponse


class TestTables:
    """CSV in, CSV out."""

    def table(self, answer: TestResponse) -> list[dict[str, str]]:
        assert answer.content_type == "text/csv; charset=utf-8", answer.text
        return list(csv.DictReader(io.StringIO(answer.text)))

    def test_a_table_is_read_as_people_write(self, client: FlaskClient) -> None:
        """The header names members by path; cells are texts as at the counter, empty ones are left out."""
        body = (
            "\ufeffreference,vehicle.model_year,vehicle.mileage,vehicle.certification.california,transaction.state\r\n"
            'old,2024,,,\r\n"used, surely",2025,"7,500",unknown,va\r\n"two\nlines",2025,12,yes,\r\n'
        )
        told = rows_of(screen(client, body.encode(), media_type="text/csv; charset=utf-8"))
        assert [(row["line"], row.get("reference"), row["basis"]) for row in told] == [
            (2, "old", "not_covered"),
            (3, "used, surely", "exempt"),
            (4, "two\nlines", "certified"),
        ]

    def test_a_table_out(self, client: FlaskClient) -> None:
        """Asked for with Accept, the answer is a table with a column for each reading, and the problem beside its row."""
        answer = screen(client, lined([SALE]) + b"{\n" + lined([{}]), "?include=brief", NDJSON, Accept=CSV)
        first, wrong, last = self.table(answer)
        assert (first["line"], first["verdict"], first["needs"], first["problem"]) == ("1", "prohibited", "", "")
        assert [first[reading.name] for reading in readings.READINGS].count("prohibited") == 2
        assert (wrong["line"], wrong["verdict"], wrong["problem"]) == ("2", "", "malformed_json")
        assert last["needs"].split()[:2] == ["transaction.contract", "vehicle.vehicle_type"]

    def test_a_row_that_cannot_be_read_is_told_in_one_cell(self, client: FlaskClient) -> None:
        """An answer as CSV has no place for a list of errors: its one cell says each member, its value and what to write."""
        table = "vehicle.mileage,destination.state\r\n12x,Virgina\r\n12,VA,1\r\n"
        torn, short = self.table(screen(client, table.encode(), media_type=CSV, Accept=CSV))
        assert torn["detail"] == (
            "vehicle.mileage '12x': This cannot be read. Write the miles in digits, such as 12 or 7499.5. "
            "destination.state 'Virgina': This cannot be read. Write a code such as VA, or unknown."
        )
        assert short["detail"] == "The row has 3 cells, the header 2."
        lines = screen(client, b'[]\n{"transaction": {"date": null}}', Accept=CSV)
        assert [row["detail"].partition(". ")[0] for row in self.table(lines)] == [
            "Not an object",
            "transaction.date null: Null is not taken here",
        ]

    def test_every_member_has_a_cell(self, client: FlaskClient) -> None:
        """Members that are lists of objects stand in their cells as JSON."""
        (row,) = self.table(screen(client, lined([SALE]), "", NDJSON, Accept=CSV))
        whole = client.post("/v1/checks", json=SALE).json
        assert json.loads(row["findings"]) == whole["findings"]
        assert row["summary"] == whole["summary"]

    @pytest.mark.parametrize(
        "header", ["", "colour", "vehicle.vin,vehicle.vin", '"vehicle.vin', "vehicle.vin,", "Vehicle.VIN", "x" * 70_000]
    )
    def test_a_header_that_cannot_be_read_is_refused_whole(self, client: FlaskClient, header: str) -> None:
        """A column that is no path, or stands twice, is refused before anything is answered."""
        answer = screen(client, f"{header}\n1\n".encode(), media_type=CSV)
        assert answer.status_code in (400, 413, 422), answer.text
        assert answer.mimetype == "application/problem+json"

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            ('"a"b,2025', "bad_request"),
            ("a", "bad_request"),
            ("a,2025,more", "bad_request"),
            ("a,twenty", "invalid_request"),
            ("\udcff,2025", "bad_request"),
            ("a,2025\rb,2024", "bad_request"),
            (f"{'x' * 65},2025", "invalid_request"),
            ("\0,2025", "invalid_request"),
        ],
    )
    def test_a_row_at_fault_is_told_of_in_its_place(self, client: FlaskClient, row: str, code: str) -> None:
        """A row that is no CSV, or whose cells cannot be read, is told of, and the next row is read."""
        body = f"reference,vehicle.model_year\n{row}\nnext,2020\n".encode("utf-8", "surrogateescape")
        told = rows_of(screen(client, body, media_type=CSV))
        assert (told[0]["line"], told[0]["problem"]["code"], told[1]["line"], told[1]["verdict"]) == (
            2,
            code,
            3,
            "permitted",
        )

    def test_a_quotation_mark_that_stays_open(self, client: FlaskClient) -> None:
        """A cell that is never closed takes no more memory than a row may, and no more rows than that."""
        rest = b"a row\n" * 15_000
        told = rows_of(screen(client, b'reference,vehicle.model_year\n"open,2020\n' + rest, media_type=CSV))
        assert told[0]["problem"]["code"] == "body_too_large"
        assert told[0]["line"] == 2
        (last,) = rows_of(screen(client, b'reference,vehicle.model_year\n"open,2020\n', media_type=CSV))
        assert last["problem"]["code"] == "bad_request"
