"""Two replicas on one PostgreSQL behind nginx, as deploy/replicas.py starts them."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import socket
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from levcheck.access.permissions import TABLE
from operation.replicas import REPLICAS, Callers, Replicas, deployed
from records.deployments import faults
from records.keeping import opened, sale
from records.serving import Answer, until

pytestmark = pytest.mark.slow
NDJSON = "application/x-ndjson"
VIN = "1FTEW3LP9SKE98169"


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    """The whole deployment."""
    with deployed(tmp_path_factory.mktemp("replicas")) as running:
        running.levcheck("org", "add", "ford-of-salem", "--name", "Ford of Salem", "--role", "dealer")
        yield running


@pytest.fixture(scope="module")
def api_key(replicas: Replicas) -> str:
    """A dealer's key."""
    return replicas.levcheck("key", "add", "ford-of-salem")


def bearer(api_key: str) -> dict[str, str]:
    """The header that shows a key."""
    return {"Authorization": f"Bearer {api_key}"}


def refuses(port: int) -> bool:
    """Whether nothing listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_replicas_are_one_service(replicas: Replicas, api_key: str) -> None:
    """What one replica records, signs and knows by its idempotency key, the other reads, verifies and answers again."""
    key = uuid.uuid4().hex
    headers = {**bearer(api_key), "Idempotency_Key": key}
    first, second = (replicas.ask(name, "POST", "/v1/determinations", sale(), **headers) for name in REPLICAS)
    assert (first.status, second.status) == (201, 201)
    assert "idempotency-replayed" not in first.headers and second.headers["idempotency-replayed"] == "true"
    read = replicas.ask("replica 2", "GET", f"/v1/determinations/{first.body['id']}", **bearer(api_key))
    assert first.body == second.body == read.body
    signed = {"certificate": first.body["certificate"]}
    verified = replicas.ask("replica 2", "POST", "/v1/certificates/verify", signed)
    assert verified.status == 200 and verified.body["valid"]
    known = [replicas.ask(name, "GET", "/.well-known/jwks.json").body for name in REPLICAS]
    assert known[0] == known[1]


def test_replicas_know_the_same_keys(replicas: Replicas, api_key: str) -> None:
    """An API key opens both replicas from the moment that it is made, and neither once it is revoked."""
    made = replicas.levcheck("key", "add", "ford-of-salem")
    assert [replicas.ask(name, "GET", "/v1/regulation", **bearer(made)).status for name in REPLICAS] == [200, 200]
    replicas.levcheck("key", "revoke", made.split("_")[1])
    for name in REPLICAS:
        until(lambda name=name: replicas.ask(name, "GET", "/v1/regulation", **bearer(made)).status == 401, "it is refused")
    assert replicas.ask("proxy", "GET", "/v1/regulation", **bearer(api_key)).status == 200


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_replica_that_ends_under_load_loses_nothing(replicas: Replicas, api_key: str, number: signal.Signals) -> None:
    """A replica is killed, or stopped to upgrade: no caller sees it, nothing acknowledged is lost, each key counts once."""
    until(lambda: replicas.is_asked("replica 1"), "the proxy asks it")
    logged = len(replicas.lines("proxy"))
    with Callers(replicas, api_key, with_sdk=3, raw=3) as callers:
        callers.wait_for(30)
        before = replicas.signal("replica 1", number)
        until(lambda: refuses(replicas.ports["replica 1"]), "the replica is gone")
        callers.wait_for(30)
        until(lambda: replicas.is_back("replica 1", before), "the replica is back")
        until(lambda: replicas.is_asked("replica 1"), "the proxy asks it again")
        callers.wait_for(30)
    assert callers.failures == []
    assert set(callers.raw_statuses) == {201}
    passed_on = [line for line in replicas.lines("proxy")[logged:] if "," in line["replica"]]
    assert passed_on and all(line["status"] == 201 for line in passed_on)
    records = opened(replicas.database, replicas.data)
    try:
        wrong = faults(records, callers.acknowledged)
    finally:
        records.store.close()
    assert [fault for fault in wrong if "never acknowledged" not in fault] == []


def test_a_replica_that_hangs_is_passed_over(replicas: Replicas, api_key: str) -> None:
    """While a replica hangs every request is answered by the other; what it was sent then counts once when it wakes."""
    until(lambda: replicas.is_asked("replica 1"), "the proxy asks it")
    start = len(replicas.lines("proxy"))

    def record(key: str) -> Answer:
        headers = {**bearer(api_key), "Idempotency_Key": key}
        return replicas.ask("proxy", "POST", "/v1/determinations", sale(reference=key), **headers)

    replicas.signal("replica 1", signal.SIGSTOP)
    keys = [uuid.uuid4().hex for _ in range(6)]
    try:
        with ThreadPoolExecutor(len(keys)) as pool:
            made = list(pool.map(record, keys))
    finally:
        replicas.signal("replica 1", signal.SIGCONT)
    assert [answer.status for answer in made] == [201] * len(keys)
    assert any("504" in line["replica_status"] for line in replicas.lines("proxy")[start:])
    for key, answer in zip(keys, made, strict=True):
        listed = replicas.ask("replica 1", "GET", f"/v1/determinations?reference={key}", **bearer(api_key))
        assert [item["id"] for item in listed.body["items"]] == [answer.body["id"]]


def test_without_replicas_the_proxy_says_when_to_come_back(replicas: Replicas, api_key: str) -> None:
    """While no replica runs the proxy answers 503 with Retry-After and a problem document that knows the request."""
    before = {name: replicas.signal(name, signal.SIGKILL) for name in REPLICAS}
    answer = replicas.ask("proxy", "POST", "/v1/checks", sale(), **bearer(api_key), X_Request_Id="deal-48213")
    assert answer.status == 503 and answer.headers["retry-after"] == "1"
    assert answer.code == "not_ready" and answer.body["request_id"] == answer.headers["x-request-id"] == "deal-48213"
    for name in REPLICAS:
        until(lambda name=name: replicas.is_back(name, before[name]), "the replica is back")
    until(lambda: replicas.ask("proxy", "GET", "/readyz").status == 200, "the proxy passes on again")


def test_the_proxy_refuses_what_is_too_large(replicas: Replicas, api_key: str) -> None:
    """A body above 64 kB is refused by the proxy with the service's own problem; an upload at /verify may be larger."""
    large = {"reference": "x" * 70_000}
    answer = replicas.ask("proxy", "POST", "/v1/checks", large, **bearer(api_key))
    assert (answer.status, answer.code) == (413, "body_too_large")
    assert replicas.logged(answer)["replica"] == ""
    assert replicas.logged(replicas.ask("proxy", "POST", "/verify", large))["replica"] != ""


def test_a_screening_is_streamed_through_the_proxy(replicas: Replicas, api_key: str) -> None:
    """A body far above 64 kB is answered while it is sent, in order and whole, by one replica."""
    lines = [json.dumps(sale(reference=str(number))).encode() + b"\n" for number in range(600)]
    connection = http.client.HTTPConnection("127.0.0.1", replicas.ports["proxy"], timeout=30)
    answered: list[str] = []
    with contextlib.closing(connection):
        connection.putrequest("POST", "/v1/screenings?include=brief")
        for name, value in (*bearer(api_key).items(), ("Content-Type", NDJSON), ("Transfer-Encoding", "chunked")):
            connection.putheader(name, value)
        connection.endheaders()
        for line in lines[:-1]:
            connection.send(b"%x\r\n%s\r\n" % (len(line), line))
        response = connection.getresponse()
        answered += [response.readline().decode() for _ in range(300)]  # while the last line is still to be sent
        connection.sock.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(lines[-1]), lines[-1]))
        answered += response.read().decode().splitlines()
    told = [json.loads(line) for line in answered]
    assert sum(map(len, lines)) > 3 * 65_536 and response.status == 200
    assert [(row["line"], row["reference"]) for row in told] == [(n + 1, str(n)) for n in range(len(lines))]
    assert {row["verdict"] for row in told} == {"permitted"}


def test_metrics_are_not_for_the_world(replicas: Replicas) -> None:
    """The proxy passes nobody on to the metrics, however the address is written."""
    for path in ("/metrics", "//metrics", "/%6detrics", "/docs/../metrics"):
        answer = replicas.ask("proxy", "GET", path)
        assert answer.code == "not_found" and replicas.logged(answer)["replica"] == ""


def test_a_request_keeps_its_id(replicas: Replicas) -> None:
    """The caller's request id is in the proxy's log and in the answer; one that could be a VIN is replaced."""
    for sent, kept in (("deal-48213", True), (VIN, False), ("two words", False)):
        answer = replicas.ask("proxy", "GET", "/healthz", X_Request_Id=sent)
        assert (answer.headers["x-request-id"] == sent) is kept
        assert replicas.logged(answer)["path"] == "/healthz"


def test_a_caller_cannot_choose_its_address(replicas: Replicas) -> None:
    """The service takes a caller's address from the proxy, whatever the caller wrote into the header itself."""
    replicas.ask("proxy", "GET", "/v1/regulation", **bearer("lvk_guessed"), X_Forwarded_For="203.0.113.7")
    refused = [line for name in REPLICAS for line in replicas.lines(name) if line.get("event") == "key refused"]
    assert refused and {line["address"] for line in refused} == {"127.0.0.1"}


def test_the_proxy_logs_every_route_and_no_vin(replicas: Replicas, api_key: str) -> None:
    """The access log names the route of each request; no path, query or made-up address brings a VIN or a key into it."""
    for operation in TABLE:
        method, rule = operation.split(" ")
        path = rule.replace("<vin>", VIN).replace("<id>", str(uuid.uuid4())).replace("<test_group>", VIN)
        path = path.replace("<citation>", VIN).replace("<name>", VIN)
        answer = replicas.ask("proxy", method, f"{path}?vin={VIN}", {} if method == "POST" else None, **bearer(api_key))
        assert replicas.logged(answer)["path"].startswith(rule.split("<")[0]), operation
    for path in (f"/v1/vehicle/{VIN}", f"/{VIN}", f"/v1/determinations/{VIN}", f"/v1/determinations/{VIN.lower()}/void"):
        assert replicas.logged(replicas.ask("proxy", "GET", path, **bearer(api_key)))["path"] == "(other)"
    text = replicas.logs["proxy"].read_text("utf-8").upper()
    assert VIN not in text and "LVK_" not in text


def test_the_proxy_is_not_root(replicas: Replicas) -> None:
    """No process of nginx runs as root, even where the script does."""
    proxy = psutil.Process(replicas.pids["proxy"])
    assert all(0 not in process.uids() for process in (proxy, *proxy.children(recursive=True)))


def test_stopping_leaves_nothing_behind(replicas: Replicas) -> None:
    """SIGTERM to the script ends every replica, worker and proxy."""
    processes = replicas.processes()
    replicas.stop()
    assert replicas.process.returncode == 0 and replicas.told[-1] == "Stopped.\n"
    assert len(processes) > 6 and not any(process.is_running() for process in processes)
