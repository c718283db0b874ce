"""`levcheck serve` and `stop`."""

from __future__ import annotations

import contextlib
import http.server
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli.running import PATIENCE, answer, end, is_alive, is_error, levcheck, started, wait_until_ready
from conftest import free_port
from levcheck.cli import serving


@contextlib.contextmanager
def listening(speak: Callable[[socket.socket], None]) -> Iterator[int]:
    """Something else on a port: each connection is handed to `speak`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        done = threading.Event()

        def accept() -> None:
            while not done.is_set():
                with contextlib.suppress(OSError):
                    connection, _ = listener.accept()
                    with connection:
                        speak(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            done.set()
            thread.join()


@contextlib.contextmanager
def website() -> Iterator[int]:
    """Another web server, which knows no path."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def in_background(data: Path, port: int, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Start a service that stays."""
    return levcheck(
        "serve", "--dev", "--background", "--workers", "1", "--port", str(port), "--data", data, *arguments, **more
    )


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder; whatever serves it is stopped."""
    folder = tmp_path / "data"
    yield folder
    with contextlib.suppress(FileNotFoundError, ValueError):
        pid = int((folder / "levcheck.pid").read_text())
        if pid != 1 and is_alive(pid) and b"levcheck" in Path(f"/proc/{pid}/cmdline").read_bytes():
            end(pid)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "localhost.example.org", ""])
def test_other_machines_cannot_reach_it(host: str, data: Path) -> None:
    """Without keys a host that other machines can reach is refused before anything is started or made."""
    done = levcheck("serve", "--dev", "--host", host, "--port", str(free_port()), "--data", data)
    is_error(done, 64, "can be reached from other machines", "--dev asks for no keys")
    assert not data.exists()


@pytest.mark.parametrize(
    "speak",
    [
        lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.9\r\n"),
        lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        lambda connection: connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"status":"ok"}'),
        lambda connection: None,
        lambda connection: time.sleep(3),
    ],
    ids=["ssh", "text", "another service", "closes", "silent"],
)
def test_a_port_that_is_taken(speak: Callable[[socket.socket], None], data: Path) -> None:
    """A port where something else listens, whatever it speaks, is told as such, with what to do."""
    with listening(speak) as port:
        done = levcheck("serve", "--dev", "--port", str(port), "--data", data)
    is_error(done, 69, f"http://127.0.0.1:{port}", "choose another --port")


def test_a_port_of_another_web_server(data: Path) -> None:
    """Another web server's port is told as such, in the foreground and in the background."""
    with website() as port:
        is_error(levcheck("serve", "--dev", "--port", str(port), "--data", data), 69, "something else already listens")
        is_error(in_background(data, port), 69, "something else already listens")


def test_background_and_stop(data: Path) -> None:
    """`--background` returns once the service answers; a second start says what runs where; `stop` ends it."""
    port = free_port()
    first = in_background(data, port)
    assert (first.returncode, first.stderr) == (0, "")
    assert answer(port, "/readyz")[0] == 200
    pid = int((data / "levcheck.pid").read_text())
    for words in (f"http://127.0.0.1:{port}", f"process {pid}", f"levcheck stop --data {data}"):
        assert words in first.stdout

    again = in_background(data, port)
    assert again.returncode == 0
    for words in ("already runs", f"http://127.0.0.1:{port}", f"process {pid}", str(data)):
        assert words in again.stdout
    foreground = levcheck("serve", "--dev", "--port", str(port), "--data", data)
    is_error(foreground, 69, "already runs", f"process {pid}", f"levcheck stop --data {data}")
    elsewhere = levcheck("serve", "--dev", "--port", str(port), "--data", data / "another")
    is_error(elsewhere, 69, "already runs", "levcheck stop --data ITS_FOLDER")
    assert is_alive(pid)

    stopped = levcheck("stop", "--data", data)
    assert (stopped.returncode, stopped.stdout) == (0, f"Stopped (process {pid}).\n")
    assert not is_alive(pid)
    assert not (data / "levcheck.pid").exists()
    with pytest.raises(ConnectionRefusedError):
        answer(port, "/healthz")


def test_a_proxy_is_not_asked_about_this_machine(data: Path) -> None:
    """Where the environment names a proxy, the service is still found at its own address."""
    proxy = f"http://127.0.0.1:{free_port()}"
    started_behind_proxy = in_background(data, free_port(), http_proxy=proxy, no_proxy="")
    assert started_behind_proxy.returncode == 0, started_behind_proxy.stderr
    assert levcheck("stop", "--data", data).returncode == 0


def test_nothing_to_stop(tmp_path: Path) -> None:
    """Where nothing runs, `stop` says so and is no error."""
    done = levcheck("stop", "--data", tmp_path)
    assert (done.returncode, done.stdout) == (0, f"No levcheck runs with {tmp_path}.\n")


@pytest.mark.parametrize("content", ["", "x", "999999999"])
def test_a_pid_file_left_behind(content: str, tmp_path: Path) -> None:
    """A pid file that says nothing, or names no process, stops nothing and is no error."""
    (tmp_path / "levcheck.pid").write_text(content)
    done = levcheck("stop", "--data", tmp_path)
    assert (done.returncode, done.stdout) == (0, f"No levcheck runs with {tmp_path}.\n")


@pytest.mark.parametrize("content", ["0", "-1", f"-{'9' * 30}", "9" * 30])
def test_a_number_that_is_no_process_of_ours(content: str, tmp_path: Path) -> None:
    """Numbers that stand for groups of processes, or for none, are never taken for the service's."""
    (tmp_path / serving.PID_FILE).write_text(content)
    assert serving._pid(tmp_path) is None


def test_a_pid_that_is_anothers_by_now(tmp_path: Path) -> None:
    """A pid file left by a crash never makes `stop` end a process that is not levcheck."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as bystander:
        try:
            (tmp_path / "levcheck.pid").write_text(str(bystander.pid))
            done = levcheck("stop", "--data", tmp_path)
            assert (done.returncode, done.stdout) == (0, f"No levcheck runs with {tmp_path}.\n")
            assert bystander.poll() is None
        finally:
            bystander.kill()


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(sent: signal.Signals, data: Path) -> None:
    """SIGTERM and an interrupt end the service in the foreground with exit code 0 and leave no pid file."""
    port = free_port()
    with started("serve", "--dev", "--workers", "1", "--port", str(port), "--data", data) as process:
        wait_until_ready(port, process)
        assert (data / "levcheck.pid").exists()
        process.send_signal(sent)
        printed, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    assert f"levcheck serves http://127.0.0.1:{port}" in printed
    assert "Traceback" not in printed
    assert not (data / "levcheck.pid").exists()


def test_the_deployments_reading(data: Path) -> None:
    """The reading chosen for the service is the one that its answers name, unless a request names another."""
    port = free_port()
    arguments = ("serve", "--dev", "--workers", "1", "--reading", "federal_since_2025", "--port", str(port), "--data", data)
    with started(*arguments) as process:
        wait_until_ready(port, process)
        _, chosen = answer(port, "/v1/checks", {})
        _, named = answer(port, "/v1/checks", {"reading": "as_written"})
    assert (chosen["regulation"]["reading"], chosen["verdict"]) == ("federal_since_2025", "permitted")
    assert (named["regulation"]["reading"], named["verdict"]) == ("as_written", "undetermined")
