"""The answers of a screening, row by row: lines of JSON, or a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ..law import readings
from .json_out import json_bytes

NDJSON, CSV = "application/x-ndjson", "text/csv"
_READINGS = tuple(reading.name for reading in readings.READINGS)


class Writer(Protocol):
    """Writes rows of one form as bytes; `members` are those of each result."""

    members: Sequence[str]

    def head(self) -> bytes:
        """What stands before the first row."""

    def row(self, line: int, reference: str | None, result: Mapping[str, Any]) -> bytes:
        """A transaction that was evaluated."""

    def problem(self, line: int, document: Mapping[str, Any]) -> bytes:
        """A row that could not be read."""


class JsonLines:
    """One object a line."""

    def __init__(self, members: Sequence[str]) -> None:
        self.members = members

    def head(self) -> bytes:
        return b""

    def row(self, line: int, reference: str | None, result: Mapping[str, Any]) -> bytes:
        own = {} if reference is None else {"reference": reference}
        return json_bytes({"line": line, **own, **result}) + b"\n"

    def problem(self, line: int, document: Mapping[str, Any]) -> bytes:
        return json_bytes({"line": line, "problem": document}) + b"\n"


class Table:
    """A table with a header: names between spaces in one cell, a verdict for each reading, whatever else as JSON."""

    def __init__(self, members: Sequence[str]) -> None:
        self.members = members
        self.columns = [c for member in members for c in (_READINGS if member == "readings" else (member,))]

    def head(self) -> bytes:
        return _line(["line", "reference", *self.columns, "problem", "detail"])

    def row(self, line: int, reference: str | None, result: Mapping[str, Any]) -> bytes:
        told = {**result, **result.get("readings", {})}
        return _line([line, reference, *(_cell(told[column]) for column in self.columns), None, None])

    def problem(self, line: int, document: Mapping[str, Any]) -> bytes:
        return _line([line, None, *(None for _ in self.columns), document["code"], _wrong(document)])


def _wrong(document: Mapping[str, Any]) -> str:
    """What is wrong with a row, in one cell: of each member its value and what to send instead."""
    return " ".join(map(_fault, document["errors"])) or str(document["detail"])


def _fault(error: Mapping[str, Any]) -> str:
    path, value, told = error["pointer"][1:].replace("/", "."), error["value"], f"{error['detail']}. {error['remedy']}"
    shown = repr(value) if isinstance(value, str) else json_bytes(value).decode()
    return f"{path} {shown}: {told}" if path else told


def _cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " ".join(value)
    return json_bytes(value).decode() if isinstance(value, list | dict) else value


def _line(values: Sequence[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue().encode()


FORMS: dict[str, type[JsonLines] | type[Table]] = {NDJSON: JsonLines, CSV: Table}
