"""CSV with a header line, by a map of its columns. Take `Columns`.

adapter = csv.Columns({"VIN": "vehicle.vin", "Miles": "vehicle.mileage", "Deal #": "reference"},
                      fixed={"transaction.type": "sale", "seller.type": "dealer"}, dates="%m/%d/%Y")
for deal in adapter.rows(open("deals.csv", newline="").read()): ...
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from levcheck_client.adapters.adapted import Adapted, AdapterError
from levcheck_client.adapters.adapter import Adapter, Message, Words
from levcheck_client.adapters.draft import MILEAGE, UNIT, Draft
from levcheck_client.adapters.members import BRANCHES, MEMBERS
from levcheck_client.adapters.never import refuse
from levcheck_client.adapters.tree import Element, Grower, limited

DELIMITERS = (",", ";", "\t", "|")
FAULT = " "
"""Says why a row cannot be told apart, under a name that no header has."""


class Columns(Adapter):
    """`read(message)`: one row, as a mapping (`csv.DictReader`) or as text with its header; `rows(text)`: many.

    columns   each header with the member of the contract that stands under it; `destination.branch` and
              `transaction.branch` are codes for `branches`
    unit      `mi` or `km`: what the odometer counts in, unless a column says so
    dates     how dates are written, as for `datetime.strptime`; by default 2025-06-01
    empty     what stands for nothing, besides nothing: `("N/A", "0")`
    delimiter what stands between two cells: `","` by default, `";"`, `"\\t"` or `"|"`

    `fixed`, `words` and `branches` as for any adapter.
    """

    name = "CSV"
    own = frozenset()

    def __init__(
        self,
        columns: Mapping[str, str],
        *,
        fixed: Mapping[str, str] | None = None,
        words: Words | None = None,
        branches: Mapping[str, str] | None = None,
        unit: str = "mi",
        dates: str | None = None,
        empty: tuple[str, ...] = (),
        delimiter: str = ",",
    ) -> None:
        super().__init__(fixed={UNIT: unit, **(fixed or {})}, words=words, branches=branches)
        if len(set(columns.values())) != len(columns):
            raise ValueError("two columns for one member of the contract")
        for header, member in columns.items():
            if member not in MEMBERS and member not in BRANCHES:
                raise ValueError(f"{member!r} is no member of the contract that a column could state")
            refuse(member, header)
        self._columns = dict(columns)
        self._dates = dates
        self._empty = frozenset(empty)
        if delimiter not in DELIMITERS:
            raise ValueError(f"between two cells stands one of {', '.join(map(repr, DELIMITERS))}, not {delimiter!r}")
        self._delimiter = delimiter

    @property
    def carries(self) -> frozenset[str]:
        """The facts that the columns and the fixed values can state."""
        given = {BRANCHES.get(member, member) for member in self._columns.values()}
        carried = super().carries | given
        return carried if MILEAGE in carried else carried - {UNIT}

    def rows(self, text: str | bytes) -> Iterator[Adapted]:
        """Each row of a file with its header, in order. Raises `AdapterError` for a file that cannot be read.

        A row of more or fewer values than there are headers leaves unknown what they should tell, and says so.
        """
        for row in self._table(text):
            yield self._adapted(row)

    def _parsed(self, message: Message) -> Element:
        if isinstance(message, Mapping):
            self._known(message)
            return Grower().of_mapping("row", message)
        rows = list(self._table(message))
        if len(rows) != 1:
            raise AdapterError(f"the message holds {len(rows)} rows; take `rows` for many")
        if fault := rows[0].attributes.get(FAULT):
            raise AdapterError(fault)
        return rows[0]

    def _map(self, root: Element, draft: Draft) -> None:
        if fault := root.attributes.get(FAULT):
            draft.contradict("the row", fault)
            for member in self._columns.values():
                draft.unknown(BRANCHES.get(member, member), fault)
        for header, member in self._columns.items():
            text = root.child(header).strip()
            if text and text not in self._empty:
                self._take(draft, member, text, header)

    def _spelled(self, member: str, text: str) -> str:
        if member != "transaction.date" or self._dates is None:
            return text
        try:
            return datetime.strptime(text, self._dates).date().isoformat()
        except ValueError:
            return text

    def _table(self, text: str | bytes) -> Iterator[Element]:
        reader = csv.reader(io.StringIO(_decoded(text), newline=""), strict=True, delimiter=self._delimiter)
        try:
            header = [name.strip() for name in next(reader, [])]
            if not header:
                raise AdapterError("the message has no header line")
            if any(header.count(name) > 1 for name in self._columns):
                raise AdapterError("the header names a column twice that is to be read")
            self._known(header)
            for values in reader:
                if not values:
                    continue
                if len(values) != len(header):
                    # Which value stands under which header can no longer be told.
                    fault = f"line {reader.line_num} has {len(values)} values under {len(header)} headers"
                    yield Element("row", {FAULT: fault})
                    continue
                yield Grower().of_mapping("row", dict(zip(header, values, strict=True)))
        except csv.Error as error:
            raise AdapterError(f"line {reader.line_num} is not CSV: {error}") from None

    def _known(self, header: Collection[object]) -> None:
        # Another delimiter, another spelling: a table of which nothing can be read must not pass for one that says nothing.
        if not any(name in header for name in self._columns):
            raise AdapterError(f"the header names none of the columns to be read: {', '.join(self._columns)}")


def _decoded(text: str | bytes) -> str:
    limited(text)
    try:
        return text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise AdapterError(f"the message is not UTF-8: {error}") from None
