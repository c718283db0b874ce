"""Certifications and Executive Orders on file: a table that ships with the package, and what a deployment imports."""

from __future__ import annotations

import csv
import hashlib
import io
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

from .orders import Order

CERTIFICATIONS_FILE = "certifications.csv"
ORDERS_FILE = "executive_orders.csv"
_Stamp: TypeAlias = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Certification:
    """A test group in EPA's certification list: whether it has a California row and a federal row, and in which editions.

    A row that is missing proves nothing. `makes` are the first words of its models' makes (FORD, LAND); empty if not known.
    """

    test_group: str
    california: bool
    federal: bool
    editions: tuple[str, ...]
    makes: tuple[str, ...] = ()

    def merged(self, other: Certification) -> Certification:
        """Both entries' rows: editions of a year grow."""
        return Certification(
            self.test_group,
            self.california or other.california,
            self.federal or other.federal,
            tuple(sorted({*self.editions, *other.editions})),
            tuple(sorted({*self.makes, *other.makes})),
        )


class Registry:
    """What is on file. With a data folder, its imports are read at start and again whenever a file there changes."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._read_at: tuple[_Stamp, _Stamp] | None = None
        self._certifications: dict[str, Certification] = {}
        self._orders: dict[str, Order] = {}
        self._refresh()

    def certification(self, test_group: str) -> Certification | None:
        """The entry for a test group, or None: not on file, which proves nothing."""
        self._refresh()
        return self._certifications.get(test_group)

    def order(self, number: str) -> Order | None:
        """The order with this normalised number, or None: not on file, which proves nothing."""
        self._refresh()
        return self._orders.get(number)

    def orders_for(self, test_group: str) -> tuple[Order, ...]:
        """The orders on file that name a test group."""
        self._refresh()
        return tuple(order for order in self._orders.values() if test_group in order.test_groups)

    def digest(self) -> str:
        """What tells one state of the registry from another: a SHA-256 in hexadecimal."""
        self._refresh()
        rows = [*map(repr, self._certifications.values()), *map(repr, self._orders.values())]
        return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()

    def add_certifications(self, entries: Iterable[Certification]) -> None:
        """Keep imported entries in the data folder, merged with those already there."""
        kept = _certifications(self._text(CERTIFICATIONS_FILE))
        _merge(kept, entries)
        self._write(CERTIFICATIONS_FILE, certifications_csv(kept.values()))

    def add_orders(self, entries: Iterable[Order]) -> None:
        """Keep imported orders in the data folder; a later import of a number replaces the earlier one."""
        kept = _orders(self._text(ORDERS_FILE)) | {order.number: order for order in entries}
        rows = ((order.number, " ".join(order.test_groups), order.source) for _, order in sorted(kept.items()))
        self._write(ORDERS_FILE, _csv(("executive_order", "test_groups", "source"), rows))

    def _refresh(self) -> None:
        stamp = (self._changed(CERTIFICATIONS_FILE), self._changed(ORDERS_FILE))
        if stamp != self._read_at:
            certifications = _certifications((files(__package__) / "data" / CERTIFICATIONS_FILE).read_text("utf-8"))
            _merge(certifications, _certifications(self._text(CERTIFICATIONS_FILE)).values())
            self._certifications, self._orders = certifications, _orders(self._text(ORDERS_FILE))
            self._read_at = stamp

    def _changed(self, name: str) -> _Stamp:
        """What is another after every import, even of two within one tick of the clock."""
        try:
            found = (self.folder / name).stat() if self.folder else None
        except FileNotFoundError:
            return None
        return (found.st_mtime_ns, found.st_ino, found.st_size) if found else None

    def _text(self, name: str) -> str:
        try:
            return (self.folder / name).read_text("utf-8") if self.folder else ""
        except FileNotFoundError:
            return ""

    def _write(self, name: str, text: str) -> None:
        if self.folder is None:
            raise ValueError("a registry without a folder cannot keep imports")
        self.folder.mkdir(parents=True, exist_ok=True)
        whole = self.folder / f".{name}.{secrets.token_hex(4)}"
        try:
            whole.write_text(text, "utf-8")
            whole.replace(self.folder / name)
        finally:
            whole.unlink(missing_ok=True)


def certifications_csv(entries: Iterable[Certification]) -> str:
    """Entries as the table that this module reads."""
    rows = (
        (e.test_group, int(e.california), int(e.federal), " ".join(e.editions), " ".join(e.makes))
        for e in sorted(entries, key=lambda e: e.test_group)
    )
    return _csv(("test_group", "california", "federal", "editions", "makes"), rows)


def _csv(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _certifications(text: str) -> dict[str, Certification]:
    return {row["test_group"]: _certification(row) for row in csv.DictReader(io.StringIO(text))}


def _certification(row: dict[str, str]) -> Certification:
    editions, makes = tuple(row["editions"].split()), tuple((row.get("makes") or "").split())
    return Certification(row["test_group"], row["california"] == "1", row["federal"] == "1", editions, makes)


def _orders(text: str) -> dict[str, Order]:
    return {
        row["executive_order"]: Order(row["executive_order"], tuple(row["test_groups"].split()), row["source"])
        for row in csv.DictReader(io.StringIO(text))
    }


def _merge(kept: dict[str, Certification], entries: Iterable[Certification]) -> None:
    for entry in entries:
        kept[entry.test_group] = kept[entry.test_group].merged(entry) if entry.test_group in kept else entry
