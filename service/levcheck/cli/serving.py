"""`levcheck serve` and `stop`: gunicorn around the application, in the foreground or the background."""

from __future__ import annotations

import ipaddress
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import click

from ..law import readings
from .errors import UNAVAILABLE, Failure
from .registries import DATA

PID_FILE = "levcheck.pid"
LOG_FILE = "serve.log"
STARTS_WITHIN = 30.0
STOPS_WITHIN = 35.0


@click.command()
@click.option("--dev", is_flag=True, help="For one's own machine: no keys are asked for.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8095, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--workers", type=click.IntRange(1, 64), help="Default: one for each processor.")
@click.option("--reading", type=click.Choice(list(readings.BY_NAME)), default=readings.DEFAULT, show_default=True)
@click.option("--background", is_flag=True, help="Return once the service answers; stop it with `levcheck stop`.")
@DATA
def serve(dev: bool, host: str, port: int, workers: int | None, reading: str, background: bool, data: Path) -> None:
    """Serve the contract over HTTP."""
    if not _is_loopback(host):
        raise Failure(
            f"{host} can be reached from other machines, and this version has no access control: it serves 127.0.0.1 only. "
            "Put a proxy that checks its callers in front of it.",
            UNAVAILABLE,
        )
    data.mkdir(parents=True, exist_ok=True)
    address = f"http://{host if ':' not in host else f'[{host}]'}:{port}"
    if running := _running(address):
        told = f"levcheck {running.get('version')} already runs at {address}{_whose(data)}."
        if not background:
            raise Failure(f"{told} Stop it with `levcheck stop --data {data}`, or choose another --port.", UNAVAILABLE)
        click.echo(told)
        return
    if background:
        _start(address, data)
        return
    options = {
        "bind": f"{host if ':' not in host else f'[{host}]'}:{port}",
        "workers": workers or os.cpu_count() or 1,
        "worker_class": "gthread",
        "threads": 4,
        "pidfile": str(data / PID_FILE),
        "loglevel": "warning",
        "proc_name": "levcheck",
        "graceful_timeout": 30,
    }
    click.echo(f"levcheck serves {address} (data in {data}, reading {reading}). The contract: {address}/docs", err=True)
    _gunicorn(options, data, reading)


@click.command()
@DATA
def stop(data: Path) -> None:
    """Stop the service that was started with this data folder."""
    pid = _pid(data)
    if pid is None:
        click.echo(f"No levcheck runs with {data}.")
        return
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOPS_WITHIN
    while _pid(data) is not None:
        if time.monotonic() > end:
            raise Failure(f"process {pid} has not stopped within {STOPS_WITHIN:.0f} s", UNAVAILABLE)
        time.sleep(0.1)
    click.echo(f"Stopped (process {pid}).")


def _gunicorn(options: dict[str, Any], data: Path, reading: str) -> None:
    from gunicorn.app.base import BaseApplication

    from ..app import Settings, create_app

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return create_app(Settings(data=data, reading=reading))

    Server().run()


def _start(address: str, data: Path) -> None:
    """Start this same command again, detached, and wait until it answers."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--background"]
    log = data / LOG_FILE
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "levcheck", *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    end = time.monotonic() + STARTS_WITHIN
    while not _running(address):
        if process.poll() is not None or time.monotonic() > end:
            tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-5:])
            raise Failure(f"the service did not start; the end of {log}:\n{tail}", UNAVAILABLE)
        time.sleep(0.1)
    click.echo(f"levcheck runs at {address} (process {process.pid}, data in {data}). Stop it: levcheck stop --data {data}")


def _running(address: str) -> dict[str, Any] | None:
    """What a levcheck at this address says of itself; None if nothing listens. Raises Failure if something else does."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as response:
            body = json.load(response)
            if isinstance(body, dict) and "ruleset" in body:
                return body
    except urllib.error.HTTPError:
        pass
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
            raise Failure(f"something at {address} does not answer: choose another --port.", UNAVAILABLE) from error
        return None
    except ValueError:
        pass
    raise Failure(f"something else already listens at {address}: choose another --port.", UNAVAILABLE)


def _whose(data: Path) -> str:
    pid = _pid(data)
    return f" (process {pid}, data in {data})" if pid else ""


def _pid(data: Path) -> int | None:
    """The process that serves this data folder, if it still runs."""
    try:
        pid = int((data / PID_FILE).read_text())
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return None
    return pid


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
