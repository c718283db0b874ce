"""Tables screened where they are."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cli.running import is_error
from levcheck.evidence.registry import Registry
from levcheck.screening.screen import RESULTS
from records.postgres import Postgres
from screening.commands import levcheck
from screening.screens import in_postgresql
from screening.tables import PATHS, disagreements, table

COMMON = "- ARRAY[{}]".format(", ".join(f"'{name}'" for name in RESULTS))


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A real PostgreSQL."""
    server = Postgres()
    server.start()
    yield server
    server.remove()


def test_equals_the_service_in_postgresql(server: Postgres, registry: Registry) -> None:
    """Every row of a random table in PostgreSQL gets what a check of it alone says, and its own columns with it."""
    made = table(random.Random(7), 2_000)
    assert disagreements(in_postgresql(server, registry, PATHS), made, registry) == []


def test_the_command_in_postgresql(server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command makes a new table beside the old one, tells what it could not read, and refuses to overwrite one."""
    url = server.fresh()
    with psycopg.connect(url) as connection:
        connection.execute(
            'CREATE TABLE lot (stock int, "vehicle.vin" text, "vehicle.mileage" numeric, "destination.state" text)'
        )
        connection.execute("INSERT INTO lot VALUES (1, '2HGFE4F86SH011469', 12.5, 'NC'), (2, NULL, 7500, 'Nowhere')")
    monkeypatch.chdir(tmp_path)
    is_error(levcheck("screen", url, "--out", "judged"), 69, "--table")
    is_error(levcheck("screen", url, "--table", "lots", "--out", "judged"), 69, "no table 'lots'")
    is_error(levcheck("screen", "postgresql:///x?host=/nowhere", "--table", "lot", "--out", "x"), 69, "cannot be reached")
    done = levcheck("screen", url, "--table", "lot", "--out", "judged")
    assert done.returncode == 65, done
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT stock, verdict FROM judged").fetchall() == [(1, "undetermined")]
    assert '2,destination.state,Nowhere,"This cannot be read.' in (tmp_path / "judged.bad.csv").read_text("utf-8")
    is_error(levcheck("screen", url, "--table", "lot", "--out", "judged"), 69, "a table 'judged' already")


def test_carries_every_type_in_postgresql(server: Postgres) -> None:
    """Columns of any type and name, even of those that the screening itself works with, come out as they are."""
    url = server.fresh()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA office; CREATE TYPE role AS ENUM ('dealer', 'individual')")
        connection.execute(
            "CREATE TABLE office.lot AS SELECT n::bigint AS key, n::text AS row, 0.10 AS read,"
            " '{\"a\": [1]}'::jsonb AS more,"
            " '(1,2)'::point AS spot, '2 days'::interval AS since, gen_random_uuid() AS id, ' 007'::char(6) AS code,"
            " 'dealer'::role AS \"Seller\", '2HGFE4F86SH011469'::char(20) AS \"VIN\","
            " (7499.9999999999 + n / 1e10)::numeric(20, 10) AS miles,"
            " 'VA' AS state, false AS ca FROM generate_series(0, 1) n"
        )
    named = ("Seller=seller.type", "VIN=vehicle.vin", "miles=vehicle.mileage", "state=destination.state")
    named += ("ca=vehicle.certification.california",)
    told = ("--table", "office.lot", "--out", "office.judged", *(f"--column={name}" for name in named))
    done = levcheck("screen", url, *told)
    assert done.returncode == 0, done
    with psycopg.connect(url) as connection:
        own = "SELECT to_jsonb(t) FROM office.lot t WHERE key = 0"
        assert connection.execute(f"{own} INTERSECT SELECT to_jsonb(t) {COMMON} FROM office.judged t").fetchone()
        kinds = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        assert set(connection.execute(kinds, ["lot"])) < set(connection.execute(kinds, ["judged"]))
        judged = connection.execute("SELECT row, verdict, basis FROM office.judged ORDER BY key").fetchall()
    assert judged == [("0", "undetermined", None), ("1", "permitted", "exempt")]


def test_bad_rows_are_told_by_their_key(server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that cannot be read is told by the primary key of its table, in the key's order of columns."""
    url = server.fresh()
    with psycopg.connect(url) as connection:
        connection.execute(
            'CREATE TABLE lot ("vehicle.mileage" text, stock int, "Lot" text, PRIMARY KEY ("Lot", stock));'
            "INSERT INTO lot VALUES ('12', 1, 'A'), ('twelve', 2, 'B'), ('ten', 7, 'A')"
        )
    monkeypatch.chdir(tmp_path)
    assert levcheck("screen", url, "--table", "lot", "--out", "judged").returncode == 65
    with (tmp_path / "judged.bad.csv").open(encoding="utf-8", newline="") as file:
        assert {(row["row"], row["value"]) for row in csv.DictReader(file)} == {("B, 2", "twelve"), ("A, 7", "ten")}


def test_an_instant_in_postgresql_is_its_day_in_virginia(server: Postgres) -> None:
    """An instant is read as the day that it was in Virginia, whatever the database's own zone, and comes out as it is."""
    url = server.fresh()
    with psycopg.connect(url) as connection:
        connection.execute("""CREATE TABLE lot AS SELECT at AS "transaction.date" FROM (VALUES
            ('2024-03-13 03:59Z'::timestamptz), ('2024-03-13 04:00Z')) instants (at)""")
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET timezone = 'Asia/Tokyo'")
    assert levcheck("screen", url, "--table", "lot", "--out", "judged").returncode == 0
    with psycopg.connect(url) as connection:
        judged = connection.execute('SELECT verdict FROM judged ORDER BY "transaction.date"').fetchall()
        kept = connection.execute('SELECT "transaction.date" FROM judged INTERSECT TABLE lot').fetchall()
    assert ([verdict for (verdict,) in judged], len(kept)) == (["permitted", "undetermined"], 2)


def test_a_day_without_end_in_postgresql_is_a_bad_cell(
    server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A date or time that is infinite harms no row but its own, and days are read however the database shows them."""
    monkeypatch.chdir(tmp_path)
    url = server.fresh()
    for kind in ("date", "timestamp", "timestamptz"):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{connection.info.dbname}" SET datestyle TO "SQL, DMY"')
            connection.execute(f"""CREATE TABLE {kind}s AS SELECT id, day::{kind} AS "transaction.date"
                FROM (VALUES (1, 'infinity'), (2, '2024-03-12 12:00'), (3, '2024-03-13 12:00')) days (id, day)""")
        assert levcheck("screen", url, "--table", f"{kind}s", "--out", f"{kind}_out").returncode == 65
        with psycopg.connect(url) as connection:
            found = connection.execute(f"SELECT id, verdict FROM {kind}_out ORDER BY id").fetchall()
        assert found == [(2, "permitted"), (3, "undetermined")]
        assert "infinity" in Path(f"{kind}_out.bad.csv").read_text()


def test_what_a_database_refuses_is_told(server: Postgres) -> None:
    """A database that does not let the output be written is one message with its own words, and nothing is left there."""
    url = server.fresh()
    with psycopg.connect(url) as connection:
        connection.execute('CREATE TABLE lot ("vehicle.mileage" int)')
    is_error(levcheck("screen", url, "--table", "lot", "--out", "office.judged"), 69, "nothing was written", "office")
