"""What may import what: the project's rooms, as a table."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICE = Path(__file__).parent.parent / "service" / "levcheck"
# Each room, the rooms of the service that it may look into, and the libraries that it may use.
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    "law": (set(), set()),
    "evidence": ({"law"}, {"ultravin", "python_calamine", "pyarrow"}),
    "advice": ({"law", "evidence"}, set()),
    "check": ({"law", "evidence", "advice"}, set()),
    "records": ({"law", "evidence", "check"}, {"sqlalchemy", "alembic", "joserfc", "rfc8785", "orjson"}),
    "log": ({"records"}, {"sqlalchemy"}),
    "access": ({"records"}, {"sqlalchemy"}),
    "printed": ({"law", "records"}, {"jinja2", "markupsafe", "segno", "fpdf"}),
    "api": (
        {"law", "evidence", "check", "records", "log", "access", "printed", "app"},
        {
            "flask",
            "flask_smorest",
            "marshmallow",
            "markupsafe",
            "webargs",
            "werkzeug",
            "orjson",
            "yaml",
            "structlog",
            "prometheus_client",
        },
    ),
    "web": (
        {"law", "evidence", "advice", "check", "records", "printed", "access", "api"},
        {"flask", "jinja2", "werkzeug", "markupsafe", "marshmallow", "PIL", "zxingcpp", "pypdfium2", "python_calamine"},
    ),
    "screening": (
        {"law", "evidence", "advice", "check", "api"},
        {"ibis", "duckdb", "pyarrow", "numpy", "psycopg", "pyspark"},
    ),
    "clock": (set(), set()),
    "app": (
        {"law", "evidence", "records", "log", "access", "api", "web", "clock"},
        {"flask", "flask_smorest", "werkzeug", "structlog"},
    ),
    "cli": (
        {"law", "evidence", "check", "records", "log", "access", "screening", "api", "app", "clock"},
        {"click", "gunicorn", "marshmallow", "structlog", "prometheus_client", "joserfc", "sqlalchemy", "yaml"},
    ),
}
UPWARD = {("api", "app"): {"api/contract.py"}}
"""The one file that looks up: it makes the contract from the whole application."""

FILES = sorted(path.relative_to(SERVICE).as_posix() for path in SERVICE.rglob("*.py"))


def _room(path: str) -> str:
    return path.split("/", maxsplit=1)[0].removesuffix(".py")


def _imports(path: str) -> Iterator[str]:
    """The modules that a file imports; the service's own as `levcheck.ROOM`."""
    package = ["levcheck", *path.split("/")[:-1]]
    for node in ast.walk(ast.parse((SERVICE / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = [*base, *(node.module.split(".") if node.module else [])]
            yield from (".".join([*module, alias.name]) for alias in node.names)


@pytest.mark.parametrize("path", [path for path in FILES if _room(path) in ROOMS])
def test_a_room_looks_only_where_it_may(path: str) -> None:
    """A file imports only the rooms below its own, the standard library, and the libraries that its room may use."""
    room = _room(path)
    rooms, libraries = ROOMS[room]
    for module in _imports(path):
        top, *rest = module.split(".")
        if top == "levcheck":
            target = rest[0] if rest else ""
            assert target in {room, "__version__", ""} | rooms, f"{path} imports {module}"
            if (room, target) in UPWARD:
                assert path in UPWARD[room, target], f"{path} looks up to {target}"
        else:
            assert top in sys.stdlib_module_names or top in libraries, f"{path} imports {top}"


def test_every_file_has_a_room() -> None:
    """Every module of the service stands in a room of the table."""
    assert {_room(path) for path in FILES} - set(ROOMS) == {"__init__", "__main__"}


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in FILES
        if _room(path)
        in ("law", "evidence", "advice", "check", "records", "log", "access", "printed", "screening", "web", "api")
    ],
)
def test_clock_and_environment_are_given(path: str) -> None:
    """Below the application nothing reads the clock or the environment by itself."""
    text = (SERVICE / path).read_text("utf-8")
    for word in ("datetime.now", "date.today", "time.time", "os.environ", "getenv"):
        assert word not in text
