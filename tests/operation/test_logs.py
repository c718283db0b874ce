"""The log: one JSON line for every request, and nothing in it that names a vehicle, a key or a person."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import string
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from api.validation import DOCUMENT, OPERATIONS
from conftest import initialized, organized, serving
from hypothesis import given
from hypothesis import strategies as st
from levcheck.api.logs import frames, line, redacted
from levcheck.records.store import Store, default_url
from operation.callers import Line
from records.keeping import sale
from records.serving import until
from sqlalchemy import text

VIN, OTHER_VIN = "1FTEW3LP9SKE98169", "2hgfe4f86sh011469"
PERSON = "Jane Q. Sample"
"""What a dealer might write into a free field, though nobody asks for it."""
QUERY = "nobodysquery"
GONE_WRONG = f'{{"no": "record of {PERSON}\'s {VIN}'


@dataclass
class Logged:
    """A service that asks for keys, and its log."""

    port: int
    data: Path
    keys: dict[str, str]
    file: Path
    secrets: list[str]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> int:
        """One request on a connection of its own; the status, 0 if the server only hung up."""
        connection = Line(self.port)
        sent = None if body is None else json.dumps(body).encode()
        with contextlib.closing(connection.socket), contextlib.suppress(ConnectionError):
            connection.ask(method, path, sent, **{"Connection": "close", **headers})
            return int(connection.socket.recv(65_536).split(b" ", 2)[1])
        return 0

    def lines(self) -> list[dict[str, Any]]:
        """Every line but the one for people that tells the address."""
        told = self.file.read_text("utf-8").splitlines()
        return [json.loads(line) for line in told if not line.startswith("levcheck serves ")]

    def of(self, request_id: str) -> list[dict[str, Any]]:
        """The lines of one request, once it is there."""
        until(lambda: request_id in self.file.read_text("utf-8"), "the request is logged")
        return [line for line in self.lines() if line.get("request_id") == request_id]


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logged]:
    """A service with a dealer's record that cannot be read any more."""
    data = initialized(tmp_path_factory.mktemp("data"))
    keys = organized(data)
    file = tmp_path_factory.mktemp("log") / "serve.log"
    with file.open("wb") as output, serving(data, "--rate", "1000000", output=output) as address:
        port = urlsplit(address).port or 0
        yield Logged(port, data, keys, file, [VIN, OTHER_VIN, PERSON, QUERY, *(key[17:] for key in keys.values())])


def spoilt(data: Path) -> str:
    """Put in a row that is no record, as a failing disk might leave one; its id."""
    store, id = Store(default_url(data)), str(uuid.uuid4())
    columns = (
        "id, account, idempotency_key, fingerprint, vin, verdict, recorded_at, retain_until, ruleset, record, certificate"
    )
    with store.write() as connection:
        ruleset = connection.execute(text("SELECT ruleset FROM rulesets")).scalar_one()
        values = [id, "dealer", PERSON, "f", VIN, "permitted", "2026-01-01", "2026-01-01", ruleset, GONE_WRONG, VIN]
        names = ", ".join(f":v{number}" for number in range(len(values)))
        connection.execute(
            text(f"INSERT INTO determinations ({columns}) VALUES ({names})"),
            {f"v{number}": value for number, value in enumerate(values)},
        )
    store.close()
    return id


@pytest.mark.slow
def test_a_line_for_every_request(logged: Logged) -> None:
    """A request leaves one line: its id, method, rule, status, time, and whose key asked."""
    asked = {"X_Request_Id": "deal-1", "Authorization": f"Bearer {logged.keys['dealer']}"}
    assert logged.ask("GET", f"/v1/vehicles/{VIN}?{QUERY}", **asked) == 200
    (told,) = logged.of("deal-1")
    assert isinstance(told.pop("ms"), float)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", told.pop("timestamp"))
    assert told == {
        "event": "request",
        "level": "info",
        "request_id": "deal-1",
        "method": "GET",
        "route": "/v1/vehicles/<vin>",
        "status": 200,
        "organization": "dealer",
        "key": logged.keys["dealer"].split("_")[1],
        "problem": None,
    }


@pytest.mark.slow
@pytest.mark.parametrize("secret", ["VIN", "lower", "key", "person"])
def test_nothing_of_what_callers_send(logged: Logged, secret: str) -> None:
    """A VIN, a key or a name is in no line, wherever in whatever request it stood, answered, refused or failed."""
    sent = {"VIN": VIN, "lower": OTHER_VIN, "key": logged.keys["dealer-2"], "person": PERSON}[secret]
    plain = sent.replace(" ", "_")
    keys = (logged.keys["dealer"], logged.keys["board"], sent)
    before = len(logged.lines())
    count = 0
    for method, template in OPERATIONS:
        path = re.sub(r"\{\w+\}", lambda _: quote(sent), template)
        for key in keys:
            headers = {"Authorization": f"Bearer {key}", "Idempotency_Key": plain, "X_Request_Id": plain, "Accept": plain}
            bodies = (sale(reference=sent), {sent: sent, "vehicle": {"vin": sent}, "certificate": sent}, [sent])
            for body in bodies if method == "post" else (None,):
                status = logged.ask(method.upper(), f"{path}?{QUERY}={quote(sent)}&reference={quote(sent)}", body, **headers)
                assert 200 <= status < 500, (method, template, status)
                count += 1
    for raw in (
        f"GET /{sent} HTTP/1.1\r\n\r\n",
        f"{plain} / HTTP/1.1\r\n\r\n",
        f"GET / HTTP/1.1\r\n{sent}\r\n\r\n",
        f"\r\n{sent}\r\n\r\n",
    ):
        connection = Line(logged.port)
        with contextlib.closing(connection.socket):
            connection.socket.sendall(raw.encode())
            connection.socket.recv(65_536)
    until(lambda: len(logged.lines()) >= before + count + 2, "every request is logged")
    log = logged.file.read_text("utf-8")
    assert [hidden for hidden in logged.secrets if hidden in log] == []


@pytest.mark.slow
def test_a_failure_is_told_without_its_words(logged: Logged) -> None:
    """A failure of the service is logged by where it arose and under its request id; what it was about is not."""
    key = {"Authorization": f"Bearer {logged.keys['dealer']}"}
    assert logged.ask("POST", "/v1/determinations", sale(reference=PERSON), Idempotency_Key=f"{VIN}-1", **key) == 201
    id = spoilt(logged.data)
    assert logged.ask("GET", f"/v1/determinations/{id}", X_Request_Id="failing-1", **key) == 500
    failed = next(line for line in logged.of("failing-1") if line["event"] == "request failed")
    assert (failed["level"], failed["route"]) == ("error", "/v1/determinations/<id>")
    assert "JSONDecodeError" in failed["exception"] and "canonical.py" in failed["exception"]
    log = logged.file.read_text("utf-8")
    assert [hidden for hidden in logged.secrets if hidden in log] == []


def test_the_store_does_not_tell_what_it_was_given(tmp_path: Path) -> None:
    """An error of the database, which quotes the statement, does not quote its parameters."""
    store = Store(default_url(initialized(tmp_path)))
    with pytest.raises(Exception, match="rulesets") as failed, store.engine.begin() as connection:
        connection.execute(text("INSERT INTO rulesets (ruleset, law) VALUES (:a, :b)"), {"a": PERSON, "b": VIN})
    store.close()
    assert isinstance(failed.value.__cause__, sqlite3.IntegrityError)
    assert PERSON not in str(failed.value) and VIN not in str(failed.value)


@given(
    st.text(string.ascii_letters + string.digits, min_size=17, max_size=17),
    st.sampled_from(["", " ", "%20", "/", "'", "=", "\n", "é", "%2F", "n"]),
    st.sampled_from(["", " ", "%0a", "?", '"', ".", "%00"]),
)
def test_whatever_could_be_a_vin_is_hidden(vin: str, before: str, after: str) -> None:
    """Seventeen letters and digits are hidden whatever stands beside them; longer words of letters alone are not."""
    shown = redacted(f"asked for {before}{vin}{after} today")
    assert vin not in shown or vin.isalpha() or set(vin) <= set("0123456789abcdef")
    assert shown.startswith("asked for ") and shown.endswith(" today")


def test_what_stays() -> None:
    """Ids, hashes and the names in a traceback are left as they are."""
    kept = (
        "request c9c4bf230c8c1f85 of 0190a5b2-7c3e-7def-8a12-3456789abcde under "
        "a814c1f78a62d5ea408e091b5527496fab0d6d229b4229c903bddc13ae2b1a3e: NoSuchDetermination in refuse_other_sites"
    )
    assert redacted(kept) == kept


def test_keys_are_hidden() -> None:
    """An API key is hidden, whole or cut."""
    key = "lvk_abcdefghij23_" + "a2" * 26
    for shown in (key, key[:40], f"Bearer {key}", f"x={key}&y", key[:9]):
        assert "abcd" not in redacted(shown)
    told = json.loads(line({"event": "x", "list": [key, {key: key}]}))
    assert told == {"event": "x", "list": ["lvk_[hidden]", {"lvk_[hidden]": "lvk_[hidden]"}]}


def test_frames_quote_nobody() -> None:
    """An exception and what caused it are told by type and place, without their messages."""
    try:
        try:
            raise OSError(28, PERSON)
        except OSError as error:
            raise ValueError(VIN) from error
    except ValueError:
        told = frames(sys.exc_info())  # type: ignore[arg-type]
    assert "builtins.ValueError" in told and "builtins.OSError ENOSPC" in told and "test_logs.py" in told
    assert PERSON not in told and VIN not in told


def test_every_problem_is_in_the_contract() -> None:
    """The refusal under overload is one of the documented problems."""
    assert "overloaded" in DOCUMENT["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
