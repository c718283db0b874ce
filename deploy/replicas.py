#!/usr/bin/env python3
"""Two replicas and their proxy on this machine: to try scaling out, and for the tests. Not for production.

    deploy/replicas.py --data FOLDER --database postgresql://...

Starts `levcheck serve` twice, each with its own folder below FOLDER and a port of its own, with one set of signing keys and
one access secret (both made in FOLDER on first use), on one PostgreSQL; before them nginx with the rules of deploy/nginx.
All on 127.0.0.1. A replica that ends is started again after a pause. Ctrl-C or SIGTERM stops everything.
Python's standard library only; `levcheck` must be installed for the Python that runs this, and nginx.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

RULES = Path(__file__).parent / "nginx"
LEVCHECK = [sys.executable, "-m", "levcheck"]
STARTS_WITHIN, STOPS_WITHIN = 60.0, 40.0
PAUSE_S = 1.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # this machine is asked, never a proxy


class NotStarted(Exception):
    """Something that is needed is missing or does not start; the message says what."""


class Program:
    """A process in a group of its own (so that Ctrl-C reaches this script alone), which writes to a log file."""

    def __init__(self, name: str, command: list[str], log: Path, **settings: Any) -> None:
        self.name, self.command, self.log, self.settings = name, command, log, settings
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            if "user" in self.settings:
                os.fchown(log.fileno(), self.settings["user"], self.settings["group"])
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self.settings
            )

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """nginx finishes what it has begun at SIGQUIT, a replica at SIGTERM."""
        if self.runs():
            self.process.send_signal(signal.SIGQUIT if self.name == "proxy" else signal.SIGTERM)  # type: ignore[union-attr]

    def wait_for_its_end(self) -> None:
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOPS_WITHIN)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # what is left of its group
        self.process.wait()


def deployed(data: Path, database: str) -> dict[str, str]:
    """Bring the schema up to date; the environment that all replicas share, with the keys and the secret of the folder."""
    data.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "LEVCHECK_DATABASE_URL": database}
    kept = ["--data", str(data)]
    for command in (["db", "upgrade", *kept], ["keys", "list", *kept]):  # the second makes keys.json on first use
        done = subprocess.run([*LEVCHECK, *command], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotStarted(f"`levcheck {' '.join(command)}` failed: {done.stderr.strip()}")
    secret = data / "access.secret"
    if not secret.exists():
        secret.touch(0o600)
        secret.write_text(secrets.token_hex(32), "ascii")
    given = {"LEVCHECK_SIGNING_KEYS": data / "keys.json", "LEVCHECK_ACCESS_SECRET": secret}
    return {**environment, **{name: path.read_text("ascii") for name, path in given.items() if name not in environment}}


def replica(number: int, port: int, data: Path, environment: dict[str, str], options: list[str]) -> Program:
    """One `levcheck serve`."""
    folder = data / f"replica-{number}"
    folder.mkdir(exist_ok=True)
    command = [*LEVCHECK, "serve", "--host", "127.0.0.1", "--port", str(port), "--data", str(folder)]
    command += ["--proxies", "1", *options]
    return Program(f"replica {number}", command, folder / "replica.log", env=environment)


def proxy(port: int, replicas: list[int], scratch: Path) -> Program:
    """nginx with the rules of deploy/nginx and this machine's addresses; as `nobody` if this is root."""
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if nginx is None:
        raise NotStarted("nginx is not installed (Debian: the package nginx)")
    shutil.copy(RULES / "nginx.conf", scratch)
    (scratch / "listen.conf").write_text(f"listen 127.0.0.1:{port};\naccess_log proxy.log levcheck;\n")
    servers = "".join(f"    server 127.0.0.1:{replica} max_fails=2 fail_timeout=5s;\n" for replica in replicas)
    rules = (RULES / "upstream.conf").read_text()
    (scratch / "upstream.conf").write_text(re.sub(r"(^ +server .*\n)+", servers, rules, flags=re.MULTILINE))
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(scratch, nobody.pw_uid, nobody.pw_gid)
    command = [nginx, "-p", str(scratch), "-c", str(scratch / "nginx.conf"), "-e", "stderr"]
    return Program("proxy", command, scratch / "proxy.log", **account)


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(program: Program, port: int) -> None:
    """Return once a program answers that it is ready. Raises NotStarted."""
    end = time.monotonic() + STARTS_WITHIN
    while program.runs() and time.monotonic() < end:
        with contextlib.suppress(OSError):
            _DIRECT.open(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
            return
        time.sleep(0.1)
    tail = "\n".join(program.log.read_text("utf-8", "replace").splitlines()[-5:])
    raise NotStarted(f"the {program.name} did not start; the end of {program.log}:\n{tail}")


@contextlib.contextmanager
def running(programs: list[Program], ports: list[int]) -> Iterator[None]:
    """The programs, started in this order and ready; stopped in the other when the block ends."""
    try:
        for program in programs:
            program.start()
        for program, port in zip(programs, ports, strict=True):
            wait_until_ready(program, port)
            tell(f"{program.name}: http://127.0.0.1:{port} (process {program.pid}, log {program.log})")
        yield
    finally:
        for end in (signal.SIGINT, signal.SIGTERM):
            signal.signal(end, signal.SIG_IGN)  # it is ending: nothing must be left behind
        for program in reversed(programs):
            program.ask_to_stop()
            if program.name == "proxy":
                program.wait_for_its_end()  # so that no caller meets a replica that is gone
        for program in programs:
            program.wait_for_its_end()


def watch(programs: list[Program]) -> None:
    """Start again whatever ends, until a signal ends this."""
    while True:
        time.sleep(0.2)
        for program in programs:
            if program.runs():
                continue
            tell(f"{program.name} has ended; it is started again in {PAUSE_S:g} s")
            program.wait_for_its_end()
            time.sleep(PAUSE_S)
            program.start()
            tell(f"{program.name} was started again (process {program.pid})")


def tell(text: str) -> None:
    print(text, flush=True)


def arguments() -> tuple[argparse.Namespace, list[str]]:
    """This script's options; what it does not know goes to `levcheck serve`."""
    parser = argparse.ArgumentParser(
        description="Two replicas and their proxy on this machine.", epilog="Other options are those of `levcheck serve`."
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of keys, secret and the replicas' folders")
    parser.add_argument(
        "--database", default=os.environ.get("LEVCHECK_DATABASE_URL"), help="PostgreSQL URL [LEVCHECK_DATABASE_URL]"
    )
    parser.add_argument("--port", type=int, default=8080, help="the proxy's port (0: a free one)")
    parser.add_argument("--replicas", type=int, default=2)
    known, others = parser.parse_known_args()
    if not known.database or known.database.startswith("sqlite"):
        parser.error("replicas need one PostgreSQL: give --database or LEVCHECK_DATABASE_URL")
    return known, others


def main() -> None:
    """Start everything and stay until a signal comes."""
    asked, options = arguments()
    signal.signal(signal.SIGTERM, _interrupt)
    with contextlib.suppress(KeyboardInterrupt), tempfile.TemporaryDirectory(prefix="levcheck-proxy-") as scratch:
        environment = deployed(asked.data, asked.database)
        ports = [free_port() for _ in range(asked.replicas)]
        address = asked.port or free_port()
        programs = [replica(number, port, asked.data, environment, options) for number, port in enumerate(ports, 1)]
        with running([*programs, proxy(address, ports, Path(scratch))], [*ports, address]):
            tell(f"All is ready: http://127.0.0.1:{address}. Ctrl-C stops everything.")
            watch(programs)
    tell("Stopped.")


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        main()
    except NotStarted as error:
        sys.exit(f"Error: {error}")
