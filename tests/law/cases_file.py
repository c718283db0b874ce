"""The worked cases as the pages read them, made from `tests/cases/*.yaml`: `python -m law.cases_file`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from law.cases import DOCUMENTS
from levcheck.api.json_out import json_bytes

FILE = Path(__file__).parents[2] / "service/levcheck/web/data/cases.json"


def content() -> bytes:
    """The files as one list, a line for each case."""
    return b"[\n" + b",\n".join(_files()) + b"\n]\n"


def _files() -> Iterator[bytes]:
    for name, document in DOCUMENTS.items():
        head = json_bytes({"name": name} | {part: document[part] for part in ("title", "norm", "expect")})
        yield head[:-1] + b',"cases":[\n' + b",\n".join(map(json_bytes, document["cases"])) + b"\n]}"


if __name__ == "__main__":
    FILE.write_bytes(content())
