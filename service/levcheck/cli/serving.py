"""`levcheck serve` and `stop`: gunicorn around the application, in the foreground or the background."""

from __future__ import annotations

import http.client
import ipaddress
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import click

from ..access.door import RATE
from ..access.limits import Limits
from ..app import Settings
from ..law import readings
from ..records import schema
from ..records.store import StoreUnavailable
from ..records.times import RETENTION_YEARS
from . import server
from .deployment import ACCESS, DATABASE, KEYS, keys_of, secret_of, store_of
from .errors import UNAVAILABLE, USAGE, Failure
from .registries import DATA
from .server import PID_FILE

LOG_FILE = "serve.log"
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # this machine is asked, never a proxy
STARTS_WITHIN = 30.0
STOPS_WITHIN = 35.0


def _address(_context: click.Context, _option: click.Parameter, given: str) -> str:
    """The address as certificates name it. Raises BadParameter."""
    if given and not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]+)?/?", given):
        raise click.BadParameter("an address is https:// and a host name, and nothing after it")
    return given


@click.command()
@click.option("--dev", is_flag=True, help="For one's own machine: no keys are asked for.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8095, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--workers", type=click.IntRange(1, 64), help="Default: one for each processor.")
@click.option("--reading", type=click.Choice(list(readings.BY_NAME)), default=readings.DEFAULT, show_default=True)
@click.option("--background", is_flag=True, help="Return once the service answers; stop it with `levcheck stop`.")
@click.option(
    "--years",
    default=RETENTION_YEARS,
    show_default=True,
    type=click.IntRange(RETENTION_YEARS, 100),
    help="How long records are kept.",
)
@click.option("--issuer", default="levcheck", show_default=True, help="The name on certificates.")
@click.option(
    "--address",
    default="",
    callback=_address,
    help="Where the service is reached, https://...: its certificates' codes then open /verify there.",
)
@click.option("--rate", default=RATE, show_default=True, type=click.IntRange(1), help="Requests a minute for each key.")
@click.option("--proxies", default=0, show_default=True, type=click.IntRange(0, 5), help="How many stand in front of it.")
@click.option(
    "--silence",
    default=10,
    show_default=True,
    type=click.IntRange(1, 300),
    help="Seconds that a caller may be silent in the middle of a request.",
)
@DATA
@DATABASE
@KEYS
@ACCESS
def serve(
    dev: bool,
    host: str,
    port: int,
    workers: int | None,
    background: bool,
    data: Path,
    database: str | None,
    given_keys: str | None,
    **chosen: Any,
) -> None:
    """Serve the contract over HTTP."""
    if dev and not _is_loopback(host):
        raise Failure(f"{host} can be reached from other machines, and --dev asks for no keys: leave it out.", USAGE)
    data.mkdir(parents=True, exist_ok=True)
    address = f"http://{host if ':' not in host else f'[{host}]'}:{port}"
    if running := _running(address):
        told = f"levcheck {running.get('version')} already runs at {address}{_whose(data)}."
        if not background:
            stop = f"Stop it with `levcheck stop --data {data if _pid(data) else 'ITS_FOLDER'}`"
            raise Failure(f"{told} {stop}, or choose another --port.", UNAVAILABLE)
        click.echo(told)
        return
    if background:
        _start(address, data)
        return
    silence_s = chosen.pop("silence")
    settings = Settings(data=data, database=database, keys=given_keys, dev=dev, limits=Limits(), **chosen)
    _prepare(settings, data, dev)
    with server.reserved(host, port):
        told = f"levcheck serves {address} (data in {data}, reading {settings.reading}). The contract: {address}/docs"
        click.echo(told, err=True)
        server.serve(settings, f"{host if ':' not in host else f'[{host}]'}:{port}", workers, data, silence_s)


def _prepare(settings: Settings, data: Path, dev: bool) -> None:
    """Make the first keys, and have the schema ready: on one's own machine by itself, elsewhere by the operator."""
    keys_of(data, settings.keys, new=True)
    if not dev:
        secret_of(data, settings.access_secret, new=True)
    store = store_of(data, settings.database, new=True)
    try:
        if dev:
            schema.upgrade(store)
        elif schema.current(store) != schema.newest():
            raise Failure("the database does not have this version's schema: run `levcheck db upgrade`", UNAVAILABLE)
    except StoreUnavailable as error:
        raise Failure(f"the store cannot be used: {error}", UNAVAILABLE) from error
    finally:
        store.close()


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
    while _lives(pid):  # longer than its pid file
        if time.monotonic() > end:
            raise Failure(f"process {pid} has not stopped within {STOPS_WITHIN:.0f} s", UNAVAILABLE)
        time.sleep(0.1)
    click.echo(f"Stopped (process {pid}).")


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
        with _DIRECT.open(f"{address}/healthz", timeout=2) as response:
            body = json.load(response)
            if isinstance(body, dict) and "ruleset" in body:
                return body
    except (urllib.error.HTTPError, http.client.HTTPException, ConnectionError, ValueError):
        pass
    except (urllib.error.URLError, TimeoutError) as error:
        if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
            raise Failure(f"something at {address} does not answer: choose another --port.", UNAVAILABLE) from error
        return None
    raise Failure(f"something else already listens at {address}: choose another --port.", UNAVAILABLE)


def _whose(data: Path) -> str:
    pid = _pid(data)
    return f" (process {pid}, data in {data})" if pid else ""


def _pid(data: Path) -> int | None:
    """The process that serves this data folder, if it still runs."""
    try:
        pid = int((data / PID_FILE).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return pid if _lives(pid) else None


def _lives(pid: int) -> bool:
    """Whether a process runs and is this command: the number in a file left behind may be another's by now."""
    if pid < 1:  # to `kill` these are whole groups of processes
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    try:
        return b"levcheck" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # no /proc on this system
        return True


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
