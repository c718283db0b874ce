"""`levcheck org` and `levcheck key`: what they do, print and refuse."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from access.house import House, furnished
from conftest import initialized
from levcheck.access.api_keys import FORM, ApiKeys
from levcheck.access.permissions import ROLES
from levcheck.access.secret import SECRET_FILE, AccessSecret
from levcheck.cli.main import main
from levcheck.clock import VIRGINIA_TIME, now
from levcheck.records.store import DATABASE_FILE, Store, default_url

USAGE, BAD_DATA, NO_INPUT, UNAVAILABLE = 64, 65, 66, 69
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose database is ready."""
    folder = tmp_path / "data"
    folder.mkdir()
    return initialized(folder)


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the data folder."""
    for name in [name for name in os.environ if name.startswith("LEVCHECK_")]:
        monkeypatch.delenv(name)

    def command(*arguments: str, folder: Path = data) -> Done:
        monkeypatch.setattr(sys, "argv", ["levcheck", *arguments, "--data", str(folder)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert isinstance(ended.value.code, int) and "Traceback" not in told.err
        return Done(ended.value.code, told.out, told.err)

    return command


def opens(data: Path, key: str) -> bool:
    """Whether a key opens anything."""
    store = Store(default_url(data))
    try:
        return ApiKeys(store, AccessSecret.in_folder(data), now).caller(key) is not None
    finally:
        store.close()


def added(run: Run, *arguments: str) -> str:
    """A new key of `acme`, which is added if it is not there."""
    run("org", "add", "acme", "--name", "Acme Motors", "--role", "dealer")
    done = run("key", "add", "acme", *arguments)
    assert done.code == 0, done
    return done.out.strip()


@pytest.mark.parametrize("role", ROLES)
def test_an_organization_is_added_and_listed(run: Run, role: str) -> None:
    """`org add` says how to go on; `org list` prints id, role, since when and name."""
    done = run("org", "add", "acme", "--name", "Acme Motors", "--role", role)
    assert (done.code, done.err) == (0, "")
    assert f"Added acme ({role})" in done.out and "levcheck key add acme" in done.out
    listed = run("org", "list")
    assert listed.out == f"acme  {role}  since {now().astimezone(VIRGINIA_TIME):%Y-%m-%d}  Acme Motors\n"


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("org", "add", "acme", "--name", "Acme", "--role", "dealer"), BAD_DATA, "already"),
        (("org", "add", "Acme", "--name", "Acme", "--role", "dealer"), BAD_DATA, "cannot be an id"),
        (("org", "add", "local", "--name", "Acme", "--role", "dealer"), BAD_DATA, "cannot be an id"),
        (("org", "add", "a", "--name", " ", "--role", "dealer"), BAD_DATA, "name"),
        (("org", "add", "a", "--name", "a\nb", "--role", "dealer"), BAD_DATA, "name"),
        (("org", "add", "a", "--name", "Acme", "--role", "owner"), USAGE, "owner"),
        (("org", "add", "a", "--name", "Acme"), USAGE, "--role"),
        (("org", "add", "a", "--role", "dealer"), USAGE, "--name"),
        (("org", "close", "nobody"), BAD_DATA, "no organization nobody"),
        (("org", "reopen", "nobody"), BAD_DATA, "no organization nobody"),
        (("key", "add", "nobody"), BAD_DATA, "no open organization nobody"),
        (("key", "add", "acme", "--scope", "operate"), BAD_DATA, "of no use to a dealer"),
        (("key", "add", "acme", "--scope", "all"), USAGE, "all"),
        (("key", "add", "acme", "--expires", "2020-01-01"), BAD_DATA, "later date"),
        (("key", "add", "acme", "--expires", "tomorrow"), BAD_DATA, "tomorrow"),
        (("key", "add", "acme", "--expires", "2027-02-30"), BAD_DATA, "neither a date"),
        (("key", "add", "acme", "--expires", "9999-12-31"), BAD_DATA, "neither a date"),
        (("key", "revoke", "a" * 12), BAD_DATA, "no key aaaaaaaaaaaa"),
        (("key", "list", "nobody"), BAD_DATA, "no organization nobody"),
        (("key", "revoke"), USAGE, "ID"),
    ],
)
def test_what_cannot_be_done_is_refused(run: Run, arguments: tuple[str, ...], code: int, word: str) -> None:
    """What cannot be done ends with an exit code of sysexits.h, a sentence, and nothing on standard output."""
    run("org", "add", "acme", "--name", "Acme Motors", "--role", "dealer")
    done = run(*arguments)
    assert (done.code, done.out) == (code, ""), done
    assert word in done.err


@pytest.mark.parametrize("command", [("org", "list"), ("org", "close", "a"), ("key", "add", "a"), ("key", "list")])
def test_commands_need_a_deployment(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    """Where there is no database nothing is made, and a database without the schema says what to run."""
    done = run(*command, folder=tmp_path / "nowhere")
    assert (done.code, done.out, (tmp_path / "nowhere").exists()) == (NO_INPUT, "", False)
    assert "levcheck db upgrade" in done.err
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / DATABASE_FILE).touch()
    done = run(*command, folder=empty)
    assert (done.code, done.out) == (UNAVAILABLE, "")
    assert "levcheck db upgrade" in done.err


def test_a_key_is_shown_once(run: Run, data: Path) -> None:
    """`key add` prints the key alone on standard output; no list, no file of the data folder, holds it again."""
    key = added(run)
    assert FORM.fullmatch(key) and opens(data, key)
    assert key not in run("key", "list").out and key not in run("key", "list", "acme").out
    _, id, secret = key.split("_")
    for file in data.rglob("*"):
        assert secret.encode() not in file.read_bytes(), file
    assert id in run("key", "list").out


def test_what_is_said_beside_the_key_is_no_secret(run: Run) -> None:
    """Id, organization, scopes and end are told on standard error, so that a pipe takes the key alone."""
    run("org", "add", "acme", "--name", "Acme Motors", "--role", "dealer")
    done = run("key", "add", "acme", "--scope", "read", "--scope", "check", "--expires", "2099-06-30")
    id, secret = done.out.strip().split("_")[1:]
    assert done.err == f"Key {id} of acme, scopes check, read, until 2099-06-30. It is shown this once:\n"
    assert secret not in done.err


def test_the_list_tells_each_keys_state(run: Run) -> None:
    """A list shows who may do what until when, and which keys have ended."""
    first, second = added(run, "--expires", "2099-01-01"), added(run, "--scope", "check")
    run("org", "add", "dmv", "--name", "DMV", "--role", "dmv")
    run("key", "add", "dmv")
    run("key", "revoke", first.split("_")[1])
    lines = run("key", "list", "acme").out.splitlines()
    assert len(run("key", "list").out.splitlines()) == 3
    assert (
        lines[0]
        == f"{first.split('_')[1]}  acme  ended  revoked {now().astimezone(VIRGINIA_TIME):%Y-%m-%d}  check record read"
    )
    until = (now() + timedelta(days=365)).astimezone(VIRGINIA_TIME).date()
    assert lines[1] == f"{second.split('_')[1]}  acme  live  until {until}  check"


def test_days_are_virginias(run: Run, data: Path) -> None:
    """Lists tell days as the calendar in Virginia has them, where it is still yesterday when UTC's day begins."""
    run("org", "add", "acme", "--name", "Acme Motors", "--role", "dealer")
    with Store(default_url(data)).write() as connection:
        connection.exec_driver_sql("UPDATE organizations SET opened_at = '2026-07-01T03:59:59.000000Z'")
    assert "since 2026-06-30" in run("org", "list").out


def test_keys_are_exchanged_by_commands(run: Run, data: Path) -> None:
    """A second key is made beside the first, a third is refused until one is revoked."""
    first, second = added(run), added(run)
    refused = run("key", "add", "acme")
    assert (refused.code, refused.out) == (BAD_DATA, "") and first.split("_")[1] in refused.err
    done = run("key", "revoke", first.split("_")[1])
    assert (done.code, done.out) == (0, f"Revoked {first.split('_')[1]}.\n")
    assert (opens(data, first), opens(data, second), opens(data, added(run))) == (False, True, True)
    assert run("key", "revoke", first.split("_")[1]).code == BAD_DATA


def test_an_organization_is_closed_and_opened(run: Run, data: Path) -> None:
    """Closed, its keys open nothing and the list says since when; opened again they do."""
    key = added(run)
    assert run("org", "close", "acme").out == "Closed acme.\n"
    assert f"closed {now().astimezone(VIRGINIA_TIME):%Y-%m-%d}" in run("org", "list").out
    assert not opens(data, key)
    assert run("key", "add", "acme").code == BAD_DATA
    assert run("org", "reopen", "acme").out == "Opened acme.\n"
    assert opens(data, key)


@pytest.mark.parametrize("bad", ["secret", "00" * 31, "  ", "zz" * 32])
def test_a_bad_access_secret_is_refused(run: Run, data: Path, bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """LEVCHECK_ACCESS_SECRET that is none is refused by every command that needs it, and is not repeated."""
    run("org", "add", "acme", "--name", "Acme Motors", "--role", "dealer")
    monkeypatch.setenv("LEVCHECK_ACCESS_SECRET", bad)
    for command in (("key", "add", "acme"), ("key", "list"), ("key", "revoke", "a" * 12), ("serve", "--port", "1")):
        done = run(*command)
        assert (done.code, done.out) == (BAD_DATA, "")
        assert done.err == "Error: the access secret is not one: send at least 64 hexadecimal digits\n"
    assert not (data / SECRET_FILE).exists()


def test_an_access_secret_of_the_environment_is_used(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With LEVCHECK_ACCESS_SECRET keys are hashed under it, none is written, and without it they open nothing."""
    monkeypatch.setenv("LEVCHECK_ACCESS_SECRET", "ab" * 32)
    key = added(run)
    assert not (data / SECRET_FILE).exists()
    store = Store(default_url(data))
    assert ApiKeys(store, AccessSecret.given("ab" * 32), now).caller(key)
    store.close()
    assert not opens(data, key)


def test_no_secret_is_made_where_no_deployment_is(run: Run, data: Path, tmp_path: Path) -> None:
    """A database by its URL beside a mistyped folder gives no key, as it would open nothing, and no folder is made."""
    run("org", "add", "acme", "--name", "Acme Motors", "--role", "dealer")
    for command in (("add", "acme"), ("list",), ("revoke", "a" * 12)):
        done = run("key", *command, "--database", default_url(data), folder=tmp_path / "typo")
        assert (done.code, done.out, (tmp_path / "typo").exists()) == (NO_INPUT, "", False)
        assert "--data" in done.err


def test_the_secret_file_is_its_owners(run: Run, data: Path) -> None:
    """The first key makes the secret file, which only its owner can read."""
    added(run)
    assert stat.S_IMODE((data / SECRET_FILE).stat().st_mode) == 0o600


def test_reads_are_printed(tmp_path: Path, run: Run) -> None:
    """`org reads` prints one JSON line for each read of the board, oldest first, and nothing of anyone's own reads."""
    folder = tmp_path / "house"
    folder.mkdir()
    with furnished(folder) as house:
        id = _read_by_the_board(house)
    done = run("org", "reads", folder=folder)
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [(row["organization"], row["operation"], row["object"]) for row in rows] == [
        ("board", "GET /v1/determinations", '{"limit": 50}'),
        ("board", "GET /v1/determinations/<id>", id),
    ]
    assert set(rows[0]) == {"id", "at", "organization", "key", "operation", "object"}


def _read_by_the_board(house: House) -> str:
    id = house.record("dealer")
    for key in (house.keys["board"], house.keys["dealer"]):
        for path in ("/v1/determinations", f"/v1/determinations/{id}"):
            house.ask("GET", path, key)
    return id
