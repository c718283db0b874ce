"""What the tests of screenings send, and how they read what comes back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from api.validation import faults
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

NDJSON, CSV, PATH = "application/x-ndjson", "text/csv", "/v1/screenings"


def lined(rows: Iterable[Any]) -> bytes:
    """Rows as lines of JSON."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def screen(client: FlaskClient, body: bytes, query: str = "", media_type: str = NDJSON, **headers: str) -> TestResponse:
    """A screening's answer, read whole."""
    return client.post(PATH + query, data=body, content_type=media_type, headers=headers)


def rows_of(answer: TestResponse) -> list[dict[str, Any]]:
    """The lines of an answer, each held to the document."""
    assert (answer.status_code, answer.mimetype) == (200, NDJSON), answer.text
    rows = [json.loads(line) for line in answer.data.splitlines()]
    for row in rows:
        assert faults({"$ref": "#/components/schemas/Screened"}, row) == []
    return rows
