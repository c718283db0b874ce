"""A real service for the length of a test run."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from levcheck_client.client import Client
from levcheck_client.testing import keeper
from levcheck_client.testing.contrary import ContraryProxy
from levcheck_client.testing.fates import CONTRARY, Rates
from levcheck_client.testing.processes import NotStarted, dismiss, found, free_port, is_ready, is_taken, kept

STARTS_WITHIN_S = 60.0
ATTEMPTS = 3
TOLD_LINES = 15


class LevcheckServer:
    """The `levcheck` executable in dev mode (it asks for no key), on a free port of 127.0.0.1, with data of its own.

    executable  the command; by default what LEVCHECK_EXECUTABLE names, else `levcheck` beside the running Python or on PATH
    contrary    whether `url` leads through a `ContraryProxy`: `True` for the rates `CONTRARY`, or `Rates` of yours
    seed        of the contrary proxy
    workers     processes that answer

    A context manager, or `start()` and `stop()` it. Variables named LEVCHECK_... are kept from the service, so that it
    never touches a deployment of yours. If this process dies, by `kill -9` too, the service ends and its data goes.
    Raises `NotStarted`.
    """

    def __init__(
        self,
        executable: str | os.PathLike[str] | None = None,
        *,
        contrary: bool | Rates = False,
        seed: int = 0,
        workers: int = 1,
    ) -> None:
        self._executable = executable
        self._rates = CONTRARY if contrary is True else contrary or None
        self._seed, self._workers = seed, workers
        self._keeper: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._port = 0
        self.proxy: ContraryProxy | None = None
        """The contrary proxy, whose `counts` tell what it did; `None` if there is none."""

    @property
    def direct_url(self) -> str:
        """The service's own address."""
        if self._keeper is None:
            raise NotStarted("this server was not started, or is stopped")
        return f"http://127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """The address for clients: the contrary proxy's, if there is one."""
        return self.proxy.url if self.proxy else self.direct_url

    def client(self, **options: Any) -> Client:
        """A client of `url`, with the options of `Client`. Unless given a session, it goes by no proxy settings."""
        made = Client(self.url, **options)
        if options.get("session") is None:
            made._session.trust_env = False
        return made

    def log(self) -> str:
        """What the service has written so far."""
        if self._folder is None:
            return ""
        return (self._folder / keeper.LOG_FILE).read_text("utf-8", "replace")

    def start(self) -> LevcheckServer:
        """Start it, and return once it is ready."""
        if self._keeper is not None:
            raise NotStarted("this server runs already")
        command = found(self._executable)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._launch(command)
                self._wait_until_ready()
                break
            except BaseException as error:
                # Between being found free and being used, a port may go to somebody else.
                again = isinstance(error, NotStarted) and attempt < ATTEMPTS and is_taken(self._port)
                self.stop()
                if not again:
                    raise
        if self._rates is not None:
            self.proxy = ContraryProxy(self.direct_url, rates=self._rates, seed=self._seed)
        return self

    def stop(self) -> None:
        """End the service and remove its data. Does nothing if there is none."""
        proxy, self.proxy = self.proxy, None
        if proxy is not None:
            proxy.close()
        process, self._keeper = self._keeper, None
        if process is not None:
            dismiss(process)
        folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def _launch(self, command: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="levcheck-test-"))
        self._port = free_port()
        options = ["--port", str(self._port), "--workers", str(self._workers), "--data", str(self._folder / "data")]
        self._keeper = kept(self._folder, [command, "serve", "--dev", *options])

    def _wait_until_ready(self) -> None:
        assert self._keeper is not None
        end = time.monotonic() + STARTS_WITHIN_S
        while True:
            ready = is_ready(self._port)
            if self._keeper.poll() is not None:
                raise NotStarted(f"the service ended instead of starting{self._last_words()}")
            if ready:
                return
            if time.monotonic() > end:
                raise NotStarted(f"the service was not ready within {STARTS_WITHIN_S:.0f} s{self._last_words()}")
            time.sleep(0.05)

    def _last_words(self) -> str:
        lines = self.log().splitlines()[-TOLD_LINES:]
        return ":\n" + "\n".join(lines) if lines else ", and said nothing"

    def __enter__(self) -> LevcheckServer:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
