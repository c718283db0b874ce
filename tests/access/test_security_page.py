"""docs/security.md: its table is the code's, its tests exist, and no requirement is forgotten."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from access.security_page import BEGIN, END, PAGE, table
from levcheck.access.door import FAILURES, KNOWN_FOR_S
from levcheck.access.sessions import LASTS
from levcheck.web.reading import MOST_BYTES, MOST_PAGES, MOST_PIXELS

TESTS = Path(__file__).parent.parent
TEXT = PAGE.read_text("utf-8")
SECTIONS = {
    "V1": (2, 9, 11, 3, 2), "V2": (3, 3, 4, 1), "V3": (0, 2, 4, 6, 5, 0, 2), "V4": (3, 1, 2, 4), "V5": (1, 3, 2, 3),
    "V6": (3, 12, 4, 4, 5, 3, 0, 4), "V7": (3, 4, 2, 5, 2, 2), "V8": (2, 3, 1, 1), "V9": (3, 4), "V11": (2, 3, 3, 4, 1, 1),
    "V12": (3, 2, 4), "V13": (1, 5, 2, 5), "V14": (2, 4, 3), "V15": (3, 3, 7), "V16": (1, 5, 4, 3, 3),
}  # fmt: skip
"""ASVS 5.0.0: how many requirements of levels 1 and 2 each section of a chapter begins with; V10 and V17 as wholes."""


def _requirements() -> set[str]:
    counted = {(chapter, section): n for chapter, counts in SECTIONS.items() for section, n in enumerate(counts, 1)}
    each = {f"{chapter}.{section}.{n}" for (chapter, section), count in counted.items() for n in range(1, count + 1)}
    return each | {"V10", "V17"}


def _rows() -> Iterator[tuple[str, str]]:
    """The first and the last cell of each row of the three tables."""
    for line in TEXT.split("## ASVS 5.0")[1].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.match(r"\| V\d", line):
            yield cells[0], cells[-1]


def _spelt_out(cell: str) -> Iterator[str]:
    for part in cell.split(", "):
        first, _, last = part.partition("-")
        stem, _, begin = first.rpartition(".")
        if last:
            yield from (f"{stem}.{n}" for n in range(int(begin), int(last) + 1))
        else:
            yield first


def _names(file: Path) -> Iterator[str]:
    """The tests of a file, as pytest names them."""
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef))


def test_the_table_is_the_codes() -> None:
    """The page's table of who may do what is the one that the service asks (`python -m access.security_page`)."""
    assert TEXT.split(BEGIN)[1].split(END)[0] == table()


def test_every_requirement_stands_once() -> None:
    """Each requirement of ASVS 5.0, levels 1 and 2, stands in exactly one row, and no other number does."""
    named = Counter(name for cell, _ in _rows() for name in _spelt_out(cell))
    assert (_requirements() - set(named), set(named) - _requirements()) == (set(), set())
    assert [name for name, times in named.items() if times > 1] == []


def test_every_test_of_the_page_exists() -> None:
    """Each test that the page names is one that runs, and the first table names one in every row."""
    held = TEXT.split("### Held by tests")[1].split("###")[0]
    rows = [line for line in held.splitlines() if line.startswith("| V")]
    nodes = {line: re.findall(r"`(\w+/[\w/]+\.py)::([\w:]+)`", line) for line in rows}
    assert [line for line, found in nodes.items() if not found] == []
    missing = {
        f"{file}::{name}" for found in nodes.values() for file, name in found if name not in set(_names(TESTS / file))
    }
    assert missing == set()


def test_the_page_tells_what_uploads_may_be() -> None:
    """The bounds of uploads on the page are the code's."""
    assert f"{MOST_BYTES:,} bytes, {MOST_PIXELS:,} pixels, {MOST_PAGES} pages" in TEXT


def test_the_page_tells_the_times_of_the_code() -> None:
    """The numbers of guesses, seconds and hours on the page are the code's."""
    assert f"{FAILURES.requests} wrong ones a minute" in TEXT and FAILURES.seconds == 60
    assert f"opens nothing within {KNOWN_FOR_S:.0f} seconds" in TEXT
    assert f"lasts {LASTS.total_seconds() / 3600:.0f} hours at most" in TEXT
