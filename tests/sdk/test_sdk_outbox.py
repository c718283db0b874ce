"""Determinations that wait in the outbox: durable, in order, once."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from levcheck_client import (
    Client,
    ConnectionFailed,
    DeadlineExceeded,
    Determination,
    InvalidTransaction,
    OutboxUnavailable,
    ProblemError,
    ProvisionalDetermination,
)
from levcheck_client.commands import main
from levcheck_client.outbox import Outbox
from sdk.rulesets import Kept, document, fetch

URL = "http://levcheck.test/v1/determinations"
DAY = 86_400
REFUSAL = {"code": "invalid_request", "title": "Not a transaction", "status": 422}
Record = dict[str, Any]


class Service:
    """Records once a key, over a line that can be cut; refuses the references that it is told to."""

    def __init__(self, determination: Record) -> None:
        self.determination = determination
        self.up, self.loses_answers = True, False
        self.refuses: set[str] = set()
        self.status, self.code = 422, "invalid_request"
        self.takes: Callable[[], object] = lambda: None
        self.received: list[tuple[str, bytes]] = []
        self.made: dict[str, bytes] = {}
        self.authorized: set[str] = set()
        self._lock = threading.Lock()

    def record(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        self.takes()
        if not self.up:
            raise requests.exceptions.ConnectionError("x")
        body, key = bytes(request.body or b""), request.headers["Idempotency-Key"]
        with self._lock:
            self.received.append((key, body))
            self.authorized.add(request.headers["Authorization"])
            if json.loads(body)["reference"] in self.refuses:
                return self.status, {}, json.dumps({**REFUSAL, "status": self.status, "code": self.code})
            replayed = {"Idempotency-Replayed": "true"} if key in self.made else {}
            if self.made.setdefault(key, body) != body:
                return 422, {}, json.dumps({**REFUSAL, "code": "idempotency_key_reused"})
        if self.loses_answers:
            raise requests.exceptions.ConnectionError("x")
        return 201, replayed, json.dumps({**self.determination, "id": f"d-{key}", "status": "current", "history": []})

    @property
    def references(self) -> list[str]:
        """Of what was recorded, in order."""
        return [json.loads(body)["reference"] for body in self.made.values()]


@pytest.fixture
def kept(tmp_path: Path, time: Any) -> Kept:
    """A folder that clients share."""
    return Kept(tmp_path, time)


@pytest.fixture
def records(service: responses.RequestsMock, kept: Kept, determination: Record) -> Service:
    """A service that records; the ruleset was fetched from it."""
    with kept.client() as client:
        fetch(service, client, document())
    recording = Service(determination)
    service.add_callback(responses.POST, URL, recording.record)
    return recording


@pytest.fixture
def client(kept: Kept, records: Service) -> Client:
    """A client with an outbox."""
    return kept.client(outbox=kept.outbox)


def sale(reference: str = "deal 1", **more: object) -> Record:
    """A car sold to a resident."""
    vehicle = {"vehicle_type": "passenger_car", "model_year": 2025, "mileage": 12, "certification": {"california": True}}
    return {"reference": reference, "transaction": {"type": "sale"}, "vehicle": vehicle, **more}


def queue(client: Client, records: Service, *references: str) -> list[ProvisionalDetermination]:
    """Determine each while the line is cut."""
    records.up = False
    made = [client.determine(sale(reference)) for reference in references]
    records.up = True
    assert all(isinstance(each, ProvisionalDetermination) for each in made)
    return made  # type: ignore[return-value]


def test_a_line_that_is_down_loses_nothing(client: Client, records: Service) -> None:
    """While the line is down a determination is provisional and waits; when it is back it is sent, and marked."""
    (made,) = queue(client, records, "deal 1")
    assert (made.result.verdict, made.result.provisional, made.position) == ("permitted", True, 1)
    (row,) = client.queued()
    assert (row.idempotency_key, row.date, row.created[:19]) == (made.idempotency_key, "2025-06-15", "2025-06-15T15:06:40")
    flushed = client.flush()
    assert (flushed.sent, flushed.refused, flushed.waiting, flushed.stopped) == (
        (f"d-{made.idempotency_key}",), (), 0, None,
    )  # fmt: skip
    (row,) = client.queued("sent")
    assert row.determination == f"d-{made.idempotency_key}"
    assert records.received == [(made.idempotency_key, row.body)]
    assert client.flush().sent == ()


def test_the_date_is_that_day(client: Client, records: Service, time: Any) -> None:
    """What is sent days later is of the day on which it was done, whatever block of the transaction left it out."""
    records.up = False
    whole = {"type": "lease", "contract": None, "transfer": None, "purpose": None, "date": "2025-06-01", "state": None}
    for block in ({"transaction": {"type": "sale"}}, {"transaction": None}, {}, {"transaction": whole}):
        client.determine({"reference": "r", **block})
    records.up = True
    time.elapsed += 5 * DAY
    client.flush()
    sent = [json.loads(body)["transaction"] for _, body in records.received]
    assert [each["date"] for each in sent] == ["2025-06-15"] * 3 + ["2025-06-01"]
    assert sent[1] == {
        "type": None,
        "contract": None,
        "transfer": None,
        "purpose": None,
        "state": None,
        "date": "2025-06-15",
    }


def test_what_waits_is_sent_first(client: Client, records: Service) -> None:
    """The next determination sends those that wait before it, in their order."""
    queue(client, records, "deal 1", "deal 2", "deal 3")
    made = client.determine(sale("deal 4"))
    assert isinstance(made, Determination)
    assert records.references == ["deal 1", "deal 2", "deal 3", "deal 4"]


def test_a_lost_answer_is_not_doubled(client: Client, records: Service) -> None:
    """A determination that was recorded though its answer was lost is queued with the same bytes, and recorded once."""
    records.loses_answers = True
    made = client.determine(sale())
    assert isinstance(made, ProvisionalDetermination)
    records.loses_answers = False
    assert client.flush().sent == (f"d-{made.idempotency_key}",)
    assert len(records.made) == 1
    assert len({body for _, body in records.received}) == 1


def test_another_program_sends_it(client: Client, kept: Kept, records: Service) -> None:
    """What one program queued, another finds and sends."""
    (made,) = queue(client, records, "deal 1")
    client.close()
    with kept.client(outbox=kept.outbox, offline="fail") as other:
        assert other.flush().sent == (f"d-{made.idempotency_key}",)


def test_a_refusal_does_not_block(client: Client, records: Service) -> None:
    """What the service refuses for good is kept with its problem, and the others are sent; it can be sent again."""
    queue(client, records, "deal 1", "deal 2", "deal 3")
    records.refuses = {"deal 2"}
    flushed = client.flush()
    assert (len(flushed.sent), flushed.waiting, flushed.stopped) == (2, 0, None)
    (row,) = client.queued("refused")
    assert flushed.refused == (row,)
    assert row.position == 2 and row.problem is not None and "Not a transaction" in row.problem
    assert client.flush().refused == ()
    records.refuses = set()
    assert client.flush(again=True).sent == (f"d-{row.idempotency_key}",)
    assert records.references == ["deal 1", "deal 3", "deal 2"]


@pytest.mark.parametrize("status", [401, 403, 404, 405, 407, 408, 409, 421, 425, 429, 500, 501, 503])
def test_what_is_not_the_rows_fault_keeps_it_waiting(client: Client, records: Service, status: int) -> None:
    """A wrong key, a wrong address or a busy service is no refusal of the transaction: it waits, in its place."""
    queue(client, records, "deal 1", "deal 2")
    records.refuses, records.status, records.code = {"deal 1"}, status, "idempotency_in_flight"
    flushed = client.flush()
    assert isinstance(flushed.stopped, ProblemError) and flushed.stopped.status == status
    assert (flushed.sent, flushed.waiting) == ((), 2)


def test_a_wrong_key_is_told_at_once(client: Client, records: Service) -> None:
    """With determinations waiting, a determine that the service would not even look at raises, and queues nothing."""
    queue(client, records, "deal 1")
    records.refuses, records.status = {"deal 1"}, 401
    with pytest.raises(ProblemError) as caught:
        client.determine(sale("deal 2"), idempotency_key="k2")
    assert (caught.value.status, caught.value.idempotency_key) == (401, "k2")
    assert len(client.queued()) == 1


def test_a_busy_service_keeps_the_order(client: Client, records: Service) -> None:
    """While the first in the outbox cannot be sent yet, the next determination is queued behind it."""
    queue(client, records, "deal 1")
    records.refuses, records.status = {"deal 1"}, 429
    made = client.determine(sale("deal 2"))
    assert isinstance(made, ProvisionalDetermination) and made.position == 2


def test_a_key_counts_once(client: Client, records: Service, time: Any) -> None:
    """The same sale with the same key keeps its place and its day; another sale with that key is refused."""
    records.up = False
    first = client.determine(sale(), idempotency_key="k1")
    time.elapsed += DAY
    again = client.determine(sale(), idempotency_key="k1")
    assert isinstance(again, ProvisionalDetermination) and again.position == first.position  # type: ignore[union-attr]
    with pytest.raises(InvalidTransaction, match="another transaction") as caught:
        client.determine(sale("deal 2"), idempotency_key="k1")
    assert caught.value.idempotency_key == "k1"
    records.up = True
    made = client.determine(sale(), idempotency_key="k1")
    assert isinstance(made, Determination) and made.replayed
    assert len(records.made) == 1


def test_a_refused_one_made_again_waits_again(client: Client, records: Service) -> None:
    """A sale that was refused and is determined again with its key waits again, at its place."""
    records.up = False
    client.determine(sale(), idempotency_key="k1")
    records.up, records.refuses = True, {"deal 1"}
    client.flush()
    records.up = False
    client.determine(sale(), idempotency_key="k1")
    assert [row.position for row in client.queued()] == [1]


@pytest.mark.parametrize("up", [True, False])
def test_a_refused_one_is_corrected_under_its_key(client: Client, records: Service, up: bool) -> None:
    """A sale that was refused and is determined again, corrected, takes its own place: nothing refused is left behind."""
    records.up = False
    client.determine(sale(), idempotency_key="k1")
    records.up, records.refuses = True, {"deal 1"}
    client.flush()
    records.up = up
    client.determine(sale("deal 1b"), idempotency_key="k1")
    records.up = True
    client.flush()
    assert (records.references, client.queued("refused"), client.queued()) == (["deal 1b"], (), ())
    assert [(row.position, row.determination, row.problem) for row in client.queued("sent")] == [(1, "d-k1", None)]
    records.up = False
    assert isinstance(client.determine(sale("deal 1b"), idempotency_key="k1"), ProvisionalDetermination)
    assert client.queued() == ()


def test_no_answer_no_entry(client: Client, kept: Kept, records: Service) -> None:
    """What cannot be evaluated here is not queued: the error of the line is raised, with the key to try again."""
    kept.ruleset.unlink()
    records.up = False
    with pytest.raises(ConnectionFailed) as caught:
        client.determine(sale(), idempotency_key="k1")
    assert caught.value.idempotency_key == "k1"
    assert client.queued() == ()


@pytest.mark.parametrize("wrong", [{"colour": "red"}, {"transaction": {"type": "sail"}}, {"transaction": []}])
def test_what_would_be_refused_is_not_queued(client: Client, records: Service, wrong: Record) -> None:
    """A transaction that the service would refuse is refused at once, while the clerk is there to correct it."""
    records.up = False
    with pytest.raises(InvalidTransaction):
        client.determine({**sale(), **wrong})
    assert client.queued() == ()


def test_without_provisional_nothing_is_queued(kept: Kept, records: Service) -> None:
    """With offline="fail" a line that is down raises, as without an outbox."""
    records.up = False
    with kept.client(outbox=kept.outbox, offline="fail") as client:
        with pytest.raises(ConnectionFailed):
            client.determine(sale())
        assert client.queued() == ()


def test_without_an_outbox_nothing_is_provisional(kept: Kept, records: Service) -> None:
    """Without an outbox a determination that cannot be sent raises: it would be durable nowhere."""
    records.up = False
    with kept.client() as client:
        with pytest.raises(ConnectionFailed):
            client.determine(sale())
        with pytest.raises(ValueError, match="without an outbox"):
            client.flush()


def test_the_deadline_holds_for_all_of_it(client: Client, records: Service, time: Any) -> None:
    """However much waits, a determine ends within its own deadline, and queues what it could not send."""
    queue(client, records, *(f"deal {number}" for number in range(10)))
    records.takes = lambda: time.sleep(3)
    began = time.elapsed
    made = client.determine(sale("deal 10"))
    assert isinstance(made, ProvisionalDetermination)
    assert time.elapsed - began <= 9
    assert 0 < len(client.queued("sent")) < 10
    assert made.position == 11


def test_threads_and_programs_share_an_outbox(kept: Kept, records: Service) -> None:
    """Many at once queue and send through one file: each sale is recorded once, and sent once."""
    clients = [kept.client(outbox=kept.outbox) for _ in range(4)]
    records.up = False
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: clients[n % 4].determine(sale(f"deal {n}")), range(40)))
        records.up = True
        flushed = list(pool.map(lambda each: each.flush(), clients * 2))
    assert sorted(records.references) == sorted(f"deal {n}" for n in range(40))
    assert len(records.received) == 40
    assert sum(len(each.sent) for each in flushed) == 40
    assert clients[0].queued() == ()


def test_one_sends_at_a_time(client: Client, kept: Kept, records: Service, time: Any) -> None:
    """While another program sends, a flush waits its turn, no longer than the deadline; a determine is queued behind."""
    queue(client, records, "deal 1")
    with Outbox(kept.outbox).sending() as alone:
        assert alone
        flushed = client.flush()
        assert isinstance(flushed.stopped, DeadlineExceeded) and flushed.waiting == 1
        assert isinstance(client.determine(sale("deal 2")), ProvisionalDetermination)
    assert time.elapsed <= 17
    assert records.received == []
    assert len(client.flush().sent) == 2


def test_it_is_written_through(client: Client, kept: Kept, records: Service) -> None:
    """The outbox keeps a write-ahead log, is its owner's alone, and has each entry on disk before the call returns."""
    queue(client, records, "deal 1")
    with sqlite3.connect(kept.outbox) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert other.execute("SELECT count(*) FROM determinations").fetchone() == (1,)
    other.close()
    assert kept.outbox.stat().st_mode & 0o077 == 0


def test_files_that_are_no_outbox(kept: Kept, tmp_path: Path, records: Service) -> None:
    """A folder that is not there, another program's file and a newer version's outbox are told when the client is made."""
    (tmp_path / "text").write_text("not a database " * 100)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE sales (id)")
    other.close()
    with sqlite3.connect(tmp_path / "newer.db") as newer:
        newer.execute("PRAGMA user_version = 2")
    newer.close()
    for path in (tmp_path / "nowhere" / "outbox.db", tmp_path / "text", tmp_path / "other.db", tmp_path / "newer.db"):
        with pytest.raises(OutboxUnavailable):
            kept.client(outbox=path)
    with sqlite3.connect(tmp_path / "other.db") as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    other.close()


def test_provisional_values_have_no_truth(client: Client, records: Service) -> None:
    """What is provisional is neither true nor false, and does not change."""
    (made,) = queue(client, records, "deal 1")
    with pytest.raises(TypeError):
        bool(made)
    with pytest.raises(FrozenInstanceError):
        made.position = 2  # type: ignore[misc]


def test_offline_is_one_of_two(kept: Kept) -> None:
    """A way to be offline that there is not is refused when the client is made."""
    with pytest.raises(ValueError, match="provisional"):
        kept.client(offline="maybe")


def test_the_command(client: Client, kept: Kept, records: Service, capsys: Any, monkeypatch: Any) -> None:
    """`levcheck-client outbox status` says what waits, `flush` sends it with the key of the environment."""
    queue(client, records, "deal 1", "deal 2")
    there = ["--outbox", str(kept.outbox)]
    assert main(["outbox", "status", *there]) == 1
    assert "2 waiting, 0 sent, 0 refused" in capsys.readouterr().out
    monkeypatch.setenv("LEVCHECK_API_KEY", "sk-of-the-command")
    records.refuses = {"deal 2"}
    assert main(["outbox", "flush", *there, "--url", "http://levcheck.test"]) == 1
    told = capsys.readouterr().out
    assert "0 waiting, 1 sent, 1 refused" in told and "Not a transaction" in told
    records.refuses = set()
    assert main(["outbox", "flush", "--again", *there, "--url", "http://levcheck.test"]) == 0
    assert records.authorized == {"Bearer sk-of-the-command"}


def test_the_command_stops_aloud(client: Client, kept: Kept, records: Service, capsys: Any, tmp_path: Path) -> None:
    """A line that is down and an outbox that is not there end the command with a word and a status of their own."""
    queue(client, records, "deal 1")
    records.up = False
    assert main(["outbox", "flush", "--outbox", str(kept.outbox), "--url", "http://levcheck.test"]) == 1
    assert "stopped: no answer from http://levcheck.test" in capsys.readouterr().err
    assert main(["outbox", "status", "--outbox", str(tmp_path / "none.db")]) == 2
    assert "there is no outbox" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()
    assert main(["outbox", "flush", "--outbox", str(kept.outbox), "--url", "levcheck"]) == 2
